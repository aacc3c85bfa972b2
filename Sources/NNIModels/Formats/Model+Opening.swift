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
      try state(card.inputs, url)
      if !card.statesChannels { InputAgreement.complete(&inputSpec, for: graph) }
    }
    findTokenizers(beside: url)
    try InputAgreement.check(inputSpec, for: graph, of: url)
    warnings += LabelAgreement.warnings(of: self)
    if digest.isEmpty { digest = try contents.digest() }
    try requireNumbers()
  }

  /// Takes what a card says of the inputs by their names.
  private mutating func state(_ statements: [String: InputStatement], _ url: URL) throws {
    inputStatements = statements
    let names = inputs.isEmpty ? [inputName].filter { !$0.isEmpty } : inputs.map(\.name)
    let known = statements.filter { names.contains($0.key) && !$0.value.shape.isEmpty }
    self = try fitted(toSamples: known.mapValues(\.shape))
    for (name, statement) in statements.sorted(by: { $0.key < $1.key }) {
      let shape =
        inputs.first { $0.name == name }?.shape ?? (names.contains(name) ? sampleShape ?? [] : nil)
      guard let shape else {
        if tokenizerFiles[name] == nil {
          warnings.append(
            "the card describes the input “\(name)”, which the network has not"
              + (names.isEmpty ? "" : "; its inputs are \(names.joined(separator: ", "))"))
        }
        continue
      }
      let count = statement.names.count
      guard count == 0 || shape == [count] else {
        throw InterpretabilityError(
          .invalidFile,
          "the card names \(count) features for the input “\(name)” of \(shape) values in "
            + url.lastPathComponent)
      }
    }
  }
}

extension Catalog {
  /// All formats of model files, sorted by name.
  public static var formats: [ModelFormat] { entries(of: ModelFormat.self) }
}
