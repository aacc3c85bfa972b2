/// Elements of each sample chosen by whole numbers that are themselves computed: `GatherElements`, and `Gather` and
/// `GatherND` with computed indices.
///
/// The signal goes to the elements that were chosen; the indices carry none.
public struct IndexingLayer: Layer {
  /// What an index names.
  public enum Choice: Sendable, Hashable {
    /// One element of the axis, at each place of the others: `GatherElements`.
    case elements(axis: Int)
    /// A part of the axis with all others: `Gather`.
    case parts(axis: Int)
    /// A position in the first axes after the samples', so many of them: `GatherND`.
    case positions(depth: Int)
  }

  /// What an index names.
  public var choice: Choice
  /// The value and the indices, `[N, …]`; either may be constant, `[1, …]`.
  public var operands: Operands

  /// Creates the layer.
  public init(_ choice: Choice, operands: Operands = Operands(computed: 2)) {
    self.choice = choice
    self.operands = operands
  }

  public var kind: LayerKind {
    if case .constant? = operands.all.first { return .discrete }
    return .structural
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let all = try operands.filled(inputs).map { try $0.forSamples(inputs[0].shape[0]) }
    let (data, indices) = (all[0], try all[1].converted(to: .int64))
    switch choice {
    case .elements(let axis):
      let position = try data.sampleAxis(axis)
      let list = try indices.countedFromStart(data.shape[position])
      return try .call(
        "aten::gather", .tensor(data), .int(position), .tensor(list), .bool(false))
    case .parts(let axis):
      let position = try data.sampleAxis(axis)
      let (before, after) = (data.shape[1..<position], data.shape[(position + 1)...])
      let extent = data.shape[position]
      let samples = data.shape[0]
      let own = Array(indices.shape.dropFirst())
      let (outer, count, inner) = (
        before.reduce(1, *), own.reduce(1, *), after.reduce(1, *)
      )
      let list = try indices.countedFromStart(extent).reshaped([samples, 1, count, 1])
        .expanded(to: [samples, outer, count, inner])
      return try Tensor.call(
        "aten::gather", .tensor(data.reshaped([samples, outer, extent, inner])), .int(2),
        .tensor(list), .bool(false)
      ).reshaped([samples] + before + own + after)
    case .positions(let depth):
      let rows = try RowPositions.flat(indices, depth: depth, in: data)
      let rest = Array(data.shape[(depth + 1)...])
      let merged = try data.merging(first: depth)
      let list = try rows.unsqueezed(2).expanded(to: rows.shape + [merged.shape[2]])
      return try Tensor.call(
        "aten::gather", .tensor(merged), .int(1), .tensor(list), .bool(false)
      ).reshaped([data.shape[0]] + indices.shape.dropFirst().dropLast() + rest)
    }
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    IndexingLayer(choice, operands: try operands.mapConstants(transform))
  }

  public var settings: String {
    switch choice {
    case .elements(let axis): "elements of axis \(axis)"
    case .parts(let axis): "parts of axis \(axis)"
    case .positions(let depth): "positions in \(depth) axes"
    }
  }
}

/// A value with elements of each sample replaced, or added to, at places that are computed: `ScatterElements`, and
/// `ScatterND` with computed indices.
///
/// The signal of a replaced element goes to what replaced it; the indices carry none.
public struct WritingLayer: Layer {
  /// What an index names; parts of an axis are not written.
  public var choice: IndexingLayer.Choice
  /// Whether elements are added to instead of replaced.
  public var isAdding: Bool
  /// The value, the indices and the new elements, `[N, …]`; some may be constant, `[1, …]`.
  public var operands: Operands

  /// Creates the layer.
  public init(
    _ choice: IndexingLayer.Choice, isAdding: Bool = false,
    operands: Operands = Operands(computed: 3)
  ) {
    self.choice = choice
    self.isAdding = isAdding
    self.operands = operands
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let all = try operands.filled(inputs).map { try $0.forSamples(inputs[0].shape[0]) }
    let (data, indices) = (all[0], try all[1].converted(to: .int64))
    let values = try all[2].converted(to: data.dtype)
    let name = isAdding ? "aten::scatter_add" : "aten::scatter.src"
    switch choice {
    case .elements(let axis):
      let position = try data.sampleAxis(axis)
      let list = try indices.countedFromStart(data.shape[position])
      return try .call(
        name, .tensor(data), .int(position), .tensor(list), .tensor(values))
    case .positions(let depth):
      let rows = try RowPositions.flat(indices, depth: depth, in: data)
      let merged = try data.merging(first: depth)
      let list = try rows.unsqueezed(2).expanded(to: rows.shape + [merged.shape[2]])
      return try Tensor.call(
        name, .tensor(merged), .int(1), .tensor(list), .tensor(values.reshaped(list.shape))
      ).reshaped(data.shape)
    case .parts:
      throw InterpretabilityError(.invalidGraph, "parts of an axis are not written")
    }
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    WritingLayer(choice, isAdding: isAdding, operands: try operands.mapConstants(transform))
  }

