/// Writes the functions of a file inline: each call becomes the nodes of its function, whose names are made
/// unique by the call's.
///
/// PyTorch's exporter writes functions where it is not to optimise, and so does onnxscript. Calls stand in
/// the graph, in the branches and bodies of its nodes, and in other functions.
struct ONNXFunctions {
  /// By name, domain and overload.
  private var functions: [Key: ONNXFunctionProto] = [:]
  /// The version of ONNX's own operators that a function states, by the first output of each node.
  private(set) var versions: [String: Int] = [:]
  /// Beginnings of names, up to a slash, that values of the file have.
  private var beginnings: Set<String> = []
  private var count = 0

  private struct Key: Hashable {
    let name: String
    let domain: String
    let overload: String
  }

  /// More nodes are no network, but functions that double each other.
  private static let limit = 1 << 18

  /// - Throws: ``InterpretabilityError`` when a function is defined twice.
  init(_ model: ONNXModelProto) throws {
    let graph = model.graph
    let names =
      graph.input.map(\.name) + graph.initializer.map(\.name) + graph.node.flatMap(\.output)
    for name in names {
      for index in name.indices where name[index] == "/" {
        beginnings.insert(String(name[...index]))
      }
    }
    for function in model.functions {
      let key = Key(
        name: function.name, domain: Self.plain(function.domain), overload: function.overload)
      guard functions.updateValue(function, forKey: key) == nil else {
        throw InterpretabilityError(
          .invalidFile, "the file defines the function \(Self.text(key)) twice")
      }
    }
  }

  /// The graph without calls.
  ///
  /// - Throws: ``InterpretabilityError`` when a function calls itself, or a call does not fit its function.
  mutating func inlined(_ graph: ONNXGraphProto) throws -> ONNXGraphProto {
    var copy = graph
    copy.node = try inlined(graph.node, [])
    return copy
  }

  private mutating func inlined(
    _ nodes: [ONNXNodeProto], _ callers: [Key]
  ) throws -> [ONNXNodeProto] {
    var result: [ONNXNodeProto] = []
    for node in nodes {
      count += 1
      guard count <= Self.limit else {
        throw InterpretabilityError(
          .unsupported,
          "the functions of the file make more than \(Self.limit) nodes when they are written inline"
        )
      }
      var node = node
      for index in node.attribute.indices where node.attribute[index].hasG {
        node.attribute[index].g.node = try inlined(node.attribute[index].g.node, callers)
      }
      guard let (key, function) = function(of: node) else {
        result.append(node)
        continue
      }
      guard !callers.contains(key) else {
        throw InterpretabilityError(
          .invalidFile,
          "the function \(Self.text(key)) of the file calls itself"
            + (callers.last == key
              ? "" : ", by way of \(callers.map(Self.text).joined(separator: ", "))"),
          node: node.id)
      }
      guard callers.count < 64 else {
        throw InterpretabilityError(
          .unsupported, "functions that call each other more than 64 deep", node: node.id)
      }
      result += try inlined(body(of: function, key, called: node), callers + [key])
    }
    return result
  }

  private func function(of node: ONNXNodeProto) -> (Key, ONNXFunctionProto)? {
    let domain = Self.plain(node.domain)
    for overload in Set([node.overload, ""]) {
      let key = Key(name: node.opType, domain: domain, overload: overload)
      if let function = functions[key] { return (key, function) }
    }
    return nil
  }

  /// The nodes of a function with the names and attributes of a call.
  private mutating func body(
    of function: ONNXFunctionProto, _ key: Key, called node: ONNXNodeProto
  ) throws -> [ONNXNodeProto] {
    guard node.input.count <= function.input.count, node.output.count <= function.output.count
    else {
      throw InterpretabilityError(
        .invalidFile,
        "\(Self.text(key)) has \(function.input.count) inputs and \(function.output.count) outputs, "
          + "its call \(node.input.count) and \(node.output.count)", node: node.id)
    }
    var call = Call(prefix: unused(node.id.name))
    for (index, name) in function.input.enumerated() {
      call.names[name] = index < node.input.count ? node.input[index] : ""
    }
    var passed: [(String, String)] = []
    for (index, name) in function.output.enumerated() {
      guard index < node.output.count, !node.output[index].isEmpty else { continue }
      // An output that is an input, or one twice, needs a node of its own.
      if call.names[name] != nil {
        passed.append((name, node.output[index]))
      } else {
        call.names[name] = node.output[index]
      }
    }
    let stated = Dictionary(node.attribute.map { ($0.name, $0) }) { first, _ in first }
    let standard = Dictionary(function.attributeProto.map { ($0.name, $0) }) { first, _ in first }
    call.attributes = standard.merging(stated) { $1 }
    let set = function.opsetImport.first { ONNXFile.isStandard($0.domain) }
    var nodes: [ONNXNodeProto] = []
    for inner in function.node {
      let written = call.written(inner)
      if let output = written.output.first { versions[output] = set.map { Int($0.version) } }
      nodes.append(written)
    }
    for (name, output) in passed {
      var identity = ONNXNodeProto()
      identity.opType = "Identity"
      identity.name = "\(call.prefix)/\(output)"
      identity.input = [call.names[name] ?? ""]
      identity.output = [output]
      nodes.append(identity)
    }
    return nodes
  }

  /// A prefix that no other call has.
  private mutating func unused(_ name: String) -> String {
    var candidate = name
    var index = 1
    while !beginnings.insert("\(candidate)/").inserted {
      index += 1
      candidate = "\(name):\(index)"
    }
    return candidate
  }

  private static func plain(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }

  private static func text(_ key: Key) -> String {
    "“\(key.domain.isEmpty ? "" : key.domain + "::")\(key.name)"
      + "\(key.overload.isEmpty ? "" : ":" + key.overload)”"
  }

  /// What the names in a function stand for at one call.
  private struct Call {
    let prefix: String
    var names: [String: String] = [:]
    var attributes: [String: ONNXAttributeProto] = [:]

    init(prefix: String) { self.prefix = prefix }

    private func name(_ inner: String) -> String {
      inner.isEmpty ? "" : names[inner] ?? "\(prefix)/\(inner)"
    }

    func written(_ node: ONNXNodeProto) -> ONNXNodeProto {
      var copy = node
      copy.name = "\(prefix)/\(node.id.name)"
      copy.input = node.input.map(name)
      copy.output = node.output.map(name)
      copy.attribute = node.attribute.compactMap(written)
      return copy
    }

    /// The attribute with the call's value; `nil` if it has none.
    private func written(_ attribute: ONNXAttributeProto) -> ONNXAttributeProto? {
      var copy = attribute
      if !attribute.refAttrName.isEmpty {
        guard let value = attributes[attribute.refAttrName] else { return nil }
        copy = value
        copy.name = attribute.name
      }
      if copy.hasG, attribute.refAttrName.isEmpty { copy.g = written(copy.g) }
      return copy
    }

    /// A graph in a function, whose own values are renamed, too.
    private func written(_ graph: ONNXGraphProto) -> ONNXGraphProto {
      var copy = graph
      for index in copy.initializer.indices {
        copy.initializer[index].name = name(copy.initializer[index].name)
      }
      for index in copy.input.indices { copy.input[index].name = name(copy.input[index].name) }
      for index in copy.output.indices { copy.output[index].name = name(copy.output[index].name) }
      copy.node = graph.node.map(written)
      return copy
    }
  }
}
