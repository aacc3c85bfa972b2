public import Foundation

/// A kind of file that holds a trained network.
public struct ModelFormat: CatalogEntry {
  /// The name, such as `onnx`.
  public let name: String
  /// What the files are, in one sentence.
  public let summary: String
  /// Whether a file of that name and beginning is of this kind.
  public let recognizes: @Sendable (_ file: URL, _ firstBytes: Data) -> Bool
  /// Reads the network.
  public let read: @Sendable (_ file: URL) throws -> Model

  public static var builtIn: [any Cataloged.Type] { NNIModelsCatalog.members }

  /// Creates an entry.
  public init(
    _ name: String, _ summary: String,
    recognizes: @escaping @Sendable (URL, Data) -> Bool,
    read: @escaping @Sendable (URL) throws -> Model
  ) {
    self.name = name
    self.summary = summary
    self.recognizes = recognizes
    self.read = read
  }
}
