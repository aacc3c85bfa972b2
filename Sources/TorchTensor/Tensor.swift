public import Foundation
internal import CTorch

/// An n-dimensional array of numbers, whose operators are libtorch's.
///
/// A value: nothing in this API changes a tensor. Copies share storage, and the last one frees it.
/// Every operator throws ``TorchError`` instead of ending the program.
///
/// ```swift
/// let x = try Tensor([1, 2, 3, 4], shape: [2, 2])
/// let y = try x.matmul(x.transposed(0, 1)) * 2
/// ```
public struct Tensor: Sendable {
  let handle: Handle

  init(handle: Handle) { self.handle = handle }

  /// Equal for copies of one tensor, as long as one of them lives.
  package var identity: ObjectIdentifier { ObjectIdentifier(handle) }

  /// A tensor with the given elements in row-major order, on the processor.
  ///
  /// - Throws: ``TorchError`` when `shape` does not multiply to the number of elements.
  public init<Scalar: TensorScalar>(
    _ elements: [Scalar], shape: [Int]
  ) throws(TorchError) {
    let made: Result<Tensor, TorchError> = unsafe elements.withUnsafeBytes { bytes in
      Result { () throws(TorchError) in
        try unsafe Tensor(copying: bytes, shape: shape, dtype: Scalar.dtype)
      }
    }
    self = try made.get()
  }

  /// A tensor with the given doubles, stored as `dtype`.
  ///
  /// - Throws: ``TorchError`` when `shape` does not multiply to the number of elements.
  public init(_ elements: [Double], shape: [Int], dtype: DType) throws(TorchError) {
    self = try Tensor(elements, shape: shape).converted(to: dtype)
  }

  /// A tensor whose little-endian bytes in row-major order are `data`.
  ///
  /// - Throws: ``TorchError`` when the size does not fit shape and type.
  public init(data: Data, shape: [Int], dtype: DType) throws(TorchError) {
    let made: Result<Tensor, TorchError> = unsafe data.withUnsafeBytes { bytes in
      Result { () throws(TorchError) in
        try unsafe Tensor(copying: bytes, shape: shape, dtype: dtype)
      }
    }
    self = try made.get()
  }

  /// A tensor whose little-endian bytes in row-major order lie in a file.
  ///
  /// The file's own position does not matter and stays as it is.
  ///
  /// - Throws: ``TorchError`` when the shape is impossible, or the file ends before its bytes do.
  public init(
    reading file: FileHandle, at offset: Int, shape: [Int], dtype: DType
  ) throws(TorchError) {
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }) else {
      throw TorchError(
        operation: "Tensor.init", message: "a shape of \(shape) at byte \(offset) is impossible")
    }
    self = try unsafe Tensor.produced(by: "Tensor.init") { result in
      unsafe ctorch_read(
        file.fileDescriptor, Int64(offset), shape.map(Int64.init), Int64(shape.count),
        dtype.rawValue, result)
    }
  }

  private init(
    copying bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType
  ) throws(TorchError) {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw TorchError(operation: "Tensor.init", message: "a shape of \(shape) is impossible")
    }
    self = try unsafe Tensor.produced(by: "Tensor.init") { result in
      unsafe ctorch_from_bytes(
        bytes.baseAddress, Int64(bytes.count), shape.map(Int64.init), Int64(shape.count),
        dtype.rawValue, result)
    }
  }

  /// The extent of each axis.
  public var shape: [Int] {
    (0..<rank).map { unsafe Int(ctorch_extent(handle.pointer, Int64($0))) }
  }

  /// The number of axes.
  public var rank: Int { unsafe Int(ctorch_rank(handle.pointer)) }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The type of the elements.
  public var dtype: DType {
    guard let type = unsafe DType(rawValue: ctorch_scalar_type(handle.pointer)) else {
      preconditionFailure("a tensor of an element type that this library never makes")
    }
    return type
  }

  /// Where the values lie.
  public var device: Device {
    if unsafe ctorch_is_cpu(handle.pointer) { return .cpu }
    guard let name = unsafe ctorch_device(handle.pointer) else { return .cpu }
    defer { unsafe ctorch_free(name) }
    return unsafe Device(String(cString: name))
  }

  /// A copy of the elements in row-major order, converted to `Scalar`.
  public func elements<Scalar: TensorScalar>(
    as type: Scalar.Type = Scalar.self
  ) throws(TorchError) -> [Scalar] {
    let source = dtype == Scalar.dtype ? self : try converted(to: Scalar.dtype)
    let count = source.count
    try Torch.checkMemory(count * MemoryLayout<Scalar>.stride, for: "Tensor.elements")
    var failure: TorchError?
    let result = unsafe [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
      let size = Int64(count * MemoryLayout<Scalar>.stride)
      unsafe failure = TorchError(
        "Tensor.elements", unsafe ctorch_copy_bytes(source.handle.pointer, buffer.baseAddress, size)
      )
      initialized = failure == nil ? count : 0
    }
    if let failure { throw failure }
    return result
  }

  /// The elements as doubles in row-major order.
  public func doubles() throws(TorchError) -> [Double] { try elements(as: Double.self) }

  /// The little-endian bytes of the elements in row-major order.
  public func data() throws(TorchError) -> Data {
    try Torch.checkMemory(count * dtype.byteCount, for: "Tensor.data")
    var data = Data(count: count * dtype.byteCount)
    let failure = unsafe data.withUnsafeMutableBytes { buffer in
      unsafe TorchError(
        "Tensor.data",
        ctorch_copy_bytes(handle.pointer, buffer.baseAddress, Int64(buffer.count)))
    }
    if let failure { throw failure }
    return data
  }

  /// The one element of a tensor that has one.
  public func item() throws(TorchError) -> Double {
    guard count == 1 else {
      throw TorchError(operation: "Tensor.item", message: "wanted one element", shapes: [shape])
    }
    return try doubles()[0]
  }

  /// Owns a handle of the C library.
  ///
  /// `@unchecked Sendable`: libtorch's reference count is atomic, and no function of this module
  /// changes a tensor in place.
  @safe final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe ctorch_release(pointer) }
  }
}

extension Tensor {
  /// The tensor that a C function made, or its error.
  static func produced(
    by operation: String, shapes: [[Int]] = [],
    _ body: (UnsafeMutablePointer<OpaquePointer?>) -> UnsafeMutablePointer<CChar>?
  ) throws(TorchError) -> Tensor {
    var pointer: OpaquePointer?
    if let failure = unsafe TorchError(operation, body(&pointer), shapes: shapes) { throw failure }
    guard let made = unsafe pointer else {
      throw TorchError(operation: operation, message: "gave no tensor", shapes: shapes)
    }
    return unsafe Tensor(handle: Handle(made))
  }
}

extension TorchError {
  /// The error that a C function reported, if it did; frees the message.
  init?(_ operation: String, _ message: UnsafeMutablePointer<CChar>?, shapes: [[Int]] = []) {
    guard let message = unsafe message else { return nil }
    defer { unsafe ctorch_free(message) }
    unsafe self.init(operation: operation, message: String(cString: message), shapes: shapes)
  }
}
