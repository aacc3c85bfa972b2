import Foundation

/// Builds a graph from an ONNX file: computes what is constant, lets layers build themselves of the
/// rest.
struct ONNXImporter {
  let file: ONNXFile
  /// The network's inputs.
  let inputs: [ONNXInput]
  /// The inputs as parts of the one node before them; empty where there is one of real numbers.
  let parts: [InputPart]
  /// The sizes that the graph is for.
  let sizes: OpenSizes
  /// The inputs with what the file leaves open.
  let openInputs: [OpenInput]
  private let order: ONNXOrder
  private let operators: [String: NamedOperatorLayer]
  let reader: ONNXTensorReader
  private let entries: [String: OperatorEntry]
  private let initializers: [String: Int]
  var values: [String: OperatorNode.Input]
  private var ids: Set<NodeID>
  var graph: Graph
  var shapes: ONNXShapes
  /// Where the file has the samples of a value, if not along the first axis.
  private(set) var places: [NodeID: SamplePlace] = [:]
  /// The number of the file's axes, where it is known without a pass.
  private var ranks: [NodeID: Int] = [:]
  /// Values without elements, with what is said where one is needed.
  var nothing: [String: InterpretabilityError] = [:]
  /// Values that were only moved, by name.
  var moved: [NodeID: NodeID] = [:]
  private var blockers = ONNXBlockers()
  /// What comes before the names of nodes, within the turns of a loop.
  var scope = ""
  /// Lists of values, by the constants that stand for them.
  var sequences: [ObjectIdentifier: (marker: Tensor, list: [OperatorNode.Input])] = [:]
  /// How many nodes of bodies were gone through.
  var workDone = 0
  /// What must be known of the network that is read, each in one sentence.
  var notes: [String] = []
  /// ONNX's numbers of the element types of constants that nodes state.
  private var constantTypes: [String: Int32] = [:]
  /// Values that nodes read which stand for others.
  private var written: Set<String> = []

  /// - Parameters:
  ///   - file: The parsed file.
  ///   - card: Tells sizes that the file leaves open.
  ///   - tensors: Values that are known beside those in the file.
  ///   - operators: Layers of nodes whose operators are not ONNX's, by the nodes' names.
  ///   - sizes: What the file leaves open; `nil` takes the card's or a standard.
  /// - Throws: ``InterpretabilityError`` when values are defined twice or the network has not one
  ///   input.
  init(
    _ file: ONNXFile, card: ModelCard = ModelCard(), tensors: [String: Tensor] = [:],
    operators: [String: NamedOperatorLayer] = [:], sizes: OpenSizes? = nil
  ) throws {
    self.file = file
    self.operators = operators
    let proto = file.model.graph
    guard proto.sparseInitializer.isEmpty else {
      throw InterpretabilityError(.unsupported, "the file holds sparse tensors")
    }
    order = try ONNXOrder(
      proto.withPlainSoftplus.withPlainDynamicQuantization, known: Set(tensors.keys))
    reader = ONNXTensorReader(of: file)
    entries = Dictionary(
      Catalog.entries(of: OperatorEntry.self).map { ($0.name, $0) }
    ) { first, _ in first }
    do {
      inputs = try ONNXInput.all(proto, used: order.inputs)
      let open = try ONNXSizes(
        inputs, card: card, numbers: ONNXDecidingInputs.find(inputs, in: proto))
      openInputs = open.inputs
      self.sizes = sizes ?? open.candidates[0]
      parts = try ONNXInput.parts(inputs, openInputs, self.sizes)
    } catch let error as InterpretabilityError {
      throw Self.error(error, with: order, entries)
    }
    initializers = Dictionary(
      uniqueKeysWithValues: proto.initializer.enumerated().map { ($1.name, $0) })
    let input = inputs[0]
    values = tensors.mapValues { .constant($0) }
    ids = []
    guard !parts.isEmpty else {
      values[input.name] = .node(NodeID(input.name))
      ids.insert(NodeID(input.name))
      graph = Graph(input: NodeID(input.name))
      shapes = ONNXShapes(
        sample: input.shape.isEmpty ? nil : self.sizes.shapes[input.name], dtype: input.dtype)
      if !input.shape.isEmpty { ranks[graph.input] = input.shape.count }
      return
    }
    let root: NodeID = inputs.contains { $0.name == "inputs" } ? "all inputs" : "inputs"
    ids.insert(root)
    graph = Graph(input: root)
    shapes = ONNXShapes(
      sample: [parts.reduce(0) { $0 + $1.count }], dtype: Self.dtype(of: inputs))
    for part in parts {
      if let number = part.number {
        values[part.name] = .constant(
          try Tensor.full(
            part.sampleAxis == nil ? part.shape : [1] + part.shape, Double(number), dtype: part.type
          ))
        continue
      }
      let id = NodeID(part.name)
      try graph.add(
        InputPartLayer(start: part.start, shape: part.shape, type: part.type), as: id,
        after: [root])
      values[part.name] = .node(id)
      note(
        id, part.sampleAxis.map { SamplePlace(axis: $0) } ?? SamplePlace(axis: 0, before: 1))
    }
  }

