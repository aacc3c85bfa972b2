public import Foundation

/// Labelled texts, from a table with the columns `text` and `label`.
///
/// ```swift
/// let table = try LabelledTexts(contentsOf: URL(filePath: "reviews.csv"))
/// let samples = try table.dataset(for: model)
/// ```
///
/// Labels are whole numbers, or else names of classes. Other columns are left alone.
public struct LabelledTexts: Sendable {
  /// The texts, in the order of the table.
  public let texts: [String]
  /// The class of each text, from 0.
  public let labels: [Int]
  /// The sorted names of the classes; empty when labels are numbers.
  public let classNames: [String]
  /// SHA-256 of the file, in hexadecimal.
  public let digest: String

  /// Reads a table.
  ///
  /// - Parameter url: Comma-separated UTF-8 text, see ``CSVTable``, as it is or compressed by gzip.
  /// - Throws: ``InterpretabilityError`` that names the line that is wrong.
  public init(contentsOf url: URL) throws {
    let place = url.lastPathComponent
    let table = try CSVTable(contentsOf: url)
    let names: [String]
    (texts, names) = try (table.column("text"), table.column("label"))
    guard !texts.isEmpty else {
      throw InterpretabilityError(.invalidFile, "\(place) lists no texts")
    }
    for (row, (text, name)) in zip(texts, names).enumerated()
    where name.isEmpty || text.allSatisfy(\.isWhitespace) {
      throw InterpretabilityError(
        .invalidFile, "\(place), line \(table.line(ofRow: row)): wanted a text and a label")
    }
    (labels, classNames) = try TableLabels.numbers(names, [], table, place)
    digest = try SHA256.hexDigest(of: ModelFile.mapped(url))
  }

  /// The texts as a network takes them: rows of all its inputs.
  ///
  /// - Parameters:
  ///   - model: A network of one length of texts.
  ///   - tokenizer: How text becomes ids; by default what ``Model/tokenizer(of:)`` finds.
  /// - Returns: A sample for each text.
  /// - Throws: ``InterpretabilityError`` when the network takes no text.
  public func dataset(for model: Model, tokenizer: Tokenizer? = nil) throws -> TensorDataset {
    let inputs = try TextInputs(texts, for: model, tokenizer: tokenizer)
    return try TensorDataset(
      model.joined(inputs.values), labels: labels, classNames: classNames, digest: digest)
  }
}
