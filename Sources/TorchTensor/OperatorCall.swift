internal import CTorch

/// One argument of an operator.
public enum OperatorArgument: Sendable {
  /// The default that the operator's schema states.
  case standard
  case none
  case tensor(Tensor)
  case int(Int)
  case double(Double)
  case bool(Bool)
  case string(String)
  case ints([Int])
  case doubles([Double])
  case tensors([Tensor])

  /// An element type, which libtorch passes as a number.
  public static func dtype(_ type: DType) -> Self { .int(Int(type.rawValue)) }

  /// A tensor, or none.
  public static func optional(_ tensor: Tensor?) -> Self { tensor.map(Self.tensor) ?? .none }
}

/// What an operator returned.
public enum OperatorResult: Sendable {
  case none
  case tensor(Tensor)
  case int(Int)
  case double(Double)
  case bool(Bool)
}

extension Tensor {
  /// The results of libtorch's operator of that name, such as `aten::topk` or `aten::add.Tensor`.
  ///
  /// Arguments come in the order of the operator's schema; missing ones at the end take the schema's
  /// defaults.
  /// - Throws: ``TorchError`` when there is no such operator or it refuses the arguments.
  public static func results(
    of name: String, _ arguments: [OperatorArgument]
  ) throws(TorchError) -> [OperatorResult] {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    let (operatorName, overload) = (parts[0], parts.count > 1 ? parts[1] : "")
    let lists = ArgumentStorage()
    let values = unsafe arguments.map { unsafe lists.value(for: $0) }
    var results = unsafe [CTorchValue](repeating: CTorchValue(), count: 16)
    var count: Int64 = 0
    let message = unsafe withExtendedLifetime(lists) {
      unsafe ctorch_call(
        operatorName, overload, values, Int64(values.count), &results, Int64(results.count), &count)
    }
    if let failure = unsafe TorchError(name, message, shapes: arguments.flatMap(\.shapes)) {
      throw failure
    }
    return unsafe results.prefix(Int(count)).map { unsafe OperatorResult($0) }
  }

  /// The names of an operator's arguments, in the schema's order.
  ///
  /// - Throws: ``TorchError`` when there is no such operator.
  package static func argumentNames(of name: String) throws(TorchError) -> [String] {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    var names: UnsafeMutablePointer<CChar>?
    let message = unsafe ctorch_argument_names(
      parts.first ?? "", parts.count > 1 ? parts[1] : "", &names)
    if let failure = unsafe TorchError(name, message, shapes: []) { throw failure }
    guard let text = unsafe names else { return [] }
    defer { unsafe ctorch_free(text) }
    return unsafe String(cString: text).split(separator: "\n").map(String.init)
  }

  /// The tensors among an operator's results.
  public static func tensors(
    of name: String, _ arguments: [OperatorArgument]
  ) throws(TorchError) -> [Tensor] {
    try results(of: name, arguments).compactMap {
      if case .tensor(let tensor) = $0 { tensor } else { nil }
    }
  }

  /// The first tensor that an operator returns.
  public static func call(
    _ name: String, _ arguments: OperatorArgument...
  ) throws(TorchError) -> Tensor {
    guard let first = try tensors(of: name, arguments).first else {
      throw TorchError(operation: name, message: "gave no tensor")
    }
    return first
  }
}

extension OperatorArgument {
  fileprivate var shapes: [[Int]] {
    switch self {
    case .tensor(let tensor): [tensor.shape]
    case .tensors(let tensors): tensors.map(\.shape)
    default: []
    }
  }
}

extension OperatorResult {
  fileprivate init(_ value: CTorchValue) {
    switch unsafe Int(value.kind) {
    case CTorchKindTensor:
      if let pointer = unsafe value.pointer {
        self = unsafe .tensor(Tensor(handle: Tensor.Handle(OpaquePointer(pointer))))
      } else {
        self = .none
      }
    case CTorchKindInt: self = unsafe .int(Int(value.integer))
    case CTorchKindDouble: self = unsafe .double(value.real)
    case CTorchKindBool: self = unsafe .bool(value.integer != 0)
    default: self = .none
    }
  }
}

/// Keeps the memory that C values point to until the call is over.
@safe private final class ArgumentStorage {
  private var allocations: [UnsafeMutableRawPointer] = unsafe []
  private var tensors: [Tensor] = []

  deinit { unsafe allocations.forEach { unsafe $0.deallocate() } }

  func value(for argument: OperatorArgument) -> CTorchValue {
    var value = unsafe CTorchValue()
    switch argument {
    case .standard: unsafe value.kind = Int32(CTorchKindDefault)
    case .none: unsafe value.kind = Int32(CTorchKindNone)
    case .tensor(let tensor):
      tensors.append(tensor)
      unsafe value.kind = Int32(CTorchKindTensor)
      unsafe value.pointer = UnsafeRawPointer(tensor.handle.pointer)
    case .int(let number):
      unsafe value.kind = Int32(CTorchKindInt)
      unsafe value.integer = Int64(number)
    case .double(let number):
      unsafe value.kind = Int32(CTorchKindDouble)
      unsafe value.real = number
    case .bool(let flag):
      unsafe value.kind = Int32(CTorchKindBool)
      unsafe value.integer = flag ? 1 : 0
    case .string(let text):
      unsafe value.kind = Int32(CTorchKindString)
      unsafe value.pointer = copy(Array(text.utf8CString))
    case .ints(let numbers):
      unsafe value.kind = Int32(CTorchKindInts)
      unsafe value.count = Int64(numbers.count)
      unsafe value.pointer = copy(numbers.map(Int64.init))
    case .doubles(let numbers):
      unsafe value.kind = Int32(CTorchKindDoubles)
      unsafe value.count = Int64(numbers.count)
      unsafe value.pointer = copy(numbers)
    case .tensors(let list):
      tensors += list
      unsafe value.kind = Int32(CTorchKindTensors)
      unsafe value.count = Int64(list.count)
      unsafe value.pointer = copy(list.map { unsafe $0.handle.pointer })
    }
    return unsafe value
  }

  private func copy<Element>(_ elements: [Element]) -> UnsafeRawPointer {
    let size = max(1, elements.count * MemoryLayout<Element>.stride)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: size, alignment: MemoryLayout<Element>.alignment)
    unsafe elements.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress, bytes.count > 0 else { return }
      unsafe memory.copyMemory(from: source, byteCount: bytes.count)
    }
    unsafe allocations.append(memory)
    return UnsafeRawPointer(memory)
  }
}
