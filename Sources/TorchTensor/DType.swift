/// The type of a tensor's elements; raw values are libtorch's `c10::ScalarType`.
public enum DType: Int32, Sendable, Hashable, CaseIterable {
  case uint8 = 0
  case int8 = 1
  case int16 = 2
  case int32 = 3
  case int64 = 4
  case float16 = 5
  case float32 = 6
  case float64 = 7
  case bool = 11
  case bfloat16 = 15

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// Whether the elements are real numbers.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64, .bfloat16: true
    default: false
    }
  }
}

extension DType: CustomStringConvertible, Codable {
  /// The lower-case name, such as `float32`.
  public var description: String {
    switch self {
    case .uint8: "uint8"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .float16: "float16"
    case .float32: "float32"
    case .float64: "float64"
    case .bool: "bool"
    case .bfloat16: "bfloat16"
    }
  }

  /// The type of that name, if there is one.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = found
  }
}

/// A Swift number that is the element of some ``DType``.
public protocol TensorScalar: BitwiseCopyable, Sendable {
  /// The type of a tensor of such numbers.
  static var dtype: DType { get }
}

extension UInt8: TensorScalar { public static var dtype: DType { .uint8 } }
extension Int32: TensorScalar { public static var dtype: DType { .int32 } }
extension Int64: TensorScalar { public static var dtype: DType { .int64 } }
extension Float: TensorScalar { public static var dtype: DType { .float32 } }
extension Double: TensorScalar { public static var dtype: DType { .float64 } }
