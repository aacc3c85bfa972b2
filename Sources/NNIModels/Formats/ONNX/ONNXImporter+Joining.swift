/// Several operands brought to one arrangement of axes.
extension ONNXImporter {
  /// Operators whose operands broadcast.
  static let broadcasting: Set<String> = [
    "Add", "And", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "Equal", "Greater",
    "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Min",
    "Mod", "Mul", "Or", "PRelu", "Pow", "Sub", "Sum", "Where", "Xor",
  ]

  /// A node whose operands broadcast, with the samples first in all of them.
  mutating func joined(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let constants = node.inputs.compactMap { input in
      if case .constant(let tensor) = input { tensor } else { nil }
    }
    let places = node.sources.map { samplePlace(of: $0) }
    let rise = constants.map(\.rank).max() ?? 0
    if places.allSatisfy(\.isFirst), rise < 2 || node.sources.count == 1 {
      guard node.sources.count > 1 || rise > 1 else { return (node, SamplePlace()) }
      // Without the input's size the operands are taken to have as many axes.
      guard let ranks = try? node.sources.map({ try axisCount(of: $0, for: node) }) else {
        return (node, SamplePlace())
      }
      if Set(ranks).count == 1, rise <= ranks[0] {
        return (try withoutBatch(node, rank: ranks[0]), SamplePlace())
      }
    }
    let (ids, place, rank) = try aligned(node, rank: rise)
    return (try node.taking(ids) { try stored($0, place, rank, node) }, place)
  }

  /// The computed operands with the same number of axes, and the samples at the same place.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - least: The least number of axes.
  ///   - last: How many last axes are none where samples may be alone, such as those of a matrix.
  /// - Returns: The operands, where the file has their samples, and their number of axes in the file.
  /// - Throws: ``InterpretabilityError`` when the operands have the batch at different places.
  private mutating func aligned(
    _ node: OperatorNode, rank least: Int, apartFromLast last: Int = 0
  ) throws -> (ids: [NodeID], place: SamplePlace, rank: Int) {
    var ids = node.sources
    let ranks = try ids.map { try axisCount(of: $0, for: node) }
    let rank = max(ranks.max() ?? 0, least)
    func axes() -> [Int] { zip(ids, ranks).map { samplePlace(of: $0).axis + rank - $1 } }
    let axis = axes()[0]
    let isOwn = ids.allSatisfy { samplePlace(of: $0).isOwn } && axes().allSatisfy { $0 == axis }
    if !isOwn || axis >= rank - last {
      if batch > 1 {
        let counts = Set(ids.map { samplePlace(of: $0).before ?? 1 })
        guard Set(axes()).count == 1, counts.count == 1 else {
          throw mixes(node, "its operands have the batch of \(batch) at different axes")
        }
      }
      ids = try ids.map { try opened($0) }
    }
    ids = try zip(ids, ranks).map { try padded($0, by: rank - $1) }
    return (ids, samplePlace(of: ids[0]), rank)
  }

  /// A constant as the graph has it beside values of `rank` axes of the file.
  ///
  /// - Throws: ``InterpretabilityError`` when it has another row for each sample.
  func stored(
    _ tensor: Tensor, _ place: SamplePlace, _ rank: Int, _ node: OperatorNode,
    isBroadcasting: Bool = true
  ) throws -> Tensor {
    let offset = rank - tensor.rank
    if isBroadcasting, tensor.count == 1 || place.axis < offset { return tensor }
    guard offset == 0 || isBroadcasting else {
      throw node.unsupported(
        "a constant of shape \(tensor.shape) beside values of \(rank) axes")
    }
    let axis = place.axis - offset
    guard axis < tensor.rank else { return try tensor.unsqueezed(0) }
    var one = tensor
    if batch > 1, tensor.shape[axis] > 1, tensor.shape[axis] % batch == 0 {
      one = try row(of: tensor, axis: axis, before: place.before ?? 1, node)
    } else if place.isOwn, tensor.shape[axis] != 1 {
      throw node.unsupported(
        "a constant of shape \(tensor.shape) that has another row for each sample")
    }
    guard place.isOwn else { return isBroadcasting ? one : try one.unsqueezed(0) }
    let full = try one.reshaped([Int](repeating: 1, count: offset) + one.shape)
    return try full.permuted([place.axis] + (0..<rank).filter { $0 != place.axis })
  }

  // MARK: Side by side

  mutating func placedConcatenation(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let stated = try node.int("axis", default: 1)
    let isPlain = node.sources.count == node.inputs.count
    if isPlain, node.sources.allSatisfy({ samplePlace(of: $0).isFirst }), stated > 0 {
      return (node, SamplePlace())
    }
    guard let known = try? axisCount(of: node.sources[0], for: node) else {
      // Without the input's size the axis is taken for none of the batch's.
      guard stated != 0 else { throw mixes(node, "it joins along axis 0, the batch's") }
      return (try withoutBatch(node, rank: nil), SamplePlace())
    }
    let axis = try node.axis(stated, rank: known)
    var ids = node.sources
    let places = ids.map { samplePlace(of: $0) }
    let isSame = Set(places).count == 1
    if !isSame || (places[0].isOwn && places[0].axis == axis) {
      guard batch == 1 else { throw mixes(node, "it joins along axis \(axis), the batch's") }
      ids = try ids.map { try opened($0) }
    }
    let place = samplePlace(of: ids[0])
    if batch > 1, !place.isOwn, place.axis == axis {
      throw mixes(node, "axis \(axis) holds the batch beside other elements")
    }
    let placed = try node.taking(ids) {
      try stored($0, place, known, node, isBroadcasting: false)
    }
    return (placed.setting("axis", .int(place.stored(axis) ?? 0)), place)
  }

  // MARK: Products

  mutating func placedProduct(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    guard node.inputs.count == 2, let source = node.sources.first else {
      throw InterpretabilityError(
        .invalidFile, "MatMul has \(node.inputs.count) inputs, wanted 2", node: node.id)
    }
    if case .constant(let weight) = node.inputs[1], weight.rank == 2 {
      let place = samplePlace(of: source)
      guard !place.isFirst else { return (node, place) }
      let rank = try axisCount(of: source, for: node)
      let id = place.isOwn && place.axis == rank - 1 ? try opened(source) : source
      return (node.taking(id), samplePlace(of: id))
    }
    let least = try node.inputs.map { input in
      switch input {
      case .constant(let tensor): tensor.rank
      case .node(let id): try axisCount(of: id, for: node)
      case .absent: 0
      }
    }
    guard least.allSatisfy({ $0 > 1 }) else {
      throw node.unsupported("a product with a vector; wanted matrices")
    }
    let (ids, place, rank) = try aligned(node, rank: least.max() ?? 0, apartFromLast: 2)
    if batch > 1, !place.isOwn, place.axis >= rank - 2 {
      throw mixes(node, "the batch is an axis of a matrix")
    }
    let placed = try node.taking(ids) { tensor in
      let isBeside = place.axis >= rank - tensor.rank && tensor.rank > 2
      return isBeside ? try stored(tensor, place, rank, node) : tensor
    }
    return (placed, place)
  }
}
