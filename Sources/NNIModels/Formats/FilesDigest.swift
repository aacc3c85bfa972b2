public import Foundation

/// What identifies several files in a record: the SHA-256 of the text that `sha256sum` prints of them.
///
/// For a data set in two files it is what this prints:
///
/// ```sh
/// sha256sum train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz | sha256sum
/// ```
public struct FilesDigest: Sendable {
  private var lines = ""

  /// The SHA-256 of one file, in 64 lower-case hexadecimal digits.
  ///
  /// - Throws: ``InterpretabilityError`` for a missing file, a folder, and what is neither.
  public static func sha256(of url: URL) throws -> String {
    try FileBytes(contentsOf: url).digest()
  }

  /// Of no files yet.
  public init() {}

  /// Adds a file.
  ///
  /// - Parameters:
  ///   - path: The name, relative to the data set's folder.
  ///   - digest: Its SHA-256 in hexadecimal.
  public mutating func add(_ path: String, digest: String) { lines += "\(digest)  \(path)\n" }

  /// The digest in 64 lower-case hexadecimal digits.
  public var value: String { ModelFile.digest(of: Data(lines.utf8)) }
}
