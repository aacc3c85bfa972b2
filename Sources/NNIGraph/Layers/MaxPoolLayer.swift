/// The largest element of each window of `[N, C, …]`; padding never wins.
public struct MaxPoolLayer: MaxPoolingLayer {
  /// Size, stride, padding and dilation.
  public var window: Window
  /// Whether a last window that reaches over the edge counts.
  public var isCeiling: Bool

  /// Creates the layer.
  public init(_ window: Window, isCeiling: Bool = false) {
    self.window = window
    self.isCeiling = isCeiling
  }

  public var kind: LayerKind { .maxPooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var (input, window, isCeiling) = (inputs[0], window, isCeiling)
    let isWithinLimit = zip(window.size, window.paddingBefore).allSatisfy { $1 <= $0 / 2 }
    if !window.isSymmetric || !isWithinLimit {
      try input.requireRank(window.size.count + 2)
      input = try window.fitted(to: Array(input.shape[2...]), isCeiling: isCeiling)
        .padded(input, with: -.infinity)
      window = window.unpadded
      isCeiling = false
    }
    return try .call(
      "aten::max_pool\(window.size.count)d", .tensor(input), .ints(window.size),
      .ints(window.stride), .ints(window.paddingBefore), .ints(window.dilation), .bool(isCeiling))
  }

  public func window(over shape: [Int]) -> Window { window }

  public var averaging: any Layer {
    AveragePoolLayer(window, isCeiling: isCeiling, countsPadding: false)
  }

  public var settings: String { window.text + (isCeiling ? ", ceiling" : "") }
}

extension MaxPoolLayer: LocalLayer {
  public func view(of shapes: [[Int]]) -> LocalView? {
    guard window.size.count == 2 else { return nil }
    return LocalView(
      window: window, border: -.infinity, unpadded: MaxPoolLayer(window.unpadded))
  }
}

extension MaxPoolLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("MaxPool") { node in
        guard let size = try node.ints("kernel_shape"), (1...3).contains(size.count) else {
          throw node.unsupported("a window that is not 1-d to 3-d")
        }
        return MaxPoolLayer(
          try Window(node, size: size), isCeiling: try node.int("ceil_mode", default: 0) != 0)
      },
      OperatorEntry("GlobalMaxPool") { _ in GlobalMaxPoolLayer() },
    ]
  }
}

/// The largest element of each channel of `[N, C, …]`; the spatial axes stay with extent 1.
public struct GlobalMaxPoolLayer: MaxPoolingLayer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .maxPooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try MaxPoolLayer(window(over: inputs[0].shape)).forward(inputs)
  }

  public func window(over shape: [Int]) -> Window {
    Window(Array(shape.dropFirst(2)), stride: Array(shape.dropFirst(2)))
  }

  public var averaging: any Layer { GlobalAveragePoolLayer() }
}