  public var settings: String {
    IndexingLayer(choice).settings + (isAdding ? ", added" : "")
  }
}

extension Tensor {
  /// A constant `[1, …]` for all samples.
  fileprivate func forSamples(_ count: Int) throws -> Tensor {
    shape.first == count || shape.first != 1 ? self : try expanded(to: [count] + shape.dropFirst())
  }

  /// Indices below zero counted from the end.
  fileprivate func countedFromStart(_ extent: Int) throws -> Tensor {
    let low = try Tensor.call("aten::lt.Scalar", .tensor(self), .int(0))
    return try .call(
      "aten::where.self", .tensor(low),
      .tensor(.call("aten::add.Scalar", .tensor(self), .int(extent), .int(1))), .tensor(self))
  }

  /// `[N, axes, rest]`.
  fileprivate func merging(first depth: Int) throws -> Tensor {
    try reshaped([
      shape[0], shape[1...depth].reduce(1, *), shape[(depth + 1)...].reduce(1, *),
    ])
  }
}

extension RowPositions {
  /// Where computed positions `[N, …, depth]` are when the first axes of `data` are taken as one: `[N, count]`.
  ///
  /// - Throws: ``InterpretabilityError`` when an axis has no such position.
  fileprivate static func flat(_ indices: Tensor, depth: Int, in data: Tensor) throws -> Tensor {
    try data.requireRank(atLeast: depth + 1)
    guard indices.shape.last == depth, depth > 0 else {
      throw InterpretabilityError(
        .invalidInput, "indices of shape \(indices.shape) for positions in \(depth) axes")
    }
    let samples = indices.shape[0]
    let count = indices.shape[1...].dropLast().reduce(1, *)
    let table = try indices.reshaped([samples, count, depth])
    var sum = try table.selected(axis: 2, index: 0).zerosLike()
    for axis in 0..<depth {
      let extent = data.shape[axis + 1]
      let own = try table.selected(axis: 2, index: axis).countedFromStart(extent)
      let flat = try own.flattened()
      let (low, high) = try (flat.minimum(over: [0]).item(), flat.maximum(over: [0]).item())
      guard low >= 0, high < Double(extent) else {
        throw InterpretabilityError(
          .invalidInput,
          "computed positions from \(low) to \(high) in an axis of extent \(extent)")
      }
      sum = try .call(
        "aten::add.Tensor",
        .tensor(.call("aten::mul.Scalar", .tensor(sum), .int(extent))), .tensor(own))
    }
    return sum
  }
}

extension IndexingLayer {
  /// `Gather` and `GatherND` with computed indices, put in place by the reader; `nil` for other nodes.
  init?(computed node: OperatorNode) throws {
    guard node.inputs.count == 2, case .node = node.inputs[1] else { return nil }
    if node.type == "Gather" {
      guard case .node = node.inputs[0] else { return nil }
      self.init(.parts(axis: try node.int("axis", default: 0)), operands: Operands(node))
    } else {
      self.init(.positions(depth: try node.int("depth", default: 1)), operands: Operands(node))
    }
  }
}

extension IndexingLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("GatherElements") { node in
        IndexingLayer(
          .elements(axis: try node.int("axis", default: 0)), operands: Operands(node))
      },
      OperatorEntry("ScatterElements") { node in
        let reduction = try node.string("reduction", default: "none")
        guard node.inputs.count == 3, ["none", "add"].contains(reduction) else {
          throw node.unsupported("the reduction \(reduction); none and add are supported")
        }
        return WritingLayer(
          .elements(axis: try node.int("axis", default: 0)), isAdding: reduction == "add",
          operands: Operands(node))
      },
    ]
  }
}