  /// The input that images come by, the first one of real numbers.
  var input: ONNXInput { inputs.first { $0.dtype.isFloatingPoint } ?? inputs[0] }

  /// The type that the network computes in.
  var dtype: DType { Self.dtype(of: inputs) }

  private static func dtype(of inputs: [ONNXInput]) -> DType {
    inputs.contains { $0.dtype == .float64 } ? .float64 : .float32
  }

  /// How many samples the file is written for; 1 where it leaves that open.
  var batch: Int { input.batch ?? 1 }

  /// An error about the inputs, with the operators of the file that are not known.
  private static func error(
    _ error: InterpretabilityError, with order: ONNXOrder, _ entries: [String: OperatorEntry]
  ) -> InterpretabilityError {
    var blockers = ONNXBlockers()
    blockers.note(error, at: ONNXNodeProto())
    for proto in order.nodes
    where entries[name(of: proto)] == nil && !ConstantFolder.isKnown(proto.opType)
      && !decomposable.contains(proto.opType) && !structuring.contains(proto.opType)
      && ONNXSpelling.writers[name(of: proto)] == nil
    {
      blockers.note(
        InterpretabilityError(
          .unsupported, "the operator \(proto.opType) is not supported", node: proto.id),
        at: proto)
    }
    return blockers.error ?? error
  }

  /// The graph that ends at the file's first output.
  mutating func imported() throws -> Graph {
    let output = file.model.graph.output[0].name
    for node in order.nodes { try addOrNote(node) }
    if let error = blockers.error { throw error }
    guard case .node(var id) = try value(of: output), graph.nodes.count > 1 else {
      throw InterpretabilityError(
        .invalidFile, "the file's output “\(output)” does not depend on its input")
    }
    // An axis that holds the samples and nothing else is no axis of one sample.
    if !samplePlace(of: id).isOwn {
      let node = OperatorNode(
        id: id, type: "output", version: file.version, inputs: [.node(id)], attributes: [:])
      id = try closed(id, for: node) ?? id
    }
    try graph.setOutput(id)
    return try graph.replacing([:])
  }

  /// Adds a node; an error is noted, so that all of them are told together.
  private mutating func addOrNote(_ proto: ONNXNodeProto) throws {
    guard !blockers.stops(proto) else {
      blockers.block(proto)
      if let error = operatorError(proto) { blockers.note(error, at: proto) }
      return
    }
    do {
      try add(proto)
    } catch let error as InterpretabilityError {
      blockers.note(error, at: proto)
    } catch {
      blockers.note(
        InterpretabilityError(
          .invalidFile, "\(proto.opType) cannot be built", node: proto.id, cause: error), at: proto)
    }
  }

  /// What is wrong with a node's operator, whatever its inputs are.
  private static let structuring: Set<String> = recurrent.union(sequenceOperators).union([
    "Attention", "If", "Loop", "Scan", "Shape", "Size",
  ])

