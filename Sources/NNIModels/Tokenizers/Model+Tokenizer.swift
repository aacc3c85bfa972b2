import Foundation

extension Model {
  /// Files in a model's own folder that say how text becomes token ids, the first that is there.
  private static let tokenizerNames = ["tokenizer.json", "vocab.txt"]

  /// Takes a tokenizer from the model's own folder for the inputs of ids of which its card says nothing.
  mutating func findTokenizers(beside url: URL) {
    let names = inputs.map(\.name)
    for name in tokenizerFiles.keys.sorted() where !names.contains(name) {
      warnings.append(
        "the card names a tokenizer for the input “\(name)”, which the network has not"
          + (names.isEmpty ? "" : "; its inputs are \(names.joined(separator: ", "))"))
    }
    guard let ids = TextRoles(inputs).ids, tokenizerFiles[ids.name] == nil else { return }
    let folder = url.deletingLastPathComponent()
    tokenizerFiles[ids.name] = Self.tokenizerNames.map { folder.appending(path: $0) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// How text becomes an input of token ids: by the file that the card names, or `tokenizer.json` or
  /// `vocab.txt` in the model's own folder.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none, or it cannot be read.
  public func tokenizer(of input: String) throws -> Tokenizer {
    guard let file = tokenizerFiles[input] else {
      throw InterpretabilityError(
        .invalidFile,
        "nothing says how text becomes the input “\(input)”: put the network's tokenizer.json beside it, or name "
          + "one in its card, {\"inputs\": {\"\(input)\": {\"tokenizer\": \"FILE\"}}}")
    }
    return try Tokenizer(contentsOf: file)
  }
}

/// Which of a network's inputs take what of a text.
struct TextRoles {
  /// The ids of its tokens.
  private(set) var ids: InputPart?
  /// Where there are tokens: 1, and 0 for what fills up.
  private(set) var masks: [InputPart] = []
  /// Which segment each belongs to.
  private(set) var types: [InputPart] = []
  /// The places 0, 1, ….
  private(set) var positions: [InputPart] = []
  /// What no text fills.
  private(set) var others: [InputPart] = []

  init(_ inputs: [InputPart]) {
    var rest: [InputPart] = []
    for part in inputs {
      let name = part.name.lowercased()
      if name.contains("mask") {
        masks.append(part)
      } else if name.contains("type") || name.contains("segment") {
        types.append(part)
      } else if name.contains("position") {
        positions.append(part)
      } else {
        rest.append(part)
      }
    }
    let whole = rest.filter { !$0.type.isFloatingPoint && $0.type != .bool }
    let named = ["input_ids", "inputs_ids", "token_ids", "ids", "tokens"]
    ids =
      named.lazy.compactMap { name in whole.first { $0.name.lowercased() == name } }.first
      ?? (whole.count == 1 ? whole[0] : nil)
    others = rest.filter { $0 != ids }
  }
}
