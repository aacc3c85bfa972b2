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
  /// Reads the network that ends at one of the file's outputs.
  public let readOutput: @Sendable (_ file: URL, _ output: String) throws -> Model

  /// Creates an entry; files of a format without `readOutput` have one output.
  public init(
    _ name: String, _ summary: String,
    recognizes: @escaping @Sendable (URL, Data) -> Bool,
    read: @escaping @Sendable (URL) throws -> Model,
    readOutput: (@Sendable (URL, String) throws -> Model)? = nil
  ) {
    self.name = name
    self.summary = summary
    self.recognizes = recognizes
    self.read = read
    self.readOutput =
      readOutput ?? { file, output in
        throw InterpretabilityError(
          .invalidOption,
          "\(file.lastPathComponent) has one output without a name, not “\(output)”; leave the name out"
        )
      }
  }
}
