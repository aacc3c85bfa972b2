public import Foundation

extension Model {
  /// Opens a file of any format in ``Catalog/formats``.
  ///
  /// The format is found by the file's name and its first 64 bytes. The digest is that of the file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - output: The name of one of the file's outputs; empty takes the one that the card names, or the one
  ///     that looks like classes.
  /// - Throws: ``InterpretabilityError`` for a file that is missing, empty, a folder, or of no known
  ///   format, for one with a weight that is NaN, and whatever else is wrong in it.
  public init(contentsOf url: URL, output: String = "") throws {
    let contents = try FileBytes(contentsOf: url)
    guard contents.count > 0 else {
      throw InterpretabilityError(.invalidFile, "\(url.path) is empty")
    }
    let beginning = try contents.data(0..<64)
    guard let format = Catalog.formats.first(where: { $0.recognizes(url, beginning) }) else {
      let known = Catalog.formats.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")
      throw InterpretabilityError(
        .unsupported, "\(url.lastPathComponent) is of no known format; there are: \(known)")
    }
    self = try output.isEmpty ? format.read(url) : format.readOutput(url, output)
    if let card = try ModelCard(beside: url) {
      warnings += card.warnings
      cardDigest = card.digest
      tokenizerFiles = card.tokenizers
      if !card.statesChannels { InputAgreement.complete(&inputSpec, for: graph) }
    }
    findTokenizers(beside: url)
    try InputAgreement.check(inputSpec, for: graph, of: url)
    warnings += LabelAgreement.warnings(of: self)
    if digest.isEmpty { digest = try contents.digest() }
    try requireNumbers()
  }
}

extension Catalog {
  /// All formats of model files, sorted by name.
  public static var formats: [ModelFormat] { entries(of: ModelFormat.self) }
}
