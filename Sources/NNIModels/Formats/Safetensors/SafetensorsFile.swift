public import Foundation

/// Named tensors and a little text in one file, the format of Hugging Face's `safetensors`.
///
/// Opening a file reads its header alone, and ``subscript(_:)`` the one tensor that is asked for. Everything in the header is checked against the file's size when it
/// is opened, so that a broken or hostile file is an error and never a trap or a huge allocation.
///
/// ```swift
/// let file = try SafetensorsFile(contentsOf: URL(filePath: "squeezenet1_1.safetensors"))
/// let weight = try file["features.0.weight"]     // float16 [64, 3, 3, 3]
/// ```
///
/// - Reference: the format's description at <https://github.com/huggingface/safetensors>.
public struct SafetensorsFile: Sendable {
  /// What is known of a tensor without reading it.
  public struct Entry: Sendable, Equatable {
    /// The type of the elements.
    public let dtype: DType
    /// The extent of each axis.
    public let shape: [Int]
    /// Where the elements lie in the file, in bytes from its beginning.
    let range: Range<Int>
  }

  /// The names of all tensors, in the order in which they lie in the file.
  public let names: [String]
  /// What the file says of itself; empty when it says nothing.
  public let metadata: [String: String]
  /// Type and shape of each tensor.
  public let entries: [String: Entry]
  private let bytes: FileBytes
  private let place: String

  /// Opens a file.
  ///
  /// - Throws: ``InterpretabilityError`` when it is missing, no regular file, or malformed; the message
  ///   names the tensor that is wrong.
  public init(contentsOf url: URL) throws {
    try self.init(FileBytes(contentsOf: url), name: url.lastPathComponent)
  }

  /// Opens a file that is in memory already.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - name: How messages call it.
  /// - Throws: ``InterpretabilityError`` when it is malformed; the message names the tensor that is
  ///   wrong.
  public init(data: Data, name: String) throws {
    try self.init(FileBytes(data), name: name)
  }

  private init(_ bytes: FileBytes, name: String) throws {
    let header = try SafetensorsHeader(bytes, name: name)
    names = header.names
    metadata = header.metadata
    entries = header.entries
    self.bytes = bytes
    place = name
  }

  /// A copy of the tensor of that name, on the processor.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names when there is none.
  public subscript(name: String) -> Tensor {
    get throws {
      let entry = try entry(named: name)
      do {
        return try bytes.tensor(entry.range, shape: entry.shape, dtype: entry.dtype)
      } catch {
        throw InterpretabilityError(
          .invalidFile, "\(place): the tensor “\(name)” cannot be read", cause: error)
      }
    }
  }

  /// Type and shape of the tensor of that name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names when there is none.
  public func entry(named name: String) throws -> Entry {
    if let entry = entries[name] { return entry }
    throw InterpretabilityError(
      .invalidFile,
      names.isEmpty
        ? "\(place) holds no tensors, so none named “\(name)”"
        : "\(place) holds no tensor “\(name)”"
          + Wording.suggestion(for: name, among: candidates(for: name)))
  }

  /// The names that may be meant: of very many those that are about as long, and no more than a few thousand,
  /// for comparing takes a microsecond each.
  private func candidates(for name: String) -> [String] {
    let limit = 5000
    guard names.count > limit else { return names }
    let close = names.lazy.filter { abs($0.utf8.count - name.utf8.count) <= 2 }.prefix(limit)
    return close.isEmpty ? Array(names.prefix(limit)) : Array(close)
  }

  /// SHA-256 of the whole file, in hexadecimal.
  func digest() throws -> String { try bytes.digest() }

  /// All tensors by name.
  ///
  /// - Throws: ``InterpretabilityError`` when one cannot be read.
  public func tensors() throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for name in names { result[name] = try self[name] }
    return result
  }
}
