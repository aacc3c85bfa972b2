public import Foundation

/// A file that a result came from, and the bytes that it had.
public struct FileRecord: Sendable, Codable, Hashable {
  /// The path, as it was given.
  public var path: String
  /// The name of what was read in it, such as a tensor's key; empty for all of it.
  public var key: String
  /// SHA-256 of the file, in hexadecimal.
  public var digest: String

  /// Describes a file whose digest is known.
  public init(path: String, key: String = "", digest: String) {
    self.path = path
    self.key = key
    self.digest = digest
  }

  /// Reads a file's digest.
  ///
  /// - Throws: ``InterpretabilityError`` when it cannot be read.
  public init(contentsOf url: URL, path: String, key: String = "") throws {
    self.init(
      path: path, key: key, digest: ModelFile.digest(of: try ModelFile.mapped(url)))
  }
}
