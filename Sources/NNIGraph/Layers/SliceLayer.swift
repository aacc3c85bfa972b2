/// Parts of some axes: every `step`-th element from `start` to before `end`.
public struct SliceLayer: Layer {
  /// What is taken of one axis.
  public struct Part: Sendable, Hashable {
    /// The axis; negative ones count from the end.
    public var axis: Int
    /// The first element; negative ones count from the end.
    public var start: Int
    /// The element after the last one; negative ones count from the end, too large ones mean the end.
    public var end: Int
    /// The distance of the elements; negative ones go downwards.
    public var step: Int

    /// Creates a part.
    public init(axis: Int, start: Int, end: Int = .max, step: Int = 1) {
      self.axis = axis
      self.start = start
      self.end = end
      self.step = step
    }

    /// Whether it takes everything.
    package var isWhole: Bool { start == 0 && end >= Int(Int32.max) && step == 1 }

    /// Whether it takes nothing, whatever the extent.
    var isEmpty: Bool {
      (start < 0) == (end < 0) && (step > 0 ? end <= start : end >= start)
    }

    /// The elements that are taken of an axis, and whether all are, in order.
    package func positions(in extent: Int) -> (positions: [Int], isWhole: Bool) {
      let step = min(max(step, -extent - 1), extent + 1)
      // Downwards the end before the first element is -1.
      let (low, high) = step > 0 ? (0, extent) : (-1, extent - 1)
      func clamped(_ position: Int) -> Int {
        min(max(position < 0 ? position + extent : position, low), high)
      }
      let list = Array(stride(from: clamped(start), to: clamped(end), by: step))
      return (list, step == 1 && list.count == extent)
    }
  }

  /// What is taken; axes that are not named stay whole.
  public var parts: [Part]

  /// Creates the layer.
  public init(_ parts: [Part]) { self.parts = parts }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var tensor = inputs[0]
    for part in parts {
      let axis = try tensor.sampleAxis(part.axis)
      let extent = tensor.shape[axis]
      let (positions, isWhole) = part.positions(in: extent)
      guard positions.count > 0 else {
        throw InterpretabilityError(
          .invalidInput, "nothing is left of axis \(part.axis), which has extent \(extent)")
      }
      if isWhole { continue }
      guard part.step < 0 else {
        tensor = try .call(
          "aten::slice.Tensor", .tensor(tensor), .int(axis), .int(part.start), .int(part.end),
          .int(part.step))
        continue
      }
      let list = try Tensor(positions.map(Int64.init), shape: [positions.count])
        .moved(to: tensor.device)
      tensor = try .call("aten::index_select", .tensor(tensor), .int(axis), .tensor(list))
    }
    return tensor
  }

  public var settings: String {
    parts.map { part in
      let end = part.end >= Int(Int32.max) ? "" : "\(part.end)"
      return "axis \(part.axis): \(part.start)..<\(end)"
        + (part.step == 1 ? "" : " by \(part.step)")
    }.joined(separator: ", ")
  }
}

extension SliceLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Slice") { node in
        // Starts and ends are attributes up to operator set 9, inputs from 10 on.
        guard let starts = try node.integers(1) ?? node.ints("starts"),
          let ends = try node.integers(2) ?? node.ints("ends")
        else { throw node.unsupported("starts or ends that are not stated") }
        let axes = try node.integers(3) ?? node.ints("axes") ?? Array(starts.indices)
        let steps = try node.integers(4) ?? starts.map { _ in 1 }
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count
        else {
          throw InterpretabilityError(
            .invalidFile, "Slice: starts, ends, axes and steps differ in number", node: node.id)
        }
        let parts = starts.indices.map {
          Part(axis: axes[$0], start: starts[$0], end: ends[$0], step: steps[$0])
        }.filter { !$0.isWhole }
        guard parts.allSatisfy({ $0.step != 0 && $0.axis != 0 }) else {
          throw node.unsupported("a part of the batch, or a step of 0")
        }
        if let empty = parts.first(where: \.isEmpty) {
          throw InterpretabilityError(
            .invalidFile,
            "Slice: from \(empty.start) to before \(empty.end) of axis \(empty.axis) is nothing",
            node: node.id)
        }
        return SliceLayer(parts)
      }
    ]
  }
}

/// One of several equal parts of an axis, as `chunk` makes them: the last may be shorter.
public struct ChunkLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// Which part.
  public var index: Int
  /// How many parts.
  public var count: Int

  /// Creates the layer.
  public init(axis: Int, index: Int, count: Int) {
    self.axis = axis
    self.index = index
    self.count = count
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let position = try inputs[0].sampleAxis(axis)
    let extent = inputs[0].shape[position]
    let length = (extent + count - 1) / count
    guard index * length < extent else {
      throw InterpretabilityError(
        .invalidInput, "an axis of extent \(extent) cannot be split into \(count) parts")
    }
    return try inputs[0].narrowed(
      axis: position, to: index * length..<min(extent, (index + 1) * length))
  }

  public var settings: String { "axis \(axis), part \(index) of \(count)" }
}

extension ChunkLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Split", hasManyOutputs: true) { node in
        let axis = try node.int("axis", default: 0)
        guard axis != 0 else { throw node.unsupported("a split of the batch") }
        // The sizes are an attribute up to operator set 12, an input from 13 on.
        guard let sizes = try node.integers(1) ?? node.ints("split") else {
          let count = try node.int("num_outputs", default: node.outputCount)
          guard count == node.outputCount else {
            throw InterpretabilityError(
              .invalidFile, "Split: num_outputs is \(count), there are \(node.outputCount) outputs",
              node: node.id)
          }
          return ChunkLayer(axis: axis, index: node.outputIndex, count: count)
        }
        guard sizes.count == node.outputCount, sizes.allSatisfy({ (0...(1 << 40)).contains($0) })
        else {
          throw InterpretabilityError(
            .invalidFile, "Split: sizes \(sizes) for \(node.outputCount) outputs", node: node.id)
        }
        let start = sizes[..<node.outputIndex].reduce(0, +)
        return SliceLayer([.init(axis: axis, start: start, end: start + sizes[node.outputIndex])])
      }
    ]
  }
}
