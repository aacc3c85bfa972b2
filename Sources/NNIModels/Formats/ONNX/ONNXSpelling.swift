import Foundation

/// One node of a file spelled out in ONNX's own operators: those of ONNX Runtime's optimiser, those that
/// compute with levels of a quantised network, and those of ONNX's own that simpler ones put together.
///
/// The nodes that are written go the way of a file's own: what is constant is folded, axes are put in place.
struct ONNXSpelling {
  /// The node that is spelled out.
  let node: ONNXNodeProto
  /// What stands for it, in order.
  private(set) var nodes: [ONNXNodeProto] = []
  /// The constants among the operands of ``nodes``.
  private(set) var constants: [String: Tensor] = [:]

  /// Whether the node stays as it is.
  private(set) var isKept = false

  /// How one operator is spelled out.
  typealias Writer = @Sendable (inout ONNXSpelling, inout ONNXImporter) throws -> Void

  /// By the operator's name, with its domain before it where that is not ONNX's own.
  static let writers: [String: Writer] =
    fused.merging(transformers) { $1 }.merging(quantized) { $1 }.merging(blocked) { $1 }
    .merging(composed) { $1 }

  init(_ node: ONNXNodeProto) { self.node = node }

  // MARK: What the node holds

  /// The name of an input; empty where it is left out.
  func input(_ position: Int) -> String {
    position < node.input.count ? node.input[position] : ""
  }

  /// The name of an input that must be there.
  func required(_ position: Int, _ what: String) throws -> String {
    let name = input(position)
    guard !name.isEmpty else {
      throw InterpretabilityError(
        .invalidFile, "\(node.opType) has no \(what) (input \(position))", node: node.id)
    }
    return name
  }

  /// The name of an output; empty where nothing needs it.
  func output(_ position: Int) -> String {
    position < node.output.count ? node.output[position] : ""
  }

  func attribute(_ name: String) -> ONNXAttributeProto? {
    node.attribute.first { $0.name == name }
  }

  /// A whole number; one that nothing can be counted by is as good as the next one.
  func int(_ name: String, default standard: Int) -> Int {
    attribute(name).map { Int(min(max($0.i, -1 << 40), 1 << 40)) } ?? standard
  }

  func float(_ name: String, default standard: Double) -> Double {
    attribute(name).map { Double.shortest($0.f) } ?? standard
  }

  func text(_ name: String, default standard: String) -> String {
    attribute(name).map { String(decoding: $0.s, as: UTF8.self) } ?? standard
  }

  /// The attributes of those names, as they are.
  func attributes(_ names: String...) -> [ONNXAttributeProto] {
    node.attribute.filter { names.contains($0.name) }
  }

  func unsupported(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.unsupported, "\(node.opType): \(message)", node: node.id)
  }

  func malformed(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "\(node.opType): \(message)", node: node.id)
  }

  // MARK: What is written

  /// Leaves the node as it is.
  mutating func keep() { isKept = true }

  /// Writes a node.
  ///
  /// - Parameters:
  ///   - type: The operator, one of ONNX's own.
  ///   - inputs: The names of its operands.
  ///   - suffix: What the node is called, after the name of the one that is spelled out.
  ///   - attributes: Its attributes.
  ///   - outputs: How many values it has.
  /// - Returns: The name of its value; further ones have `:1` and so on after it.
  @discardableResult
  mutating func write(
    _ type: String, _ inputs: [String], as suffix: String, _ attributes: [ONNXAttributeProto] = [],
    outputs: Int = 1
  ) -> String {
    var written = ONNXNodeProto()
    let name = unused("\(node.id.name):\(suffix)")
    written.name = name
    (written.domain, written.opType) = Self.parts(type)
    written.input = inputs
    written.output = (0..<outputs).map { $0 == 0 ? name : "\(name):\($0)" }
    written.attribute = attributes
    nodes.append(written)
    return name
  }

  /// Writes the node whose value is an output of the one that is spelled out, and which takes its name.
  mutating func finish(
    _ type: String, _ inputs: [String], _ attributes: [ONNXAttributeProto] = [], output: Int = 0
  ) {
    guard !self.output(output).isEmpty else { return }
    var written = ONNXNodeProto()
    written.name = output == 0 ? node.id.name : "\(node.id.name):\(output)"
    (written.domain, written.opType) = Self.parts(type)
    written.input = inputs
    written.output = [self.output(output)]
    written.attribute = attributes
    nodes.append(written)
  }

  /// A constant of whole numbers.
  mutating func list(_ values: [Int]) throws -> String {
    try constant(Tensor(values.map(Int64.init), shape: [values.count]), "list")
  }

  /// A whole number, without axes.
  mutating func whole(_ value: Int) throws -> String {
    try constant(Tensor([Int64(value)], shape: []), "number")
  }

  /// A real number, without axes.
  mutating func number(_ value: Double) throws -> String {
    try constant(Tensor([Float(value)], shape: []), "number")
  }

  mutating func constant(_ tensor: Tensor, _ suffix: String) -> String {
    let name = unused("\(node.id.name):\(suffix)")
    constants[name] = tensor
    return name
  }

  /// `type` names that no node of this spelling has.
  private func unused(_ name: String) -> String {
    var candidate = name
    var count = 1
    while constants[candidate] != nil || nodes.contains(where: { $0.name == candidate }) {
      count += 1
      candidate = "\(name):\(count)"
    }
    return candidate
  }

  private static func parts(_ type: String) -> (domain: String, type: String) {
    let parts = type.components(separatedBy: "::")
    return parts.count == 2 ? (parts[0], parts[1]) : ("", type)
  }
}

