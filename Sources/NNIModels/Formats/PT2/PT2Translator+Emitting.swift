import Foundation

/// Nodes and constants in ONNX's terms.
extension PT2Translator {
  /// A name that no value bears.
  mutating func fresh(_ suffix: String) -> String {
    count += 1
    return "\(current):\(suffix)\(count)"
  }

  /// Adds a node; without names of results it makes one up.
  @discardableResult
  mutating func emit(
    _ type: String, _ inputs: [String], _ attributes: [String: OperatorNode.Attribute] = [:],
    to results: [String]? = nil
  ) -> String {
    var node = ONNXNodeProto()
    node.opType = type
    node.input = inputs
    node.output = results ?? [fresh(type.lowercased())]
    node.name = node.output[0]
    node.attribute = attributes.sorted { $0.key < $1.key }.map { Self.attribute($0.key, $0.value) }
    graph.node.append(node)
    if let currentModule { modules[node.name] = currentModule }
    return node.output[0]
  }

  private static func attribute(
    _ name: String, _ value: OperatorNode.Attribute
  ) -> ONNXAttributeProto {
    var proto = ONNXAttributeProto()
    proto.name = name
    switch value {
    case .float(let number):
      proto.type = 1
      proto.f = Float(number)
    case .int(let number):
      proto.type = 2
      proto.i = Int64(number)
    case .string(let text):
      proto.type = 3
      proto.s = Data(text.utf8)
    case .floats(let numbers):
      proto.type = 6
      proto.floats = numbers.map { Float($0) }
    case .ints(let numbers):
      proto.type = 7
      proto.ints = numbers.map(Int64.init)
    case .strings(let texts):
      proto.type = 8
      proto.strings = texts.map { Data($0.utf8) }
    case .tensor: preconditionFailure("tensors are inputs")
    }
    return proto
  }

  /// The name of a new constant.
  mutating func add(constant tensor: Tensor) -> String {
    let name = fresh("constant")
    tensors[name] = tensor
    return name
  }

  /// The name of a new list of whole numbers.
  mutating func list(_ numbers: [Int]) throws -> String {
    add(constant: try Tensor(numbers.map(Int64.init), shape: [numbers.count]))
  }

  /// The name of a new constant of one number, in the type of `other`.
  mutating func scalar(_ number: Double, like other: String) throws -> String {
    let type = type(other)
    if !type.isFloatingPoint, number == number.rounded(), abs(number) < 9e15 {
      return add(constant: try Tensor([Int64(number)], shape: []))
    }
    return add(constant: try Tensor([number], shape: [], dtype: .float64))
  }

  /// A value that stands for another.
  mutating func pass(_ source: String, to result: String) {
    emit("Identity", [source], to: [result])
  }
}
