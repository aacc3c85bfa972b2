import ArgumentParser
import Foundation
import NNIImages
import NNInterpretability

/// The texts that a command works on.
struct TextArguments: ParsableArguments {
  @Option(
    name: .customLong("text"), parsing: .unconditionalSingleValue,
    help: "A text, for a network of token ids; may be repeated.")
  var texts: [String] = []

  @Option(
    name: .customLong("text-file"), help: "A file with a text on each line; may be repeated.",
    completion: .file())
  var files: [String] = []

  @Option(
    help: """
      The file by which text becomes ids, tokenizer.json or a BERT's vocab.txt; by default the card's, or the one in \
      the model's folder.
      """, completion: .file())
  var tokenizer: String?

  /// Whether there is none.
  var isEmpty: Bool { texts.isEmpty && files.isEmpty }

  func validate() throws {
    guard tokenizer == nil || !isEmpty else {
      throw ValidationError("--tokenizer is for texts: give --text or --text-file, too.")
    }
  }

  /// As they are written.
  var text: [String] {
    texts.map { "--text \(CommandText.quoted($0))" }
      + files.map { "--text-file \(CommandText.quoted($0))" }
      + (tokenizer.map { ["--tokenizer \(CommandText.quoted($0))"] } ?? [])
  }

  /// All texts in their order; empty lines of files are none.
  func all() throws -> [String] {
    try texts
      + files.flatMap { path -> [String] in
        FilesRead.note(path)
        let data: Data
        do {
          data = try Data(contentsOf: URL(filePath: path))
        } catch {
          throw InterpretabilityError(.invalidFile, "\(path) cannot be read", cause: error)
        }
        guard let text = String(data: data, encoding: .utf8) else {
          throw InterpretabilityError(.invalidFile, "\(path) is no UTF-8 text")
        }
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
          .filter { !$0.allSatisfy(\.isWhitespace) }
        guard !lines.isEmpty else {
          throw InterpretabilityError(.invalidFile, "\(path) holds no text")
        }
        return lines
      }
  }

  /// The tokenizer that the command names, or the model's, and what it makes of the texts for it.
  func inputs(for network: Model) throws -> (texts: TextInputs, tokenizer: Tokenizer) {
    let all = try all()
    let named = try tokenizer.map { path -> Tokenizer in
      FilesRead.note(path)
      return try Tokenizer(contentsOf: URL(filePath: path))
    }
    let inputs = try TextInputs(all, for: network, tokenizer: named)
    Warnings.report(inputs.warnings)
    return (inputs, try named ?? network.tokenizer(of: inputs.name))
  }

  /// What tables call a text: its beginning.
  static func name(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 40 ? "\(line.prefix(39))…" : line
  }
}