  private func operatorError(_ proto: ONNXNodeProto) -> InterpretabilityError? {
    do { try checkDomain(of: proto) } catch { return error as? InterpretabilityError }
    let isKnown =
      entries[Self.name(of: proto)] != nil || ConstantFolder.isKnown(proto.opType)
      || ONNXSpelling.writers[Self.name(of: proto)] != nil
      || Self.decomposable.contains(proto.opType) || Self.structuring.contains(proto.opType)
    guard !isKnown else { return nil }
    return unknown(
      OperatorNode(
        id: proto.id, type: proto.opType, version: file.version, inputs: [], attributes: [:]))
  }

  mutating func add(_ whole: ONNXNodeProto) throws {
    if try addSpelled(whole) { return }
    if let layer = operators[whole.name] {
      try addNamed(layer, whole, inputs: whole.input.map { try value(of: $0) })
      return
    }
    var proto = whole
    // What is empty adds nothing.
    if proto.opType == "Concat" { proto.input.removeAll { nothing[$0] != nil } }
    try checkDomain(of: proto)
    let node = OperatorNode(
      id: uniqueID(of: proto), type: Self.name(of: proto), version: file.version(of: proto),
      inputs: try proto.input.map { try value(of: $0) },
      attributes: try attributes(of: proto, reader), outputCount: proto.output.count)
    if node.type == "Constant", let type = proto.attribute.first?.t.dataType, type != 0 {
      constantTypes[proto.output.first ?? ""] = type
    }
    if node.type == "If" {
      try addBranch(of: node, proto)
    } else if node.type == "Loop" {
      try addLoop(node, proto)
    } else if node.type == "Scan" {
      try addScan(node, proto)
    } else if Self.sequenceOperators.contains(node.type) {
      try addSequence(node, proto)
    } else if node.sources.isEmpty {
      let folded = try ConstantFolder(entries: entries).outputs(of: node)
      for (index, name) in proto.output.enumerated() where isUsed(name) {
        guard index < folded.count else { throw secondOutput(index, name, of: node) }
        values[name] = .constant(folded[index])
      }
    } else if node.type == "Attention" {
      try addAttention(node, proto)
    } else if Self.recurrent.contains(node.type) {
      try addRecurrence(node, proto)
    } else if node.type == "EyeLike" {
      guard let name = proto.output.first, let source = node.sources.first else { return }
      values[name] = .constant(try identityConstant(like: source, node))
    } else if ["Shape", "Size"].contains(node.type) {
      guard let name = proto.output.first, let source = node.sources.first else { return }
      values[name] = .constant(try shapeConstant(of: source, node))
    } else if node.type == "Identity", let name = proto.output.first, proto.output.count == 1,
      name != file.model.graph.output[0].name, node.inputs.count == 1
    {
      values[name] = node.inputs[0]
    } else {
      try addLayers(of: node, proto)
    }
  }

  /// Whether anything reads a value.
  func isUsed(_ name: String) -> Bool { order.used.contains(name) || written.contains(name) }

  /// Notes that nodes read values that the file does not name.
  mutating func noteUse(of names: [String]) { written.formUnion(names) }

  /// States what a name of the file stands for.
  mutating func setValue(_ value: OperatorNode.Input, of name: String) { values[name] = value }

  /// Adds one layer for each output that is used.
  private mutating func addLayers(of node: OperatorNode, _ proto: ONNXNodeProto) throws {
    let simple = try decomposed(node)
    guard let entry = entries[simple.type] else { throw unknown(node) }
    let (placed, place) = try placed(resolved(simple))
    for (index, name) in proto.output.enumerated() where isUsed(name) {
      guard index == 0 || entry.hasManyOutputs else {
        throw secondOutput(index, name, of: node)
      }
      let id =
        proto.output.count > 1 && entry.hasManyOutputs
        ? unused(NodeID("\(node.id):\(index)"), name) : node.id
      if let error = try emptiness(of: placed) {
        nothing[name] = error
        continue
      }
      try add(entries[placed.type] ?? entry, placed.choosing(output: index), as: id, place)
      values[name] = .node(id)
    }
  }

