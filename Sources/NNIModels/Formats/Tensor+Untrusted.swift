import Foundation

extension Tensor {
  /// A tensor of bytes from a file, little-endian and in row-major order.
  ///
  /// - Throws: ``TorchError`` when the size does not fit shape and type.
  init(untrusted bytes: Data, shape: [Int], dtype: DType) throws(TorchError) {
    guard dtype == .bool else {
      self = try Tensor(data: bytes, shape: shape, dtype: dtype)
      return
    }
    // Any byte may stand in a file; a C++ `bool` may hold only 0 and 1.
    self = try Tensor(data: bytes, shape: shape, dtype: .uint8).converted(to: .bool)
  }
}
