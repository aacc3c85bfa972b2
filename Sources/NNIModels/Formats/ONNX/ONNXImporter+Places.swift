/// Operators of values whose samples are not along the file's first axis, see ``SamplePlace``.
extension ONNXImporter {
  /// The node with axes and operands as the graph has them, and where the file has the samples in its output.
  ///
  /// - Throws: ``InterpretabilityError`` when the operator would mix samples.
  mutating func placed(_ node: OperatorNode) throws -> (node: OperatorNode, place: SamplePlace) {
    if Self.indexing.contains(node.type) || hasComputedIndices(node) {
      return try placedIndexing(node)
    }
    switch node.type {
    case "Transpose": return try placedTranspose(node)
    case "Unsqueeze": return try placedUnsqueeze(node)
    case "Squeeze": return try placedSqueeze(node)
    case "Reshape": return try placedReshape(node)
    case "Flatten": return try placedFlatten(node)
    case "Expand": return try placedExpand(node)
    case "MatMul": return try placedProduct(node)
    case "Einsum": return try placedEinsum(node)
    case "Gemm": return try placedGemm(node)
    case "Gather": return try placedGather(node)
    case "GatherND": return try placedGatherND(node)
    case "Concat": return try placedConcatenation(node)
    case "Split", "Softmax", "LogSoftmax", "LpNormalization", "ArgMax", "ArgMin",
      "CumSum", "TopK":
      return try placedAxis(node)
    case "LayerNormalization", "RMSNormalization": return try placedLastAxes(node)
    case "Slice": return try placedSlice(node)
    case "Pad": return try placedPad(node)
    case "OneHot": return try placedOneHot(node)
    case "Tile": return try placedTile(node)
    case "ScatterND": return try placedScatter(node)
    case "Trilu": return try placedMatrices(node)
    case "GridSample": return try placedFirst(withoutBatch(node, rank: nil))
    case "QuantizeLinear", "DequantizeLinear": return try placedQuantization(node)
    case let type where type.hasPrefix("Reduce"): return try placedReduction(node)
    case let type where Self.broadcasting.contains(type): return try joined(node)
    case let type where Self.elementwise.contains(type):
      return (node, samplePlace(of: node.sources[0]))
    default: return try placedFirst(node)
    }
  }

  /// Where the file has the samples of a node's value.
  func samplePlace(of id: NodeID) -> SamplePlace { places[id] ?? SamplePlace() }

  /// The shape that one sample of a node's value has in the file.
  mutating func fileShape(of id: NodeID, for node: OperatorNode) throws -> [Int] {
    samplePlace(of: id).fileShape(ofOne: try shapes.shape(of: id, in: graph, for: node))
  }

  /// The error of an operator that would mix samples.
  func mixes(_ node: OperatorNode, _ what: String) -> InterpretabilityError {
    node.unsupported("it mixes samples: \(what)")
  }

  /// Functions of each element alone.
  static let elementwise: Set<String> = [
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitwiseNot", "Cast", "Ceil", "Celu",
    "Clip", "Cos",
    "Cosh", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "Identity",
    "IsInf", "IsNaN", "LeakyRelu", "Log", "Mish", "Neg", "Not", "Reciprocal", "Relu", "Round",
    "Selu",
    "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Swish", "Tan",
    "Tanh",
    "ThresholdedRelu", "nni::DynamicQuantization",
  ]

  // MARK: Two forms of a value

  /// The value with an axis of its own for the file's axis of samples, where it lacks one.
  mutating func opened(_ id: NodeID) throws -> NodeID {
    let place = samplePlace(of: id)
    guard place.isOwn else { return id }
    return try added(
      UnitAxesLayer([place.axis + 1], isInserting: true), to: id, "opened",
      SamplePlace(axis: place.axis, before: 1))
  }

  /// The value with its samples along the file's first axis alone, if that has extent 1 for one sample.
  mutating func closed(_ id: NodeID, for node: OperatorNode) throws -> NodeID? {
    if samplePlace(of: id).isFirst { return id }
    let open = try opened(id)
    guard try shapes.shape(of: open, in: graph, for: node).dropFirst().first == 1 else {
      return nil
    }
    return try added(
      UnitAxesLayer([1], isInserting: false), to: open, "closed", SamplePlace())
  }