  /// What is said of a slice without elements where it is needed.
  private mutating func emptiness(of node: OperatorNode) throws -> InterpretabilityError? {
    guard node.type == "Slice" else { return nil }
    do {
      let layer = try entries["Slice"]?.build(node) as? SliceLayer
      for part in layer?.parts ?? [] where part.start > 0 && part.step > 0 {
        // What begins in a value may begin at its end.
        guard let shape = try? shapes.shape(of: node.sources[0], in: graph, for: node) else {
          break
        }
        let axis = part.axis < 0 ? part.axis + shape.count : part.axis
        guard shape.indices.contains(axis), part.start >= shape[axis] else { continue }
        return InterpretabilityError(
          .invalidFile,
          "Slice: from \(part.start) on nothing is left of axis \(axis), which has extent \(shape[axis])",
          node: node.id)
      }
      return nil
    } catch let error as InterpretabilityError where error.code == .invalidFile {
      return error
    }
  }

  /// Adds the layer of a node on which another one rests.
  mutating func append(_ node: OperatorNode) throws {
    guard let entry = entries[node.type] else { throw unknown(node) }
    let (placed, place) = try placed(resolved(node))
    try add(entries[placed.type] ?? entry, placed, as: node.id, place)
  }

  private mutating func add(
    _ entry: OperatorEntry, _ node: OperatorNode, as id: NodeID, _ place: SamplePlace
  ) throws {
    try graph.add(layer(entry, node), as: id, after: node.sources)
    note(id, place)
    if place.isFirst { ranks[id] = try knownRank(of: node) }
  }

  /// Notes a node that was added and where the file has its samples.
  mutating func note(_ id: NodeID, _ place: SamplePlace) {
    ids.insert(id)
    if !place.isFirst { places[id] = place }
  }

  /// The number of axes that a value has in the file.
  mutating func axisCount(of id: NodeID, for node: OperatorNode) throws -> Int {
    if let known = ranks[id] { return known }
    let stored = try shapes.rank(of: id, in: graph, for: node)
    return samplePlace(of: id).isOwn ? stored : stored - 1
  }

  /// The number of axes of an operator's result where its input's tells.
  private func knownRank(of node: OperatorNode) throws -> Int? {
    switch node.type {
    case "Flatten", "Gemm": return 2
    case "Conv", "ConvTranspose": return try node.constant(1)?.rank
    default:
      guard Self.keepingRank.contains(node.type) || Self.elementwise.contains(node.type) else {
        return nil
      }
      let known = node.sources.compactMap { ranks[$0] }
      return known.count == node.sources.count ? known.max() : nil
    }
  }

  private static let keepingRank: Set<String> = [
    "Add", "AveragePool", "BatchNormalization", "Concat", "Div", "GlobalAveragePool",
    "GlobalMaxPool",
    "GroupNormalization", "InstanceNormalization", "LRN", "LayerNormalization", "LogSoftmax",
    "MaxPool",
    "Mul", "PRelu", "Pad", "Resize", "Slice", "Softmax", "Split", "Sub", "Sum", "Transpose",
    "Upsample",
  ]

