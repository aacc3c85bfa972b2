import Foundation

/// Builds a graph from an ONNX file: computes what is constant, lets layers build themselves of the
/// rest.
struct ONNXImporter {
  let file: ONNXFile
  /// The network's input.
  let input: ONNXInput
  private let order: ONNXOrder
  private let reader: ONNXTensorReader
  private let entries: [String: OperatorEntry]
  private let initializers: [String: Int]
  private var values: [String: OperatorNode.Input]
  private var ids: Set<NodeID>
  private(set) var graph: Graph
  var shapes: ONNXShapes

  /// - Parameters:
  ///   - file: The parsed file.
  ///   - inputSpec: Tells height and width where the file leaves them open.
  /// - Throws: ``InterpretabilityError`` when values are defined twice or the network has not one
  ///   input.
  init(_ file: ONNXFile, inputSpec: InputSpec) throws {
    self.file = file
    let proto = file.model.graph
    guard proto.sparseInitializer.isEmpty else {
      throw InterpretabilityError(.unsupported, "the file holds sparse tensors")
    }
    order = try ONNXOrder(proto.withPlainSoftplus)
    input = try ONNXInput(proto, used: order.inputs)
    reader = ONNXTensorReader(folder: file.url.deletingLastPathComponent())
    entries = Dictionary(
      Catalog.entries(of: OperatorEntry.self).map { ($0.name, $0) }
    ) { first, _ in first }
    initializers = Dictionary(
      uniqueKeysWithValues: proto.initializer.enumerated().map { ($1.name, $0) })
    values = [input.name: .node(NodeID(input.name))]
    ids = [NodeID(input.name)]
    graph = Graph(input: NodeID(input.name))
    shapes = ONNXShapes(input, inputSpec)
  }

  /// The graph that ends at the file's first output.
  mutating func imported() throws -> Graph {
    for node in order.nodes { try add(node) }
    let output = file.model.graph.output[0].name
    guard case .node(let id) = try value(of: output), graph.nodes.count > 1 else {
      throw InterpretabilityError(
        .invalidFile, "the file's output “\(output)” does not depend on its input")
    }
    try graph.setOutput(id)
    return try graph.replacing([:])
  }

