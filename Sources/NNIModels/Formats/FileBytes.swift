import Foundation

/// The bytes of a file: in memory, or read when they are asked for.
///
/// Reading copies straight into a tensor, so that nothing is held twice, and a file that is shortened
/// meanwhile is an error.
struct FileBytes: Sendable {
  private enum Storage: Sendable {
    case memory(Data)
    case file(FileHandle)
  }

  /// How many there are.
  let count: Int
  private let storage: Storage

  /// Bytes in memory.
  init(_ data: Data) {
    count = data.count
    storage = .memory(data)
  }

  /// The bytes of a regular file.
  ///
  /// - Throws: ``InterpretabilityError`` for a missing file, a folder, and what is neither.
  init(contentsOf url: URL) throws {
    count = try ModelFile.size(of: url)
    do {
      storage = .file(try FileHandle(forReadingFrom: url))
    } catch {
      throw InterpretabilityError(.invalidFile, "\(url.path) cannot be read", cause: error)
    }
  }

  /// Some of them as a tensor, whose type and shape need just as many.
  func tensor(_ range: Range<Int>, shape: [Int], dtype: DType) throws -> Tensor {
    switch storage {
    case .memory(let data):
      let bytes = data.dropFirst(range.lowerBound).prefix(range.count)
      return try Tensor(untrusted: bytes, shape: shape, dtype: dtype)
    case .file(let file) where dtype == .bool:
      // Any byte may stand in the file; a C++ `bool` may hold only 0 and 1.
      return try Tensor(reading: file, at: range.lowerBound, shape: shape, dtype: .uint8)
        .converted(to: .bool)
    case .file(let file):
      return try Tensor(reading: file, at: range.lowerBound, shape: shape, dtype: dtype)
    }
  }

  /// Some of them; those beyond the end are left out.
  func data(_ range: Range<Int>) throws -> Data {
    let range = range.clamped(to: 0..<count)
    return try tensor(range, shape: [range.count], dtype: .uint8).data()
  }

  /// SHA-256 of all, in hexadecimal.
  func digest() throws -> String {
    var digest = SHA256()
    let chunkSize = 1 << 20
    for start in stride(from: 0, to: count, by: chunkSize) {
      try digest.update(data(start..<min(start + chunkSize, count)))
    }
    return digest.hexadecimal
  }
}
