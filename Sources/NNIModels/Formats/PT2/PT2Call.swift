/// A call of an operator with its arguments' names resolved.
struct PT2Call {
  /// The operator without its overload and without the mark of a writing one: `add` of `aten.add_.Tensor`.
  let name: String
  /// The operator as the file has it, such as `aten.add_.Tensor`.
  let fullName: String
  let overload: String
  /// Whether it writes its result into its first argument.
  let isWriting: Bool
  /// The arguments that are stated, by the schema's names, in the file's order.
  let arguments: [(name: String, value: Value)]
  /// The names of its results; those of a list one after another.
  let results: [String]

  /// An argument with all numbers known.
  enum Value {
    case none
    case tensor(String)
    case tensors([String?])
    case int(Int)
    case ints([Int])
    case double(Double)
    case doubles([Double])
    case bool(Bool)
    case string(String)
    case type(DType?)
    case placement
    case other(String)
  }

  subscript(name: String) -> Value? {
    guard let value = arguments.first(where: { $0.name == name })?.value else { return nil }
    if case .none = value { return nil }
    return value
  }

  /// The name of its one result, or of the first.
  var result: String { results.first ?? "" }

  /// The names of all values that it reads.
  var reads: [String] {
    arguments.flatMap { argument -> [String] in
      switch argument.value {
      case .tensor(let name): [name]
      case .tensors(let names): names.compactMap { $0 }
      default: []
      }
    }
  }

  func int(_ name: String, _ standard: Int) throws -> Int {
    switch self[name] {
    case nil: return standard
    case .int(let value)?: return value
    case .bool(let value)?: return value ? 1 : 0
    default: throw malformed(name, "a whole number")
    }
  }

  /// A list of whole numbers; one number stands for a list of one.
  func ints(_ name: String) throws -> [Int]? {
    switch self[name] {
    case nil: return nil
    case .int(let value)?: return [value]
    case .ints(let values)?: return values
    default: throw malformed(name, "whole numbers")
    }
  }

  /// A list of `count` whole numbers, of which the file may state one for all.
  func ints(_ name: String, count: Int, _ standard: Int) throws -> [Int] {
    guard let values = try ints(name), !values.isEmpty else {
      return [Int](repeating: standard, count: count)
    }
    if values.count == 1 { return [Int](repeating: values[0], count: count) }
    guard values.count == count else { throw malformed(name, "\(count) whole numbers") }
    return values
  }

  func double(_ name: String) throws -> Double? {
    switch self[name] {
    case nil: return nil
    case .int(let value)?: return Double(value)
    case .double(let value)?: return value
    case .bool(let value)?: return value ? 1 : 0
    default: throw malformed(name, "a number")
    }
  }

  func bool(_ name: String, _ standard: Bool) throws -> Bool {
    switch self[name] {
    case nil: return standard
    case .bool(let value)?: return value
    case .int(let value)?: return value != 0
    default: throw malformed(name, "true or false")
    }
  }

  func string(_ name: String, _ standard: String) throws -> String {
    switch self[name] {
    case nil: return standard
    case .string(let value)?: return value
    default: throw malformed(name, "a text")
    }
  }

  /// The name of a tensor; `nil` where it is left out.
  func optional(_ name: String) throws -> String? {
    switch self[name] {
    case nil: return nil
    case .tensor(let value)?: return value
    default: throw malformed(name, "a tensor")
    }
  }

  func tensor(_ name: String) throws -> String {
    guard let value = try optional(name) else { throw malformed(name, "a tensor") }
    return value
  }

  func tensors(_ name: String) throws -> [String?] {
    switch self[name] {
    case .tensors(let values)?: return values
    default: throw malformed(name, "tensors")
    }
  }

  /// An argument that is no tensor, as libtorch takes it.
  func plain(_ name: String) throws -> OperatorArgument {
    switch self[name] {
    case nil: return arguments.contains { $0.name == name } ? .none : .standard
    case .int(let value)?: return .int(value)
    case .ints(let values)?: return .ints(values)
    case .double(let value)?: return .double(value)
    case .doubles(let values)?: return .doubles(values)
    case .bool(let value)?: return .bool(value)
    case .string(let value)?: return .string(value)
    case .type(let type)?:
      guard let type else { throw unsupported("elements of a type that is not read") }
      return .dtype(PT2Translator.wide(type))
    case .placement?: return .standard
    case .none?: return .none
    case .tensor?, .tensors?: throw malformed(name, "no tensor")
    case .other(let kind)?: throw unsupported("an argument of the kind \(kind)")
    }
  }

  /// The error for something that this package does not do.
  func unsupported(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.unsupported, "\(fullName): \(message)", node: NodeID(result))
  }

  func malformed(_ name: String, _ wanted: String) -> InterpretabilityError {
    InterpretabilityError(
      .invalidFile, "\(fullName): the argument \(name) should be \(wanted)", node: NodeID(result))
  }
}
