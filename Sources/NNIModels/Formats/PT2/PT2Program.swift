import Foundation

/// A program of `torch.export`, as its JSON text states it.
///
/// Read are programs of the schema's major version 8; keys that newer minor versions add are ignored.
struct PT2Program: Decodable, Sendable {
  struct Module: Decodable, Sendable {
    private(set) var graph: PT2Graph
    let signature: PT2Signature
    let calls: [PT2ModuleCall]?

    enum CodingKeys: String, CodingKey {
      case graph, signature
      case calls = "module_call_graph"
    }

    fileprivate mutating func unwrap() { graph = graph.unwrapped() }
  }

  private(set) var module: Module

  enum CodingKeys: String, CodingKey {
    case module = "graph_module"
  }

  private struct Versions: Decodable {
    struct Schema: Decodable { let major: Int }
    let schema: Schema
    enum CodingKeys: String, CodingKey { case schema = "schema_version" }
  }

  /// The major version of the schema that is read.
  static let major = 8

  /// Decodes a program of the file that is called `place` in messages.
  ///
  /// - Throws: ``InterpretabilityError`` for a text that is no program or of another major version.
  static func decoded(_ text: Data, place: String) throws -> PT2Program {
    do {
      let version = try JSONDecoder().decode(Versions.self, from: text).schema.major
      guard version == major else {
        throw InterpretabilityError(
          .unsupported,
          "\(place) is of version \(version) of torch.export's schema; version \(major) is read: "
            + "export it again with PyTorch 2.8 to 2.13")
      }
      if let key = JSONKeys.firstRepeated(in: text) {
        throw InterpretabilityError(
          .invalidFile, "\(place): the program states the key “\(key)” twice")
      }
      var program = try JSONDecoder().decode(PT2Program.self, from: text)
      program.module.unwrap()
      return program
    } catch let error as InterpretabilityError {
      throw error
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(place): the program \(JSONFailure.sentence(error))")
    }
  }
}

/// The nodes of a program and what is known of their values.
struct PT2Graph: Decodable, Sendable {
  let inputs: [PT2Argument]
  let outputs: [PT2Argument]
  private(set) var nodes: [PT2Node]
  private(set) var tensors: [String: PT2TensorMeta]
  private(set) var integers: [String: PT2Extent]

  enum CodingKeys: String, CodingKey {
    case inputs, outputs, nodes
    case tensors = "tensor_values"
    case integers = "sym_int_values"
  }
}

extension PT2Graph {
  /// The graph with the nodes of those inside it that are run as they are: `no_grad` around some calls, or no autocast.
  ///
  /// As with `detach`, a map explains what the program computes, which such a context does not change.
  ///
  /// - Parameter depth: How many graphs it lies in.
  /// - Returns: The graph; calls that run one otherwise stay.
  func unwrapped(depth: Int = 0) -> PT2Graph {
    var result = self
    result.nodes = []
    for node in nodes {
      guard node.isContext, depth < 16,
        let position = node.inputs.firstIndex(where: {
          if case .graph = $0.arg { true } else { false }
        }),
        case .graph(let inside) = node.inputs[position].arg
      else {
        result.nodes.append(node)
        continue
      }
      let inner = inside.unwrapped(depth: depth + 1)
      let operands = node.inputs[(position + 1)...].flatMap(\.arg.names)
      let (parameters, values) = (inner.inputs.flatMap(\.names), inner.outputs.flatMap(\.names))
      let results = node.outputs.flatMap(\.names)
      let own = Set(inner.nodes.flatMap { $0.outputs.flatMap(\.names) })
      guard parameters.count == operands.count, values.count == results.count,
        Set(values).count == values.count, own.isSuperset(of: values)
      else {
        result.nodes.append(node)
        continue
      }
      var names: [String: String] = [:]
      for name in own { names[name] = "\(results.first ?? ""):\(name)" }
      for (value, outer) in zip(values, results) { names[value] = outer }
      for (parameter, outer) in zip(parameters, operands) { names[parameter] = outer }
      result.nodes += inner.nodes.map { $0.renamed(names) }
      for (name, meta) in inner.tensors {
        if let outer = names[name], result.tensors[outer] == nil { result.tensors[outer] = meta }
      }
      result.integers.merge(inner.integers) { outer, _ in outer }
    }
    return result
  }
}

/// One call of an operator.
struct PT2Node: Decodable, Sendable {
  struct Input: Decodable, Sendable {
    let name: String
    let arg: PT2Argument
  }

  /// The operator, such as `torch.ops.aten.conv2d.default`.
  let target: String
  let inputs: [Input]
  let outputs: [PT2Argument]
  let metadata: [String: String]?

  /// Whether it runs a graph in a context that changes no numbers: without gradients, or with autocast off.
  var isContext: Bool {
    switch target {
    case "torch.ops.higher_order.wrap_with_set_grad_enabled": return true
    case "torch.ops.higher_order.wrap_with_autocast":
      for case .bool(let isEnabled) in inputs.map(\.arg) { return !isEnabled }
      return false
    default: return false
    }
  }

  /// The same call with other names of tensors.
  func renamed(_ names: [String: String]) -> PT2Node {
    PT2Node(
      target: target, inputs: inputs.map { Input(name: $0.name, arg: $0.arg.renamed(names)) },
      outputs: outputs.map { $0.renamed(names) }, metadata: metadata)
  }

