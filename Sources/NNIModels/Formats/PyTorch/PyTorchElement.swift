/// The type of the elements of a PyTorch storage, whether or not it can be read.
enum PyTorchElement: Equatable, CustomStringConvertible {
  case supported(DType)
  case unsupported(String, byteCount: Int)

  /// The type of the elements of a storage class, such as `FloatStorage`.
  init?(storageClass name: String) {
    guard let element = Self.storageClasses[name] else { return nil }
    self = element
  }

  /// The type that PyTorch calls by that name, such as `float32`.
  init?(name: String) {
    if let dtype = DType(name: name) {
      self = .supported(dtype)
    } else if let byteCount = Self.others[name] {
      self = .unsupported(name, byteCount: byteCount)
    } else {
      return nil
    }
  }

  /// The size of one element in bytes.
  var byteCount: Int {
    switch self {
    case .supported(let dtype): dtype.byteCount
    case .unsupported(_, let byteCount): byteCount
    }
  }

  var description: String {
    switch self {
    case .supported(let dtype): dtype.description
    case .unsupported(let name, _): name
    }
  }

  private static let storageClasses: [String: PyTorchElement] = [
    "DoubleStorage": .supported(.float64), "FloatStorage": .supported(.float32),
    "HalfStorage": .supported(.float16), "BFloat16Storage": .supported(.bfloat16),
    "LongStorage": .supported(.int64), "IntStorage": .supported(.int32),
    "ShortStorage": .supported(.int16), "CharStorage": .supported(.int8),
    "ByteStorage": .supported(.uint8), "BoolStorage": .supported(.bool),
    "ComplexFloatStorage": .unsupported("complex64", byteCount: 8),
    "ComplexDoubleStorage": .unsupported("complex128", byteCount: 16),
    "QInt8Storage": .unsupported("qint8", byteCount: 1),
    "QUInt8Storage": .unsupported("quint8", byteCount: 1),
    "QInt32Storage": .unsupported("qint32", byteCount: 4),
    "QUInt4x2Storage": .unsupported("quint4x2", byteCount: 1),
    "QUInt2x4Storage": .unsupported("quint2x4", byteCount: 1),
  ]

  private static let others: [String: Int] = [
    "uint16": 2, "uint32": 4, "uint64": 8, "complex32": 4, "complex64": 8, "complex128": 16,
    "qint8": 1, "quint8": 1, "qint32": 4, "quint4x2": 1, "quint2x4": 1, "float8_e4m3fn": 1,
    "float8_e4m3fnuz": 1, "float8_e5m2": 1, "float8_e5m2fnuz": 1, "float8_e8m0fnu": 1,
    "float4_e2m1fn_x2": 1,
  ]
}
