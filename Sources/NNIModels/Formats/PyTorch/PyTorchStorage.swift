/// A block of bytes that tensors look into, as a pickle names it.
struct PyTorchStorage: Sendable {
  /// What it is called in the file.
  let key: String
  /// The type of its elements; bytes when tensors say themselves.
  let element: PyTorchElement
  /// Where it begins in the block of that name, in bytes; not zero only in views of old files.
  let start: Int
  /// Its size in bytes.
  let byteCount: Int
  /// The size of the whole block of that name in bytes.
  let blockByteCount: Int
}

/// A tensor as a pickle describes it: places in a storage.
enum PyTorchTensor: Sendable {
  case strided(StridedTensor)
  /// What is no plain block of numbers, and why not.
  case unsupported(String)
}

/// A tensor whose element at an index lies `offset + index · strides` elements into its storage.
struct StridedTensor: Sendable {
  let storage: PyTorchStorage
  let element: PyTorchElement
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  /// Whether the elements are the negatives of what lies there: PyTorch's negative bit.
  var isNegated = false

  /// The most axes that are read.
  static let rankLimit = 64
  /// The most elements of a tensor whose elements share places, as they do after `expand`.
  static let expandedCountLimit = 1 << 31

  /// The number of elements, and how many places they span in the storage.
  ///
  /// - Throws: ``InterpretabilityError`` when the shape is impossible or the tensor leaves its storage.
  func extent() throws -> (count: Int, span: Int) {
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, message)
    }
    guard shape.count == strides.count, offset >= 0, !strides.contains(where: { $0 < 0 }) else {
      throw refuse("a shape of \(shape) with strides \(strides) at \(offset) is impossible")
    }
    guard let count = TensorSize.count(of: shape) else {
      throw refuse("a shape of \(shape) is impossible")
    }
    guard count > 0 else { return (0, 0) }
    var last = 0
    for (extent, stride) in zip(shape, strides) {
      let (step, tooFar) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflows) = last.addingReportingOverflow(step)
      guard !tooFar, !overflows else { throw refuse("strides of \(strides) are impossible") }
      last = sum
    }
    let available = storage.byteCount / element.byteCount
    guard offset < available, last < available - offset else {
      throw refuse(
        "a shape of \(shape) with strides \(strides) at \(offset) leaves its storage of "
          + "\(available) elements; the file is damaged")
    }
    guard count <= last + 1 || count <= Self.expandedCountLimit else {
      throw refuse("\(count) elements share \(last + 1) places; the shape \(shape) is too large")
    }
    return (count, last + 1)
  }

  /// Whether the elements lie in the storage in row-major order without gaps.
  var isContiguous: Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      if stride != expected { return false }
      expected *= extent
    }
    return true
  }
}