  /// The value with axes of extent 1 before all others but the samples'.
  mutating func padded(_ id: NodeID, by count: Int) throws -> NodeID {
    guard count > 0 else { return id }
    var place = samplePlace(of: id)
    place.axis += count
    return try added(
      UnitAxesLayer(Array(1...count), isInserting: true), to: id, "padded \(count)", place)
  }

  /// A node that only moves another one's elements; the same one is used again.
  mutating func added(
    _ layer: any Layer, to id: NodeID, _ suffix: String, _ place: SamplePlace
  ) throws -> NodeID {
    let name = NodeID("\(id):\(suffix)")
    if let known = moved[name] { return known }
    let new = unused(name, "")
    try graph.add(layer, as: new, after: [id])
    note(new, place)
    moved[name] = new
    return new
  }

  // MARK: One axis

  private func axis(
    _ node: OperatorNode, _ standard: Int, _ rank: Int
  ) throws -> Int { try node.axis(node.int("axis", default: standard), rank: rank) }

  private mutating func placedAxis(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    let isSoftmax = node.type.hasSuffix("oftmax")
    let isMerging = isSoftmax && node.version < 13
    let standard =
      isMerging ? 1 : isSoftmax || ["LpNormalization", "TopK"].contains(node.type) ? -1 : 0
    var node = node
    let source = node.sources[0]
    if node.type == "CumSum" {
      guard let axis = try node.number(1), abs(axis) < 64 else { throw node.unsupported("no axis") }
      node = node.replacing(inputs: [node.inputs[0]]).setting("axis", .int(Int(axis)))
    }
    let stated = try node.int("axis", default: standard)
    if samplePlace(of: source).isFirst,
      stated > 0 || (stated < 0 && (try? axisCount(of: source, for: node)) == nil)
    {
      return (node, SamplePlace())
    }
    let rank = try axisCount(of: source, for: node)
    let axis = try axis(node, standard, rank)
    var (id, place) = (source, samplePlace(of: source))
    if place.isOwn, axis == place.axis || (isMerging && axis < place.axis) {
      guard node.type == "Split" || isMerging && axis < place.axis else {
        throw mixes(node, "axis \(axis) is the batch's")
      }
      id = try opened(source)
      place = samplePlace(of: id)
    }
    try requireOne(place, axis, node)
    guard !isMerging || place.isOwn || axis == rank - 1 else {
      throw mixes(node, "all axes from \(axis) on")
    }
    let stored = place.stored(axis) ?? 0
    if node.type.hasPrefix("Arg"), try node.int("keepdims", default: 1) == 0, axis < place.axis {
      place.axis -= 1
    }
    return (node.taking(id).setting("axis", .int(stored)), place)
  }

  /// Where the file's batch is not one, an operator along the axis that holds the samples beside other
  /// elements is not that of one sample.
  private func requireOne(_ place: SamplePlace, _ axis: Int, _ node: OperatorNode) throws {
    guard batch == 1 || place.isOwn || place.axis != axis else {
      throw mixes(node, "axis \(axis) holds the batch beside other elements")
    }
  }

  private mutating func placedLastAxes(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    let source = node.sources[0]
    let place = samplePlace(of: source)
    if place.isFirst { return (node, place) }
    let rank = try axisCount(of: source, for: node)
    let axis = try axis(node, -1, rank)
    let id = place.isOwn && place.axis >= axis ? try opened(source) : source
    return (node.taking(id).setting("axis", .int(axis - rank)), samplePlace(of: id))
  }

  /// Operators of the last two axes.
  private mutating func placedMatrices(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    let source = node.sources[0]
    let rank = try axisCount(of: source, for: node)
    let place = samplePlace(of: source)
    let id = place.isOwn && place.axis >= rank - 2 ? try opened(source) : source
    return (node.taking(id), samplePlace(of: id))
  }

  private mutating func placedReduction(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    let source = node.sources[0]
    var place = samplePlace(of: source)
    let stated = try node.integers(1) ?? node.ints("axes") ?? []
    if stated.isEmpty {
      guard try node.int("noop_with_empty_axes", default: 0) == 0 else { return (node, place) }
    } else if place.isFirst, stated.allSatisfy({ $0 > 0 }) {
      return (node, place)
    }
    if place.isFirst, !stated.isEmpty, (try? axisCount(of: source, for: node)) == nil {
      return (node, place)
    }
    let rank = try axisCount(of: source, for: node)
    var axes = try Set(stated.map { try node.axis($0, rank: rank) }).sorted()
    if axes.isEmpty { axes = Array(0..<rank) }
    guard !place.isOwn || !axes.contains(place.axis) else {
      throw mixes(node, "a reduction over axis \(place.axis), the batch's")
    }
    for axis in axes { try requireOne(place, axis, node) }
    let isKeeping = try node.int("keepdims", default: 1) != 0
    let stored = axes.compactMap(place.stored)
    if axes.contains(place.axis) { place.before = 1 }
    if !isKeeping { place.axis -= axes.count { $0 < place.axis } }
    return (try node.stating(axes: stored), place)
  }

