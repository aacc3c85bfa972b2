/// The mean or the sum over some axes.
public struct ReductionLayer: Layer {
  /// The axes; negative ones count from the end.
  public var axes: [Int]
  /// Whether the axes stay with extent 1.
  public var isKeepingAxes: Bool
  /// Whether the sum is divided by the number of elements.
  public var isMean: Bool

  /// Creates the layer.
  public init(over axes: [Int], isKeepingAxes: Bool, isMean: Bool) {
    self.axes = axes
    self.isKeepingAxes = isKeepingAxes
    self.isMean = isMean
  }

  public var kind: LayerKind { .averagePooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let axes = try axes.map { try inputs[0].sampleAxis($0) }
    return isMean
      ? try inputs[0].mean(over: axes, keepingAxes: isKeepingAxes)
      : try inputs[0].sum(over: axes, keepingAxes: isKeepingAxes)
  }

  public var settings: String { "\(isMean ? "mean" : "sum") over axes \(axes)" }
}

/// The largest element over some axes.
public struct MaximumLayer: MaxPoolingLayer {
  /// The axes; negative ones count from the end.
  public var axes: [Int]
  /// Whether the axes stay with extent 1.
  public var isKeepingAxes: Bool

  /// Creates the layer.
  public init(over axes: [Int], isKeepingAxes: Bool) {
    self.axes = axes
    self.isKeepingAxes = isKeepingAxes
  }

  public var kind: LayerKind { .maxPooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].maximum(
      over: axes.map { try inputs[0].sampleAxis($0) }, keepingAxes: isKeepingAxes)
  }

  public func window(over shape: [Int]) -> Window {
    let reduced = axes.map { $0 < 0 ? $0 + shape.count : $0 }
    let size = shape.indices.dropFirst().map { reduced.contains($0) ? shape[$0] : 1 }
    return Window(size, stride: size)
  }

  public var averaging: any Layer {
    ReductionLayer(over: axes, isKeepingAxes: isKeepingAxes, isMean: true)
  }

  public var settings: String { "over axes \(axes)" }
}

extension ReductionLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    let names = [
      "ReduceMean", "ReduceSum", "ReduceMax", "ReduceL2", "ReduceLogSumExp", "ReduceProd",
    ]
    return names.map { name in
      OperatorEntry(name) { node in
        // The axes are an attribute in early operator sets, an input later.
        let axes = try node.integers(1) ?? node.ints("axes") ?? []
        if axes.isEmpty, try node.int("noop_with_empty_axes", default: 0) != 0 {
          return IdentityLayer()
        }
        guard !axes.isEmpty, !axes.contains(0) else {
          throw node.unsupported("a reduction over the batch or over all axes")
        }
        let isKeepingAxes = try node.int("keepdims", default: 1) != 0
        switch name {
        case "ReduceMax": return MaximumLayer(over: axes, isKeepingAxes: isKeepingAxes)
        case "ReduceL2":
          return CurvedReductionLayer(.norm, over: axes, isKeepingAxes: isKeepingAxes)
        case "ReduceLogSumExp":
          return CurvedReductionLayer(
            .logSumExponential, over: axes, isKeepingAxes: isKeepingAxes)
        case "ReduceProd":
          return CurvedReductionLayer(.product, over: axes, isKeepingAxes: isKeepingAxes)
        default:
          return ReductionLayer(
            over: axes, isKeepingAxes: isKeepingAxes, isMean: name == "ReduceMean")
        }
      }
    }
  }
}
