/// Elements chosen and written at places that are computed.
extension ONNXImporter {
  /// Operators with indices that ``placedIndexing(_:)`` puts in place, beside those with computed ones.
  static let indexing: Set<String> = ["GatherElements", "ScatterElements"]

  /// Whether an operator's indices are computed; of a table's rows, which are looked up, they are not meant.
  func hasComputedIndices(_ node: OperatorNode) -> Bool {
    guard ["Gather", "GatherND", "ScatterND"].contains(node.type), node.inputs.count > 1,
      case .node = node.inputs[1]
    else { return false }
    if case .node? = node.inputs.first { return true }
    return node.type != "Gather"
  }

  /// The node with its operands in place: each sample's indices are those of its own elements.
  mutating func placedIndexing(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    switch node.type {
    case "Gather": return try placedParts(node)
    case "GatherElements", "ScatterElements": return try placedElements(node)
    default: return try placedPositions(node)
    }
  }

  /// Operands with the same axes, of which one is chosen along.
  private mutating func placedElements(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    var ids = node.sources
    guard let first = ids.first else { throw node.unsupported("operands that are all constant") }
    let rank = try axisCount(of: first, for: node)
    let axis = try node.axis(node.int("axis", default: 0), rank: rank)
    let places = Set(ids.map { samplePlace(of: $0) })
    if places.count > 1 || samplePlace(of: first).isOwn && samplePlace(of: first).axis == axis {
      guard batch == 1 else { throw mixes(node, "its operands have the batch at different axes") }
      ids = try ids.map { try opened($0) }
    }
    let place = samplePlace(of: ids[0])
    guard batch == 1 || place.isOwn || place.axis != axis else {
      throw mixes(node, "axis \(axis) holds the batch beside other elements")
    }
    let placed = try node.taking(ids) {
      try stored($0, place, rank, node, isBroadcasting: false)
    }
    return (placed.setting("axis", .int(place.stored(axis) ?? 0)), place)
  }

  /// Parts of an axis by computed indices, whose axes come in its place.
  private mutating func placedParts(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    var (data, indices) = (node.sources[0], node.sources[1])
    let rank = try axisCount(of: data, for: node)
    let axis = try node.axis(node.int("axis", default: 0), rank: rank)
    guard batch == 1 else { throw mixes(node, "indices of a batch of \(batch)") }
    let depth = try axisCount(of: indices, for: node)
    if samplePlace(of: data).isOwn, samplePlace(of: data).axis == axis { data = try opened(data) }
    indices = try opened(indices)
    var place = samplePlace(of: data)
    let stored = place.stored(axis) ?? 0
    if axis < place.axis {
      place.axis += depth - 1
    } else if axis == place.axis {
      place.before = 1
    }
    return (
      OperatorNode(
        id: node.id, type: "Gather", version: node.version,
        inputs: [.node(data), .node(indices)], attributes: ["axis": .int(stored)]), place
    )
  }

  /// Positions in the first axes of a value, `GatherND` and `ScatterND`.
  private mutating func placedPositions(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    guard case .node(var indices)? = node.inputs.dropFirst().first else {
      throw node.unsupported("no indices")
    }
    let isReading = node.type == "GatherND"
    let outer = try isReading ? node.int("batch_dims", default: 0) : 0
    guard batch == 1 || outer == 1 else { throw mixes(node, "indices of a batch of \(batch)") }
    let shape = try fileShape(of: indices, for: node)
    guard let depth = shape.last, depth > 0 else {
      throw node.unsupported("indices of shape \(shape)")
    }
    let isLast = samplePlace(of: indices).isOwn && samplePlace(of: indices).axis == shape.count - 1
    if isLast { indices = try opened(indices) }
    var inputs = node.inputs
    inputs[1] = .node(indices)
    var place = samplePlace(of: indices)
    if outer > 0 {
      guard outer == 1, case .node(let data) = inputs[0], samplePlace(of: data).isFirst,
        place.isFirst
      else {
        throw node.unsupported("batch_dims=\(outer) where the samples are not the first axis")
      }
    } else {
      var first: SamplePlace?
      for position in [0, 2] where position < inputs.count {
        switch inputs[position] {
        case .node(let id):
          let open = try opened(id)
          inputs[position] = .node(open)
          if position == 0 { first = samplePlace(of: open) }
        case .constant(let tensor): inputs[position] = .constant(try tensor.unsqueezed(0))
        case .absent: throw node.unsupported("an operand that is left out")
        }
      }
      if !isReading {
        inputs[1] = .node(try opened(indices))
        place = first ?? SamplePlace(axis: 0, before: 1)
      }
    }
    return (
      OperatorNode(
        id: node.id, type: node.type, version: node.version, inputs: inputs,
        attributes: node.attributes.merging(["depth": .int(depth)]) { $1 }), place
    )
  }

  /// A new axis for whole numbers.
  mutating func placedOneHot(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    let source = node.sources[0]
    let rank = try axisCount(of: source, for: node)
    let axis = try node.axis(node.int("axis", default: -1), rank: rank + 1)
    var place = samplePlace(of: source)
    if axis <= place.axis { place.axis += 1 }
    return (node.setting("axis", .int(place.stored(axis) ?? 0)), place)
  }

  /// Elements that a known condition keeps, as those chosen by their numbers.
  mutating func compressed(_ node: OperatorNode) throws -> OperatorNode {
    let mask = try node.requiredConstant(1, "condition").converted(to: .int64)
      .elements(as: Int64.self)
    let kept = mask.indices.filter { mask[$0] != 0 }.map(Int64.init)
    guard !kept.isEmpty else { throw node.unsupported("a condition that keeps nothing") }
    var source = node.inputs[0]
    var axis = try node.int("axis", default: 0)
    if node.attributes["axis"] == nil {
      let all = OperatorNode.Input.constant(try Tensor([Int64(-1)], shape: [1]))
      source = .node(try helper(node, "all", "Reshape", [source, all], version: 17))
      axis = 0
    }
    return OperatorNode(
      id: node.id, type: "Gather", version: node.version,
      inputs: [source, .constant(try Tensor(kept, shape: [kept.count]))],
      attributes: ["axis": .int(axis)])
  }
}