  private mutating func placedSlice(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    let source = node.sources[0]
    guard let starts = try node.integers(1) ?? node.ints("starts"),
      let ends = try node.integers(2) ?? node.ints("ends")
    else { return (node, samplePlace(of: source)) }
    let stated = try node.integers(3) ?? node.ints("axes") ?? Array(starts.indices)
    let steps = try node.integers(4) ?? starts.map { _ in 1 }
    guard ends.count == starts.count, stated.count == starts.count, steps.count == starts.count
    else {
      throw InterpretabilityError(
        .invalidFile, "Slice: starts, ends, axes and steps differ in number", node: node.id)
    }
    var id = source
    if samplePlace(of: id).isFirst, stated.allSatisfy({ $0 > 0 }) { return (node, SamplePlace()) }
    let known = try? axisCount(of: source, for: node)
    if known == nil, samplePlace(of: id).isFirst, !stated.contains(0) {
      return (node, SamplePlace())
    }
    let rank = try known ?? axisCount(of: source, for: node)
    let axes = try stated.map { try node.axis($0, rank: rank) }
    var kept: [(axis: Int, start: Int, end: Int, step: Int)] = []
    for index in starts.indices {
      let part = SliceLayer.Part(
        axis: 0, start: starts[index], end: ends[index], step: steps[index])
      let isSamples = samplePlace(of: id).isOwn && axes[index] == samplePlace(of: id).axis
      if isSamples || part.isWhole {
        // All samples, as the file counts them.
        if part.isWhole || part.positions(in: batch).isWhole { continue }
        guard batch == 1 else { throw mixes(node, "a part of the batch") }
        id = try opened(id)
      }
      try requireOne(samplePlace(of: id), axes[index], node)
      kept.append((axes[index], starts[index], ends[index], steps[index]))
    }
    let place = samplePlace(of: id)
    func list(_ values: [Int]) throws -> OperatorNode.Input {
      .constant(try Tensor(values.map(Int64.init), shape: [values.count]))
    }
    let inputs = [
      .node(id), try list(kept.map(\.start)), try list(kept.map(\.end)),
      try list(kept.map { place.stored($0.axis) ?? 0 }), try list(kept.map(\.step)),
    ]
    return (node.replacing(inputs: inputs, attributes: [:]), place)
  }

  private mutating func placedPad(_ node: OperatorNode) throws -> (OperatorNode, SamplePlace) {
    let source = node.sources[0]
    let place = samplePlace(of: source)
    guard !place.isFirst, var pads = try node.integers(1) ?? node.ints("pads") else {
      return (node, place)
    }
    let rank = try axisCount(of: source, for: node)
    if let axes = try node.integers(3), pads.count == 2 * axes.count {
      var all = [Int](repeating: 0, count: 2 * rank)
      for (index, stated) in axes.enumerated() {
        let axis = try node.axis(stated, rank: rank)
        all[axis] = pads[index]
        all[axis + rank] = pads[index + axes.count]
      }
      pads = all
    }
    guard pads.count == 2 * rank else {
      throw node.unsupported("widths \(pads) for a value of \(rank) axes")
    }
    for axis in 0..<rank where pads[axis] != 0 || pads[axis + rank] != 0 {
      guard place.stored(axis) != nil else { throw mixes(node, "widths \(pads) pad the batch") }
      try requireOne(place, axis, node)
    }
    let kept = (0..<rank).filter { place.stored($0) != nil }
    let order = kept.sorted { (place.stored($0) ?? 0) < (place.stored($1) ?? 0) }
    let stored = [0] + order.map { pads[$0] } + [0] + order.map { pads[$0 + rank] }
    var inputs = node.inputs
    while inputs.count < 2 { inputs.append(.absent) }
    inputs[1] = .constant(try Tensor(stored.map(Int64.init), shape: [stored.count]))
    return (node.replacing(inputs: Array(inputs.prefix(3))), place)
  }

