import Foundation

/// Element types of files that libtorch's tensors do not have: each is read as a type that holds its values.
enum ONNXNarrowType: Int32, CaseIterable {
  case uint16 = 4
  case uint32 = 12
  case uint64 = 13
  case float8e4m3fn = 17
  case float8e4m3fnuz = 18
  case float8e5m2 = 19
  case float8e5m2fnuz = 20
  case uint4 = 21
  case int4 = 22
  case float4e2m1 = 23
  case float8e8m0 = 24
  case uint2 = 25
  case int2 = 26

  /// The type that holds its values.
  var dtype: DType {
    switch self {
    case .uint16: .int32
    case .uint32, .uint64: .int64
    case .uint4, .uint2: .uint8
    case .int4, .int2: .int8
    default: .float32
    }
  }

  /// How many bits an element has; less than eight are packed, the first element in the lowest bits.
  var bitCount: Int {
    switch self {
    case .uint64: 64
    case .uint32: 32
    case .uint16: 16
    case .uint4, .int4, .float4e2m1: 4
    case .uint2, .int2: 2
    default: 8
    }
  }

  /// How many bytes so many elements take.
  func byteCount(_ count: Int) -> Int? {
    let (bits, overflow) = count.multipliedReportingOverflow(by: bitCount)
    return overflow ? nil : (bits + 7) / 8
  }

  /// The tensor of bytes that have the right number.
  ///
  /// - Throws: ``InterpretabilityError`` when a whole number is beyond 63 bits.
  func tensor(_ data: Data, _ shape: [Int], _ count: Int, _ name: String) throws -> Tensor {
    let bytes = [UInt8](data)
    if dtype == .float32 {
      let table = (0..<(1 << bitCount)).map { real(UInt8($0)) }
      return try Tensor((0..<count).map { table[Int(bits($0, bytes))] }, shape: shape)
    }
    var values = [Int64](repeating: 0, count: count)
    for index in 0..<count {
      let number = bits(index, bytes)
      guard number <= UInt64(Int64.max) else {
        throw InterpretabilityError(
          .unsupported, "\(name) holds \(number); whole numbers of up to 63 bits are supported")
      }
      let isNegative = (self == .int4 && number > 7) || (self == .int2 && number > 1)
      values[index] = Int64(number) - (isNegative ? 1 << Int64(bitCount) : 0)
    }
    return try Tensor(values, shape: shape).converted(to: dtype)
  }

  /// The bits of an element.
  private func bits(_ index: Int, _ bytes: [UInt8]) -> UInt64 {
    if bitCount < 8 {
      let perByte = 8 / bitCount
      let shift = UInt8(index % perByte * bitCount)
      return UInt64(bytes[index / perByte] >> shift & UInt8(1 << bitCount - 1))
    }
    let width = bitCount / 8
    return (0..<width).reduce(0) { $0 | UInt64(bytes[index * width + $1]) << (8 * UInt64($1)) }
  }

  /// The number that the bits of a small real type stand for.
  private func real(_ bits: UInt8) -> Float {
    switch self {
    case .float8e4m3fn:
      return bits & 0x7F == 0x7F ? .nan : Self.number(bits, exponent: 4, mantissa: 3, bias: 7)
    case .float8e4m3fnuz:
      return bits == 0x80 ? .nan : Self.number(bits, exponent: 4, mantissa: 3, bias: 8)
    case .float8e5m2:
      let rest = bits & 0x7F
      guard rest >= 0x7C else { return Self.number(bits, exponent: 5, mantissa: 2, bias: 15) }
      return rest > 0x7C ? .nan : bits & 0x80 == 0 ? .infinity : -.infinity
    case .float8e5m2fnuz:
      return bits == 0x80 ? .nan : Self.number(bits, exponent: 5, mantissa: 2, bias: 16)
    case .float4e2m1: return Self.number(bits, exponent: 2, mantissa: 1, bias: 1)
    case .float8e8m0:
      return bits == 0xFF ? .nan : Float(sign: .plus, exponent: Int(bits) - 127, significand: 1)
    default: return 0
    }
  }

  /// Sign, exponent and mantissa, numbers below the least exponent among them.
  private static func number(
    _ bits: UInt8, exponent: Int, mantissa: Int, bias: Int
  ) -> Float {
    let fraction = Float(bits & UInt8(1 << mantissa - 1)) / Float(1 << mantissa)
    let power = Int(bits >> UInt8(mantissa)) & (1 << exponent - 1)
    let isNegative = bits >> UInt8(exponent + mantissa) & 1 == 1
    let size =
      power == 0
      ? Float(sign: .plus, exponent: 1 - bias, significand: 1) * fraction
      : Float(sign: .plus, exponent: power - bias, significand: 1) * (1 + fraction)
    return isNegative ? -size : size
  }
}

extension ONNXTensorReader {
  /// The tensor of a message whose type libtorch does not have.
  func narrow(
    _ message: ONNXTensorProto, _ type: ONNXNarrowType, _ shape: [Int], _ count: Int, _ name: String
  ) throws -> Tensor {
    guard let size = type.byteCount(count), count <= TensorSize.limit * 8 else {
      throw InterpretabilityError(.invalidFile, "\(name): a shape of \(shape) is impossible")
    }
    var data: Data
    if let outside = try outside(message, size, "\(shape) and type \(type)", name) {
      data = try outside.data()
    } else if message.hasRawData {
      data = message.rawData
    } else {
      // Types of up to 16 bits lie in whole numbers of 32, packed ones with a byte in each.
      data = Data()
      let width = max(type.bitCount / 8, 1)
      func append(_ number: UInt64) {
        for byte in 0..<width {
          data.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(byte))))
        }
      }
      if type.bitCount > 16 {
        message.uint64Data.forEach(append)
      } else {
        message.int32Data.forEach { append(UInt64(UInt32(bitPattern: $0))) }
      }
    }
    try Self.check(data.count, size, "\(shape) and type \(type)", name)
    return try type.tensor(data, shape, count, name)
  }
}
