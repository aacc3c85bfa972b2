import Foundation

/// Turns a tensor message into a tensor, after checking that its data have the size that it states.
struct ONNXTensorReader {
  /// Where files with tensors too large for a message lie.
  private let folder: URL
  /// The model's own file, in which tensors lie as ``ONNXLargeTensors`` says.
  private let own: ONNXFile.Contents?

  /// Reads the tensors of a file.
  init(of file: ONNXFile) {
    folder = file.url.deletingLastPathComponent()
    own = file.contents
  }

  /// Reads tensors whose messages hold all that belongs to them.
  init() {
    folder = URL(filePath: "/")
    own = nil
  }

  /// The tensor; float16 and bfloat16 become float32, and so do smaller types of real numbers.
  ///
  /// - Throws: ``InterpretabilityError`` that names the tensor.
  func tensor(_ message: ONNXTensorProto) throws -> Tensor {
    let name = "tensor “\(message.name)”"
    guard !message.hasSegment else {
      throw InterpretabilityError(.unsupported, "\(name) is a segment of a larger one")
    }
    let (shape, count) = try Self.shape(message.dims, of: name)
    if let narrow = ONNXNarrowType(rawValue: message.dataType) {
      return try self.narrow(message, narrow, shape, count, name)
    }
    let type = try Self.type(message.dataType, of: name)
    let size = count.multipliedReportingOverflow(by: type.byteCount)
    guard !size.overflow else {
      throw InterpretabilityError(.invalidFile, "\(name): a shape of \(shape) is impossible")
    }
    let tensor: Tensor
    if let outside = try outside(message, size.partialValue, "\(shape) and type \(type)", name) {
      tensor = try outside.tensor(shape: shape, dtype: type)
    } else {
      let data = bytes(of: message, type)
      try Self.check(data.count, size.partialValue, "\(shape) and type \(type)", name)
      tensor = try Tensor(data: data, shape: shape, dtype: type)
    }
    return type == .float16 || type == .bfloat16 ? try tensor.converted(to: .float32) : tensor
  }

  /// The numbers of ONNX's `TensorProto.DataType` that are read.
  static let types: [Int32: DType] = [
    1: .float32, 2: .uint8, 3: .int8, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16,
    11: .float64, 16: .bfloat16,
  ]

  /// The element type of a number of ONNX's `TensorProto.DataType`.
  static func type(_ number: Int32, of owner: String) throws -> DType {
    if let type = types[number] ?? ONNXNarrowType(rawValue: number)?.dtype { return type }
    let all =
      types.map { ($0.key, $0.value.description) }
      + ONNXNarrowType.allCases.map { ($0.rawValue, "\($0)") }
    let known = all.sorted { $0.0 < $1.0 }.map(\.1)
    throw InterpretabilityError(
      .unsupported,
      "\(owner) has elements of type \(typeNames[number] ?? "number \(number)"); supported are "
        + known.joined(separator: ", "))
  }

  private static let typeNames: [Int32: String] = [
    0: "undefined", 8: "string", 14: "complex64", 15: "complex128", 27: "float6e2m3",
    28: "float6e3m2",
  ]

  /// The extents and their product, if nothing overflows.
  private static func shape(_ dims: [Int64], of name: String) throws -> ([Int], Int) {
    let shape = dims.map { Int($0) }
    guard shape.count <= 16, let count = TensorSize.count(of: shape) else {
      throw InterpretabilityError(
        .invalidFile, "\(name): a shape of \(shape.prefix(16)) is impossible")
    }
    return (shape, count)
  }

  /// Where the values of a tensor lie, if not in its message.
  func outside(
    _ message: ONNXTensorProto, _ size: Int, _ form: String, _ name: String
  ) throws -> ONNXExternalData.Place? {
    guard message.dataLocation == 1 else { return nil }
    let entries = ONNXExternalData.entries(message.externalData)
    guard let own, entries["location"] == own.name else {
      return try ONNXExternalData(entries, of: name).place(size, in: folder)
    }
    guard let offset = entries["offset"].flatMap({ Int($0) }),
      let length = entries["length"].flatMap({ Int($0) }),
      offset >= 0, length >= 0, offset <= own.bytes.count, length <= own.bytes.count - offset
    else {
      throw InterpretabilityError(.invalidFile, "\(name): its place in the file is impossible")
    }
    try Self.check(length, size, form, name)
    return ONNXExternalData.Place(bytes: own.bytes, range: offset..<offset + size, name: own.name)
  }

  /// Checks the number of bytes of a tensor.
  static func check(_ found: Int, _ wanted: Int, _ form: String, _ name: String) throws {
    guard found == wanted else {
      throw InterpretabilityError(
        .invalidFile, "\(name) of shape \(form) needs \(wanted) bytes, found \(found)")
    }
  }

  private func bytes(of message: ONNXTensorProto, _ type: DType) -> Data {
    if message.hasRawData { return message.rawData }
    // Small types lie in wider fields: 16-bit floats as their bits.
    func packed<Wide, Narrow: FixedWidthInteger>(
      _ values: [Wide], _ narrow: (Wide) -> Narrow
    ) -> Data {
      var data = Data(capacity: values.count * MemoryLayout<Narrow>.size)
      for value in values {
        var bits = narrow(value).littleEndian
        for _ in 0..<MemoryLayout<Narrow>.size {
          data.append(UInt8(truncatingIfNeeded: bits))
          bits = MemoryLayout<Narrow>.size == 1 ? 0 : bits >> 8
        }
      }
      return data
    }
    return switch type {
    case .float32: packed(message.floatData) { $0.bitPattern }
    case .float64: packed(message.doubleData) { $0.bitPattern }
    case .int64: packed(message.int64Data) { $0 }
    case .int32: packed(message.int32Data) { $0 }
    case .int16, .float16, .bfloat16:
      packed(message.int32Data) { UInt16(truncatingIfNeeded: $0) }
    case .uint8, .int8: packed(message.int32Data) { UInt8(truncatingIfNeeded: $0) }
    case .bool: packed(message.int32Data) { UInt8($0 == 0 ? 0 : 1) }
    }
  }
}

/// Sizes of tensors that a file asks for.
enum TensorSize {
  /// The most elements that a constant computed while reading may have.
  static let limit = 1 << 26

  /// The product of extents; `nil` if one is negative or the product, zeros left out, overflows.
  static func count(of shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      guard extent >= 0 else { return nil }
      let (value, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
      if overflow { return nil }
      product = value
    }
    return shape.contains(0) ? 0 : product
  }
}