  private mutating func placedTile(_ node: OperatorNode) throws -> (OperatorNode, SamplePlace) {
    var id = node.sources[0]
    guard let repeats = try node.integers(1) else { throw node.unsupported("computed repeats") }
    let rank = try axisCount(of: id, for: node)
    guard repeats.count == rank else {
      throw InterpretabilityError(
        .invalidFile, "Tile: \(repeats.count) repeats of \(rank) axes", node: node.id)
    }
    if samplePlace(of: id).isOwn, repeats[samplePlace(of: id).axis] != 1 {
      guard batch == 1 else { throw mixes(node, "it repeats the batch") }
      id = try opened(id)
    }
    let place = samplePlace(of: id)
    var stored = [Int](repeating: 1, count: rank + (place.isOwn ? 0 : 1))
    for (axis, count) in repeats.enumerated() where count != 1 {
      try requireOne(place, axis, node)
      if let position = place.stored(axis) { stored[position] = count }
    }
    let list = try Tensor(stored.map(Int64.init), shape: [stored.count])
    return (node.replacing(inputs: [.node(id), .constant(list)]), place)
  }

  // MARK: Indices

  private mutating func placedGather(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    guard case .node(var id)? = node.inputs.first else {
      // Rows of a table by computed indices.
      guard case .node(let indices)? = node.inputs.dropFirst().first,
        try node.int("axis", default: 0) == 0, node.type == "Gather"
      else { throw node.unsupported("computed indices of another axis than a table's first") }
      return (node, samplePlace(of: indices))
    }
    if case .node? = node.inputs.dropFirst().first {
      throw node.unsupported("computed indices of a computed value")
    }
    let stated = try node.int("axis", default: 0)
    let depth = node.type == "Gather" ? try node.requiredConstant(1, "indices").rank : 1
    if samplePlace(of: id).isFirst, stated > 0 { return (node, SamplePlace()) }
    let rank = try axisCount(of: id, for: node)
    let axis = try node.axis(stated, rank: rank)
    if samplePlace(of: id).isOwn, axis == samplePlace(of: id).axis {
      guard batch == 1 else { throw mixes(node, "it chooses samples") }
      id = try opened(id)
    }
    var place = samplePlace(of: id)
    if batch > 1, !place.isOwn, axis == place.axis, node.type == "Gather",
      let alone = try ofOneSample(node, place, id)
    {
      return alone
    }
    try requireOne(place, axis, node)
    let placed = node.taking(id).setting("axis", .int(place.stored(axis) ?? 0))
    if axis < place.axis { place.axis += depth - 1 } else if axis == place.axis { place.before = 1 }
    return (placed, place)
  }

  /// Elements of the axis that holds the samples beside others, each sample's among its own.
  private mutating func ofOneSample(
    _ node: OperatorNode, _ place: SamplePlace, _ id: NodeID
  ) throws -> (OperatorNode, SamplePlace)? {
    let table = try node.requiredConstant(1, "indices")
    let extent = try fileShape(of: id, for: node)[place.axis]
    guard place.before == 1, table.rank > 0, table.shape[0] == batch, extent > 0,
      let values = try node.integers(1)
    else { return nil }
    let width = values.count / batch
    let one = Array(values[..<width])
    let isShifted = values.indices.allSatisfy {
      values[$0] == one[$0 % width] + $0 / width * extent
    }
    guard isShifted, one.allSatisfy({ (0..<extent).contains($0) }) else { return nil }
    let rest = try Tensor(one.map(Int64.init), shape: Array(table.shape.dropFirst()))
    let placed = node.replacing(inputs: [.node(id), .constant(rest)])
      .setting("axis", .int(place.stored(place.axis) ?? 0))
    return (placed, SamplePlace(axis: place.axis))
  }