  private mutating func add(_ proto: ONNXNodeProto) throws {
    try checkDomain(of: proto)
    let node = OperatorNode(
      id: uniqueID(of: proto), type: Self.name(of: proto), version: file.version,
      inputs: try proto.input.map { try value(of: $0) },
      attributes: try ONNXAttributes.attributes(of: proto, reader), outputCount: proto.output.count)
    if node.type == "If" {
      try addBranch(of: node, proto)
    } else if node.sources.isEmpty {
      let folded = try ConstantFolder(entries: entries).outputs(of: node)
      for (index, name) in proto.output.enumerated() where order.used.contains(name) {
        guard index < folded.count else { throw secondOutput(index, name, of: node) }
        values[name] = .constant(folded[index])
      }
    } else if node.type == "Shape" {
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

  /// Adds one layer for each output that is used.
  private mutating func addLayers(of node: OperatorNode, _ proto: ONNXNodeProto) throws {
    let resolved = try multiplied(resolved(node))
    guard let entry = entries[resolved.type] else { throw unknown(node) }
    for input in resolved.inputs {
      if case .constant(let tensor) = input, try BatchExtent.isIn(tensor) {
        throw BatchExtent.isNeeded(by: node)
      }
    }
    for (index, name) in proto.output.enumerated() where order.used.contains(name) {
      guard index == 0 || entry.hasManyOutputs else {
        throw secondOutput(index, name, of: node)
      }
      let id =
        proto.output.count > 1 && entry.hasManyOutputs
        ? unused(NodeID("\(node.id):\(index)"), name) : node.id
      let layer = try layer(entry, resolved.choosing(output: index))
      try graph.add(layer, as: id, after: resolved.sources)
      ids.insert(id)
      values[name] = .node(id)
    }
  }

  /// Adds the nodes of the branch that a known condition chooses.
  private mutating func addBranch(of node: OperatorNode, _ proto: ONNXNodeProto) throws {
    guard case .constant(let condition)? = node.inputs.first, condition.count == 1 else {
      throw node.unsupported("its condition is computed; only a known one is supported")
    }
    let name = try condition.item() != 0 ? "then_branch" : "else_branch"
    guard let branch = proto.attribute.first(where: { $0.name == name })?.g,
      branch.output.count == proto.output.count
    else {
      throw InterpretabilityError(
        .invalidFile, "If: \(name) does not give \(proto.output.count) outputs", node: node.id)
    }
    for tensor in branch.initializer {
      values[tensor.name] = .constant(try reader.tensor(tensor))
    }
    for inner in branch.node { try add(inner) }
    for (name, inner) in zip(proto.output, branch.output) {
      values[name] = try value(of: inner.name)
    }
  }

  /// A division by a computed value as a product with its reciprocal, which becomes a node before.
  private mutating func multiplied(_ node: OperatorNode) throws -> OperatorNode {
    guard node.type == "Div", node.inputs.count == 2, case .node(let divisor) = node.inputs[1]
    else {
      return node
    }
    let id = unused(NodeID("\(node.id):reciprocal"), "")
    try graph.add(ActivationLayer(.reciprocal), as: id, after: [divisor])
    ids.insert(id)
    return OperatorNode(
      id: node.id, type: "Mul", version: node.version, inputs: [node.inputs[0], .node(id)],
      attributes: node.attributes)
  }

  private func layer(_ entry: OperatorEntry, _ node: OperatorNode) throws -> any Layer {
    let inputs = try node.inputs.map { input in
      guard case .constant(let tensor) = input, tensor.dtype.isFloatingPoint else { return input }
      return .constant(try tensor.converted(to: self.input.dtype))
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
      default: count == 1
      }
    guard isFitting else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type) cannot take \(count) computed inputs of \(node.inputs.count)",
        node: node.id)
    }
    return layer
  }

  /// What a name of the file stands for.
  private mutating func value(of name: String) throws -> OperatorNode.Input {
    if name.isEmpty { return .absent }
    if let value = values[name] { return value }
    guard let index = initializers[name] else {
      throw InterpretabilityError(.invalidFile, "nothing in the file computes “\(name)”")
    }
    let constant = OperatorNode.Input.constant(
      try reader.tensor(file.model.graph.initializer[index]))
    values[name] = constant
    return constant
  }

  private mutating func uniqueID(of proto: ONNXNodeProto) -> NodeID {
    let id = unused(proto.id, proto.output.first ?? "")
    ids.insert(id)
    return id
  }

  /// `id`, or with the output's name if it is taken.
  private func unused(_ id: NodeID, _ output: String) -> NodeID {
    var candidate = id
    var count = 1
    while ids.contains(candidate) {
      candidate = NodeID("\(id):\(output)" + (count == 1 ? "" : ":\(count)"))
      count += 1
    }
    return candidate
  }

  private func checkDomain(of proto: ONNXNodeProto) throws {
    guard !ONNXFile.isStandard(proto.domain), entries[Self.name(of: proto)] == nil else { return }
    let isFunction = file.model.functions.contains {
      $0.name == proto.opType && $0.domain == proto.domain
    }
    throw InterpretabilityError(
      .unsupported,
      "the operator \(proto.opType) of the domain “\(proto.domain)” "
        + (isFunction
          ? "is a function of the file; write it inline with onnx.inliner"
          : "is not supported; only ONNX's own operators are, and those that were registered"),
      node: proto.id)
  }

  /// The operator's name in the catalogue.
  private static func name(of proto: ONNXNodeProto) -> String {
    ONNXFile.isStandard(proto.domain) ? proto.opType : "\(proto.domain)::\(proto.opType)"
  }

  private func secondOutput(
    _ index: Int, _ name: String, of node: OperatorNode
  ) -> InterpretabilityError {
    node.unsupported("its output \(index), “\(name)”, is used; only the first is computed")
  }

  private func unknown(_ node: OperatorNode) -> InterpretabilityError {
    let known = Set(entries.keys).union(["Constant", "Shape"]).sorted().joined(separator: ", ")
    return InterpretabilityError(
      .unsupported, "the operator \(node.type) is not supported; supported are \(known)",
      node: node.id)
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
