/// Lists of values, as loops gather them: of known length, they are lists in the reader and no nodes.
///
/// A list is a constant of its own that stands for it, so that it goes wherever values go.
extension ONNXImporter {
  static let sequenceOperators: Set<String> = [
    "ConcatFromSequence", "SequenceAt", "SequenceConstruct", "SequenceEmpty", "SequenceErase",
    "SequenceInsert", "SequenceLength", "SplitToSequence",
  ]

  /// Computes a node that makes, changes or reads a list.
  mutating func addSequence(_ node: OperatorNode, _ proto: ONNXNodeProto) throws {
    guard let name = proto.output.first else { return }
    switch node.type {
    case "SequenceEmpty": values[name] = try stored([])
    case "SequenceConstruct": values[name] = try stored(node.inputs)
    case "SequenceInsert":
      var list = try list(of: node)
      guard node.inputs.count > 1 else { throw node.unsupported("nothing to insert") }
      let place = try position(2, of: node, in: list.count + 1, else: list.count)
      list.insert(node.inputs[1], at: place)
      values[name] = try stored(list)
    case "SequenceErase":
      var list = try list(of: node)
      list.remove(at: try position(1, of: node, in: list.count, else: list.count - 1))
      values[name] = try stored(list)
    case "SequenceAt":
      let list = try list(of: node)
      values[name] = list[try position(1, of: node, in: list.count, else: list.count - 1)]
    case "SequenceLength":
      values[name] = .constant(try Tensor([Int64(list(of: node).count)], shape: []))
    case "SplitToSequence": values[name] = try stored(split(node))
    default:
      let axis = try node.int("axis", default: 0)
      let list = try list(of: node)
      values[name] =
        try node.int("new_axis", default: 0) != 0
        ? stacked(list, axis: axis, node, "list") : concatenated(list, axis: axis, node)
    }
  }

  private mutating func stored(_ list: [OperatorNode.Input]) throws -> OperatorNode.Input {
    let marker = try Tensor([Int64(list.count)], shape: [])
    sequences[marker.identity] = (marker, list)
    return .constant(marker)
  }

  private func list(of node: OperatorNode) throws -> [OperatorNode.Input] {
    guard case .constant(let marker)? = node.inputs.first,
      let known = sequences[marker.identity]
    else { throw node.unsupported("a list of values that is not known when the file is read") }
    return known.list
  }

  /// A place in a list, from the end if negative.
  private func position(
    _ index: Int, of node: OperatorNode, in count: Int, else standard: Int
  ) throws -> Int {
    let stated = try node.integers(index)?.first ?? standard
    let place = stated < 0 ? stated + count : stated
    guard (0..<count).contains(place) else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type): a list of \(count) values has no place \(stated)",
        node: node.id)
    }
    return place
  }

  private mutating func concatenated(
    _ list: [OperatorNode.Input], axis: Int, _ node: OperatorNode
  ) throws -> OperatorNode.Input {
    guard let first = list.first else { throw node.unsupported("an empty list") }
    guard list.count > 1 else { return first }
    let tensors = list.compactMap { if case .constant(let tensor) = $0 { tensor } else { nil } }
    if tensors.count == list.count {
      return .constant(
        try .concatenated(tensors, axis: node.axis(axis, rank: tensors[0].rank)))
    }
    return .node(
      try helper(node, "list", "Concat", list, ["axis": .int(axis)], version: 17))
  }

  /// Parts of a value along an axis, of one element each unless sizes are stated.
  private mutating func split(_ node: OperatorNode) throws -> [OperatorNode.Input] {
    guard let source = node.inputs.first else { throw node.unsupported("no value") }
    let axis = try node.int("axis", default: 0)
    let extent = try self.extent(of: source, axis: axis, node)
    let stated = try node.integers(1)
    let keepsAxis = try stated != nil || node.int("keepdims", default: 1) != 0
    var sizes = stated ?? [Int](repeating: 1, count: extent)
    if let size = stated?.first, try node.constant(1)?.rank == 0 {
      guard size > 0 else { throw node.unsupported("parts of \(size) elements") }
      sizes = stride(from: 0, to: extent, by: size).map { min(size, extent - $0) }
    }
    guard sizes.allSatisfy({ (0...extent).contains($0) }), sizes.count <= 8192,
      sizes.reduce(0, +) == extent
    else {
      throw InterpretabilityError(
        .invalidFile, "SplitToSequence: \(sizes.count) parts of an axis of extent \(extent)",
        node: node.id)
    }
    var start = 0
    return try sizes.enumerated().map { part, size in
      defer { start += size }
      guard keepsAxis else { return try slice(source, axis: axis, start, node, "part \(part)") }
      if case .constant(let tensor) = source {
        let place = try node.axis(axis, rank: tensor.rank)
        return .constant(try tensor.narrowed(axis: place, to: start..<start + size))
      }
      let bounds = try [start, start + size, axis].map {
        OperatorNode.Input.constant(try Tensor([Int64($0)], shape: [1]))
      }
      return .node(try helper(node, "part \(part)", "Slice", [source] + bounds, version: 17))
    }
  }
}