  private func layer(_ entry: OperatorEntry, _ node: OperatorNode) throws -> any Layer {
    let inputs = try node.inputs.map { input in
      guard case .constant(let tensor) = input, tensor.dtype.isFloatingPoint else { return input }
      return .constant(try tensor.converted(to: dtype))
    }
    let layer: any Layer
    do {
      layer = try entry.build(node.replacing(inputs: inputs))
    } catch let error as InterpretabilityError {
      throw error.node == nil
        ? InterpretabilityError(error.code, error.message, node: node.id, cause: error.cause)
        : error
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(node.type) cannot be built", node: node.id, cause: error)
    }
    let count = node.sources.count
    let isFitting =
      switch layer.kind {
      case .sum, .concatenation: count >= 1 && count == node.inputs.count
      case .product: count == 2 && node.inputs.count == 2
      case .discrete: count >= 1
      case .operator: count >= 1
      default:
        count == 1 || layer is SelectionLayer || layer is ScatterLayer || layer is IndexingLayer
          || layer is WritingLayer
      }
    guard isFitting else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type) cannot take \(count) computed inputs of \(node.inputs.count)",
        node: node.id)
    }
    return layer
  }

  /// What a name of the file stands for.
  mutating func value(of name: String) throws -> OperatorNode.Input {
    if name.isEmpty { return .absent }
    if let value = values[name] { return value }
    if let error = nothing[name] { throw error }
    guard let index = initializers[name] else {
      throw InterpretabilityError(.invalidFile, "nothing in the file computes “\(name)”")
    }
    let constant = OperatorNode.Input.constant(
      try reader.tensor(file.model.graph.initializer[index]))
    values[name] = constant
    return constant
  }

  /// ONNX's number of the element type that the file states of a constant.
  func elementType(of name: String) -> Int32? {
    initializers[name].map { file.model.graph.initializer[$0].dataType } ?? constantTypes[name]
  }

  private mutating func uniqueID(of proto: ONNXNodeProto) -> NodeID {
    let id = unused(
      scope.isEmpty ? proto.id : NodeID("\(scope)\(proto.id)"), proto.output.first ?? "")
    ids.insert(id)
    return id
  }

  /// `id`, or with the output's name if it is taken.
  func unused(_ id: NodeID, _ output: String) -> NodeID {
    var candidate = id
    var count = 1
    while ids.contains(candidate) {
      candidate = NodeID("\(id):\(output)" + (count == 1 ? "" : ":\(count)"))
      count += 1
    }
    return candidate
  }

  private func checkDomain(of proto: ONNXNodeProto) throws {
    let name = Self.name(of: proto)
    guard !ONNXFile.isStandard(proto.domain), entries[name] == nil,
      ONNXSpelling.writers[name] == nil
    else { return }
    throw InterpretabilityError(
      .unsupported,
      "the operator \(proto.opType) of the domain “\(proto.domain)” is not supported; only ONNX's own "
        + "operators are, those of ONNX Runtime's optimiser, functions of the file, and those that were "
        + "registered", node: proto.id)
  }

  /// The operator's name in the catalogue.
  static func name(of proto: ONNXNodeProto) -> String {
    ONNXFile.isStandard(proto.domain) ? proto.opType : "\(proto.domain)::\(proto.opType)"
  }

  private func secondOutput(
    _ index: Int, _ name: String, of node: OperatorNode
  ) -> InterpretabilityError {
    node.unsupported("its output \(index), “\(name)”, is used; only the first is computed")
  }

  private func unknown(_ node: OperatorNode) -> InterpretabilityError {
    let own = ONNXSpelling.writers.keys.filter { !$0.contains("::") }
    let layers = entries.keys.filter { !$0.hasPrefix("nni::") }
    let known = Set(layers).union(Self.decomposable).union(Self.structuring).union(own).union(
      [
        "Constant"
      ]).sorted()
    return InterpretabilityError(
      .unsupported,
      "the operator \(node.type) is not supported"
        + (ConstantFolder.isKnown(node.type) ? " on computed values" : "")
        + ONNXBlockers.listMark + known.joined(separator: ", "), node: node.id)
  }
}

extension OperatorNode {
  /// The same node with other inputs.
  func replacing(inputs: [Input]? = nil, attributes: [String: Attribute]? = nil) -> OperatorNode {
    OperatorNode(
      id: id, type: type, version: version, inputs: inputs ?? self.inputs,
      attributes: attributes ?? self.attributes, outputIndex: outputIndex, outputCount: outputCount)
  }

  /// The same node with another of its outputs wanted.
  func choosing(output index: Int) -> OperatorNode {
    OperatorNode(
      id: id, type: type, version: version, inputs: inputs, attributes: attributes,
      outputIndex: index, outputCount: outputCount)
  }
}