  private mutating func placedScatter(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    let table = try node.requiredConstant(1, "indices")
    guard let depth = table.shape.last, node.inputs.count == 3 else {
      throw node.unsupported("indices of shape \(table.shape)")
    }
    let shift = table.rank - 1 - depth
    var ids: [Int: NodeID] = [:]
    var ranks: [Int: Int] = [:]
    for position in [0, 2] {
      switch node.inputs[position] {
      case .node(let id):
        ids[position] = id
        ranks[position] = try axisCount(of: id, for: node)
      case .constant(let tensor): ranks[position] = tensor.rank
      case .absent: throw node.unsupported("an operand that is left out")
      }
    }
    func place(_ position: Int) -> SamplePlace? { ids[position].map { samplePlace(of: $0) } }
    // Where the value has its samples, counted in its own axes.
    let axes = [place(0)?.axis, place(2).map { $0.axis - shift }].compactMap { $0 }
    let isOwn = [0, 2].allSatisfy { place($0)?.isOwn ?? true }
    if !isOwn || Set(axes).count != 1 || axes[0] < depth {
      guard batch == 1 else { throw mixes(node, "it writes at positions of the batch") }
      for (position, id) in ids { ids[position] = try opened(id) }
    }
    var inputs = node.inputs
    for position in [0, 2] {
      if let id = ids[position] {
        inputs[position] = .node(id)
      } else if case .constant(let tensor) = node.inputs[position], let other = ids.first {
        var place = samplePlace(of: other.value)
        if place.isOwn { place.axis += position == 0 ? -shift : shift }
        inputs[position] = .constant(
          try stored(tensor, place, tensor.rank, node, isBroadcasting: false))
      }
    }
    var result =
      ids[0].map { samplePlace(of: $0) } ?? ids[2].map { samplePlace(of: $0) } ?? SamplePlace()
    if ids[0] == nil, result.isOwn { result.axis -= shift }
    return (node.replacing(inputs: inputs), result)
  }

  private mutating func placedGatherND(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    let place = samplePlace(of: node.sources[0])
    let table = try node.requiredConstant(1, "indices")
    if batch == 1, place.isOwn, let depth = table.shape.last, depth > place.axis, table.rank > 1 {
      // The batch's own positions, all of which are that of the one sample.
      let open = try opened(node.sources[0])
      return (
        node.taking(open).setting("indexes_samples", .int(0)), SamplePlace(axis: 0, before: 1)
      )
    }
    guard let depth = table.shape.last, depth <= place.axis else {
      // Of one sample: positions among its elements.
      guard batch == 1, table.rank > 1 else {
        throw node.unsupported("indices of the batch's axis, \(place.axis)")
      }
      let placed = node.taking(try opened(node.sources[0])).setting("indexes_samples", .int(0))
      return (placed, SamplePlace(axis: 0, before: 1))
    }
    let axis = place.axis - depth + table.rank - 1
    return (
      node.setting("indexes_samples", .int(0)), SamplePlace(axis: axis, before: place.before)
    )
  }

  // MARK: Operators that want the samples first

  private mutating func placedFirst(
    _ node: OperatorNode
  ) throws -> (OperatorNode, SamplePlace) {
    guard let source = node.sources.first,
      node.sources.contains(where: { !samplePlace(of: $0).isFirst })
    else { return (node, SamplePlace()) }
    guard let first = try closed(source, for: node), node.sources.count == 1 else {
      if let rows = try placedRows(node) { return rows }
      throw node.unsupported(
        "the samples share the first axis of its input with other elements, or lie along another one; "
          + "it is supported where they lie along the first")
    }
    return (node.taking(first), SamplePlace())
  }

  private mutating func placedGemm(_ node: OperatorNode) throws -> (OperatorNode, SamplePlace) {
    let source = node.sources[0]
    let place = samplePlace(of: source)
    guard !place.isFirst else { return (node, place) }
    let id = try opened(source)
    return (node.taking(id), samplePlace(of: id))
  }
}

extension OperatorNode {
  /// The same node with its first computed input replaced.
  func taking(_ id: NodeID) -> OperatorNode {
    var inputs = inputs
    for (position, input) in inputs.enumerated() {
      guard case .node = input else { continue }
      inputs[position] = .node(id)
      break
    }
    return replacing(inputs: inputs)
  }

  /// The same node with its computed inputs replaced in order, and `transform` of its constants.
  func taking(_ ids: [NodeID], _ transform: (Tensor) throws -> Tensor) rethrows -> OperatorNode {
    var rest = ids[...]
    return replacing(
      inputs: try inputs.map { input in
        switch input {
        case .node: rest.popFirst().map { .node($0) } ?? input
        case .constant(let tensor): .constant(try transform(tensor))
        case .absent: input
        }
      })
  }

  /// The same node with an attribute set.
  func setting(_ name: String, _ value: Attribute) -> OperatorNode {
    replacing(attributes: attributes.merging([name: value]) { $1 })
  }

  /// The same node with axes stated as its version does not matter for.
  func stating(axes: [Int]) throws -> OperatorNode {
    replacing(
      inputs: [inputs[0], .constant(try Tensor(axes.map(Int64.init), shape: [axes.count]))])
  }
}
