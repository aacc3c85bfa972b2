/// A node as a model file describes it, from which a layer builds itself.
///
/// Operators and attributes bear ONNX's names, the common language of files.
public struct OperatorNode: Sendable {
  /// An attribute's value.
  public enum Attribute: Sendable {
    case int(Int)
    case float(Double)
    case string(String)
    case ints([Int])
    case floats([Double])
    case strings([String])
    case tensor(Tensor)
  }

  /// An input: computed by another node, known beforehand, or left out.
  public enum Input: Sendable {
    case node(NodeID)
    case constant(Tensor)
    case absent
  }

  /// The node's name.
  public let id: NodeID
  /// The operator, such as `Conv`.
  public let type: String
  /// The version of the operator set.
  public let version: Int
  /// All inputs in the operator's order.
  public let inputs: [Input]
  /// The attributes by name.
  public let attributes: [String: Attribute]
  /// Which of the node's outputs is wanted; only operators such as `Split` have several.
  public let outputIndex: Int
  /// How many outputs the node has.
  public let outputCount: Int

  /// Creates a description.
  public init(
    id: NodeID, type: String, version: Int, inputs: [Input], attributes: [String: Attribute],
    outputIndex: Int = 0, outputCount: Int = 1
  ) {
    self.id = id
    self.type = type
    self.version = version
    self.inputs = inputs
    self.attributes = attributes
    self.outputIndex = outputIndex
    self.outputCount = outputCount
  }

  /// The nodes among the inputs, in order.
  public var sources: [NodeID] {
    inputs.compactMap { if case .node(let id) = $0 { id } else { nil } }
  }

  /// The constant at a position of the inputs; `nil` when the file leaves it out.
  ///
  /// - Throws: ``InterpretabilityError`` when another node computes it.
  public func constant(_ position: Int) throws -> Tensor? {
    guard position < inputs.count else { return nil }
    switch inputs[position] {
    case .constant(let tensor): return tensor
    case .absent: return nil
    case .node(let source):
      throw unsupported(
        "input \(position) comes from node \(source); only a constant is supported there")
    }
  }

  /// The constant at a position that must be there.
  public func requiredConstant(_ position: Int, _ what: String) throws -> Tensor {
    if let found = try constant(position) { return found }
    throw InterpretabilityError(
      .invalidFile, "\(type) has no \(what) (input \(position))", node: id)
  }

  /// The whole numbers of a constant input; `nil` when the file leaves it out.
  public func integers(_ position: Int) throws -> [Int]? {
    guard let tensor = try constant(position) else { return nil }
    guard !tensor.dtype.isFloatingPoint else {
      throw InterpretabilityError(
        .invalidFile, "\(type): input \(position) holds \(tensor.dtype), wanted integers", node: id)
    }
    return try tensor.elements(as: Int64.self).map { Int($0) }
  }

  /// The one number of a constant input; `nil` when the file leaves it out.
  ///
  /// A float32 is read as the shortest decimal that stands for it: 0.1, not 0.10000000149.
  public func number(_ position: Int) throws -> Double? {
    guard let tensor = try constant(position) else { return nil }
    guard tensor.count == 1 else {
      throw unsupported(
        "input \(position) has shape \(tensor.shape); one number is supported there")
    }
    let value = try tensor.item()
    return tensor.dtype == .float32 ? Double.shortest(Float(value)) : value
  }

  /// An integer attribute, or `standard` when it is left out.
  public func int(_ name: String, default standard: Int) throws -> Int {
    switch attributes[name] {
    case nil: return standard
    case .int(let value): return value
    default: throw malformed(name, "an integer")
    }
  }

  /// A real attribute, or `standard` when it is left out.
  public func float(_ name: String, default standard: Double) throws -> Double {
    switch attributes[name] {
    case nil: return standard
    case .float(let value): return value
    case .int(let value): return Double(value)
    default: throw malformed(name, "a number")
    }
  }

  /// A text attribute, or `standard` when it is left out.
  public func string(_ name: String, default standard: String) throws -> String {
    switch attributes[name] {
    case nil: return standard
    case .string(let value): return value
    default: throw malformed(name, "a text")
    }
  }

  /// A list of integers; `nil` when it is left out.
  public func ints(_ name: String) throws -> [Int]? {
    switch attributes[name] {
    case nil: return nil
    case .ints(let value): return value
    default: throw malformed(name, "a list of integers")
    }
  }

  /// The error for something that this package does not do.
  public func unsupported(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.unsupported, "\(type): \(message)", node: id)
  }

  private func malformed(_ name: String, _ wanted: String) -> InterpretabilityError {
    InterpretabilityError(
      .invalidFile, "\(type): the attribute \(name) should be \(wanted)", node: id)
  }
}

/// How a layer is made from an operator of a model file.
public struct OperatorEntry: CatalogEntry {
  /// The operator's name in ONNX; of an operator of another domain `domain::Name`.
  public let name: String
  /// Whether any of several outputs may be used; else only the first one may.
  public let hasManyOutputs: Bool
  /// Builds the layer.
  public let build: @Sendable (OperatorNode) throws -> any Layer

  public static var builtIn: [any Cataloged.Type] { NNIGraphCatalog.members }

  /// Creates an entry.
  public init(
    _ name: String, hasManyOutputs: Bool = false,
    build: @escaping @Sendable (OperatorNode) throws -> any Layer
  ) {
    self.name = name
    self.hasManyOutputs = hasManyOutputs
    self.build = build
  }
}

extension Double {
  /// The number whose shortest decimal is that of `value`.
  ///
  /// Files hold settings such as a slope of 0.01 as float32; what was meant is the decimal, and in
  /// float64 the difference would show.
  package static func shortest(_ value: Float) -> Double {
    Double(value.description) ?? Double(value)
  }
}