  /// The module of the program that the call belongs to, such as `layer1.0.conv1`.
  var module: String? {
    guard let stack = metadata?["nn_module_stack"] else { return nil }
    guard let last = stack.split(separator: ";").last else { return nil }
    let parts = last.split(separator: ",", omittingEmptySubsequences: false)
    let empty = "_empty_nn_module_stack_from_metadata_hook"
    guard parts.count == 3, !parts[1].isEmpty, parts[1] != empty else { return nil }
    return String(parts[1])
  }
}

/// Type and shape of a value; a stored one's places, too.
struct PT2TensorMeta: Decodable {
  let dtype: Int
  let sizes: [PT2Extent]
  let strides: [PT2Extent]?
  let offset: PT2Extent?
  let layout: Int?

  enum CodingKeys: String, CodingKey {
    case dtype, sizes, strides, layout
    case offset = "storage_offset"
  }

  /// Element types by the numbers of torch.export's schema, which are not libtorch's.
  static let types: [Int: DType] = [
    1: .uint8, 2: .int8, 3: .int16, 4: .int32, 5: .int64, 6: .float16, 7: .float32, 8: .float64,
    12: .bool, 13: .bfloat16,
  ]

  private static let typeNames: [Int: String] = [
    9: "complex32", 10: "complex64", 11: "complex128", 28: "uint16", 29: "float8_e4m3fn",
    30: "float8_e5m2", 31: "float8_e4m3fnuz", 32: "float8_e5m2fnuz", 33: "float8_e8m0fnu",
    34: "uint32", 35: "uint64",
  ]

  /// The name of an element type's number.
  static func typeName(_ number: Int) -> String {
    types[number]?.description ?? typeNames[number] ?? "number \(number)"
  }
}

/// How the program's inputs and outputs stand for those of the module.
struct PT2Signature: Decodable {
  let inputs: [PT2InputSpec]
  let outputs: [PT2OutputSpec]

  enum CodingKeys: String, CodingKey {
    case inputs = "input_specs"
    case outputs = "output_specs"
  }
}

/// What an input of the program is.
enum PT2InputSpec: Decodable {
  /// A weight or a lifted constant: the program's name, and that in the file.
  case stored(name: String, key: String)
  case user(PT2Argument)
  /// What cannot be read, such as a custom object.
  case other(String)

  private struct Named: Decodable { let name: String }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: PT2Key.self)
    guard let kind = object.allKeys.first, object.allKeys.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "wanted one kind of input"))
    }
    let keys = [
      "parameter": "parameter_name", "buffer": "buffer_name",
      "tensor_constant": "tensor_constant_name",
    ]
    if kind.stringValue == "user_input" {
      let body = try object.nestedContainer(keyedBy: PT2Key.self, forKey: kind)
      self = .user(try body.decode(PT2Argument.self, forKey: PT2Key("arg")))
    } else if let key = keys[kind.stringValue] {
      let body = try object.nestedContainer(keyedBy: PT2Key.self, forKey: kind)
      self = .stored(
        name: try body.decode(Named.self, forKey: PT2Key("arg")).name,
        key: try body.decode(String.self, forKey: PT2Key(key)))
    } else {
      self = .other(kind.stringValue)
    }
  }
}

/// What an output of the program is.
enum PT2OutputSpec: Decodable {
  case user(PT2Argument)
  /// A written buffer, a gradient, a token.
  case other(String)

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: PT2Key.self)
    guard let kind = object.allKeys.first, object.allKeys.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "wanted one kind of output"))
    }
    guard kind.stringValue == "user_output" else {
      self = .other(kind.stringValue)
      return
    }
    let body = try object.nestedContainer(keyedBy: PT2Key.self, forKey: kind)
    self = .user(try body.decode(PT2Argument.self, forKey: PT2Key("arg")))
  }
}

/// How a module is called: the outermost tells the names of its results.
struct PT2ModuleCall: Decodable {
  struct Signature: Decodable {
    let results: String?
    enum CodingKeys: String, CodingKey { case results = "out_spec" }
  }

  let fqn: String
  let signature: Signature?

  /// The keys of a dictionary of results, where the module returns one of plain tensors.
  var resultNames: [String]? {
    struct Spec: Decodable {
      let type: String?
      let context: String?
      let children: [Spec]
      enum CodingKeys: String, CodingKey {
        case type, context
        case children = "children_spec"
      }
    }
    struct Part: Decodable {
      let spec: Spec?
      init(from decoder: any Decoder) throws { spec = try? Spec(from: decoder) }
    }
    guard let text = signature?.results, text.utf8.count < 1 << 20,
      let parts = try? JSONDecoder().decode([Part].self, from: Data(text.utf8)),
      let spec = parts.compactMap(\.spec).first, spec.type?.hasSuffix("dict") == true,
      let context = spec.context,
      let names = try? JSONDecoder().decode([String].self, from: Data(context.utf8)),
      names.count == spec.children.count, spec.children.allSatisfy({ $0.children.isEmpty }),
      Set(names).count == names.count
    else { return nil }
    return names
  }
}

/// A key of any name.
struct PT2Key: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