extension ONNXAttributeProto {
  init(_ name: String, int value: Int) {
    self.init()
    self.name = name
    type = 2
    i = Int64(value)
  }

  init(_ name: String, ints values: [Int]) {
    self.init()
    self.name = name
    type = 7
    ints = values.map(Int64.init)
  }

  init(_ name: String, float value: Double) {
    self.init()
    self.name = name
    type = 1
    f = Float(value)
  }

  init(_ name: String, text value: String) {
    self.init()
    self.name = name
    type = 3
    s = Data(value.utf8)
  }
}

extension ONNXImporter {
  /// Adds the nodes that stand for one, if it is one that is spelled out.
  ///
  /// - Returns: Whether it is.
  mutating func addSpelled(_ proto: ONNXNodeProto) throws -> Bool {
    guard let writer = ONNXSpelling.writers[Self.name(of: proto)] else { return false }
    var spelling = ONNXSpelling(proto)
    try writer(&spelling, &self)
    if spelling.isKept { return false }
    for (name, tensor) in spelling.constants { setValue(.constant(tensor), of: name) }
    noteUse(of: spelling.nodes.flatMap(\.input))
    for node in spelling.nodes { try add(node) }
    return true
  }

  /// How many axes an operand has in the file.
  mutating func rank(of name: String, for spelling: ONNXSpelling) throws -> Int {
    switch try value(of: name) {
    case .constant(let tensor): return tensor.rank
    case .node(let id): return try axisCount(of: id, for: operatorNode(spelling))
    case .absent: return 0
    }
  }

  /// The shape that an operand has in the file, for its batch.
  mutating func shape(of name: String, for spelling: ONNXSpelling) throws -> [Int] {
    switch try value(of: name) {
    case .constant(let tensor): return tensor.shape
    case .node(let id):
      let node = operatorNode(spelling)
      return samplePlace(of: id).fileShape(
        ofOne: try shapes.shape(of: id, in: graph, for: node), batch: batch)
    case .absent: return []
    }
  }

  /// The type of an operand's elements.
  mutating func type(of name: String, for spelling: ONNXSpelling) throws -> DType {
    switch try value(of: name) {
    case .constant(let tensor): return tensor.dtype
    case .node(let id): return try shapes.type(of: id, in: graph, for: operatorNode(spelling))
    case .absent: return .float32
    }
  }

  /// The value of an operand that must be constant.
  mutating func constant(
    _ position: Int, _ what: String, of spelling: ONNXSpelling
  ) throws -> Tensor {
    guard case .constant(let tensor) = try value(of: spelling.required(position, what)) else {
      throw spelling.unsupported("a computed \(what) (input \(position))")
    }
    return tensor
  }

  /// The whole number that an operand must be.
  mutating func integer(
    _ position: Int, _ what: String, of spelling: ONNXSpelling
  ) throws -> Int {
    let tensor = try constant(position, what, of: spelling)
    guard tensor.count == 1, let number = Int(exactly: try tensor.item().rounded()) else {
      throw spelling.malformed("a \(what) of shape \(tensor.shape) that is no whole number")
    }
    return number
  }

  private func operatorNode(_ spelling: ONNXSpelling) -> OperatorNode {
    OperatorNode(
      id: spelling.node.id, type: spelling.node.opType, version: file.version, inputs: [],
      attributes: [:])
  }
}
