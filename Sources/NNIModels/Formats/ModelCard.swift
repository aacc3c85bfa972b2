public import Foundation

/// What is known of a model beside its weights: travels as `NAME.json` next to `NAME.safetensors`
/// or `NAME.pt`, or in the metadata of a safetensors file.
///
/// ```json
/// {
///   "name": "squeezenet1_1", "architecture": "squeezenet1_1", "licence": "BSD-2-Clause",
///   "input": {"size": [224, 224], "resize": 256, "labels_file": "imagenet_classes.txt"}
/// }
/// ```
///
/// `"output": {"kind": "sigmoid", "name": "logits"}` says which output is meant and what it is (see
/// ``OutputStatement``), where the file does not tell.
///
/// `"inputs": {"image": {"mean": […]}, "features": {"names": […]}, "input_ids": {"tokenizer": "tokenizer.json"}}`
/// says what the inputs of a network with several are (see ``InputStatement``), and by which file of the card's
/// folder text becomes an input of token ids (see ``Tokenizer``).
///
/// Every key may be left out. Unknown ones are ignored and told in ``warnings``, but for what recipes write
/// and keys that begin with `_`. The keys of `input` (see ``InputSpec``) may
/// also stand outermost, if there is no `input`. Class names come as a list, `labels`, or from
/// `labels_file`: a text file in the card's own folder with one name a line.
public struct ModelCard: Sendable, Codable, Equatable {
  /// A short name; empty if it is that of the file.
  public var name: String
  /// What the model does, in one sentence.
  public var summary: String
  /// The name in ``Catalog/architectures``; empty for files that describe their own network.
  public var architecture: String
  /// Where the weights come from.
  public var source: String
  /// Under what terms they may be used.
  public var licence: String
  /// Size, normalisation and class names; the default when nothing is known.
  public var input: InputSpec
  /// Which output is meant, and what it is, where the file does not tell.
  public var output: OutputStatement

  /// What each of several inputs is.
  public private(set) var inputs: [String: InputStatement] = [:]

  /// For inputs of token ids the files, in the card's folder, by which text becomes ids.
  public private(set) var tokenizers: [String: URL] = [:]

  /// Keys that it states and nobody knows, each in one sentence.
  public private(set) var warnings: [String] = []

  /// SHA-256 of the file that it was read from, in hexadecimal; empty if it came from none.
  public private(set) var digest = ""

  /// Whether it says more of the input than names of classes.
  var describesInput: Bool { input != InputSpec(labels: input.labels) || statesChannels }

  /// Whether it says which channels there are.
  private(set) var statesChannels = false

  /// Creates a card.
  public init(
    name: String = "", summary: String = "", architecture: String = "", source: String = "",
    licence: String = "", input: InputSpec = InputSpec(),
    output: OutputStatement = OutputStatement()
  ) {
    self.name = name
    self.summary = summary
    self.architecture = architecture
    self.source = source
    self.licence = licence
    self.input = input
    self.output = output
  }

  /// Whether both say the same of the model; ``warnings`` do not count.
  public static func == (left: ModelCard, right: ModelCard) -> Bool {
    [left.name, left.summary, left.architecture, left.source, left.licence]
      == [right.name, right.summary, right.architecture, right.source, right.licence]
      && left.input == right.input && left.output == right.output
  }

  private enum CodingKeys: String, CodingKey {
    case name, summary, architecture, source, licence, input, output
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String {
      try container.decodeIfPresent(String.self, forKey: key) ?? ""
    }
    name = try text(.name)
    summary = try text(.summary)
    architecture = try text(.architecture)
    source = try text(.source)
    licence = try text(.licence)
    input =
      try container.decodeIfPresent(InputSpec.self, forKey: .input) ?? InputSpec(from: decoder)
    output =
      try container.decodeIfPresent(OutputStatement.self, forKey: .output) ?? OutputStatement()
  }

  /// Reads a card from a JSON file.
  ///
  /// - Throws: ``InterpretabilityError`` that names the file and the key that is wrong.
  public init(contentsOf url: URL) throws {
    let place = url.lastPathComponent
    let json = try Self.contents(of: url)
    self = try Self.decoded(json, place)
    let keys = try Self.decoded(json, place, as: CardKeys.self)
    warnings = keys.warnings(place)
    digest = ModelFile.digest(of: json)
    statesChannels = keys.statesChannels
    if !statesChannels, [input.mean.count, input.std.count].contains(1) { input.channels = .grey }
    if let labels = try Self.decoded(json, place, as: LabelsReference.self).file {
      input.labels = try Self.labels(in: labels, besides: url)
    }
    let several = try Self.decoded(json, place, as: InputStatements.self)
    inputs = several.statements
    for (name, file) in several.tokenizers.sorted(by: { $0.key < $1.key }) {
      tokenizers[name] = try Self.file(file, besides: url, key: "inputs.\(name).tokenizer")
    }
    try validate(place)
  }

  /// The card in the JSON file beside a model: the same name, with the extension `json`.
  ///
  /// - Returns: `nil` when there is no such file.
  /// - Throws: ``InterpretabilityError`` that names the file and the key that is wrong.
  public init?(beside model: URL) throws {
    let url = model.deletingPathExtension().appendingPathExtension("json")
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    try self.init(contentsOf: url)
  }

  /// The card in a safetensors file's metadata: `name`, `summary`, `architecture`, `source`,
  /// `licence`, and `input_spec` and `output` as JSON text.
  ///
  /// - Parameters:
  ///   - metadata: What the file says of itself.
  ///   - place: How messages call the file.
  /// - Throws: ``InterpretabilityError`` that names the file and the key that is wrong.
  public init(metadata: [String: String], of place: String) throws {
    self.init(
      name: metadata["name"] ?? "", summary: metadata["summary"] ?? "",
      architecture: metadata["architecture"] ?? "", source: metadata["source"] ?? "",
      licence: metadata["licence"] ?? "")
    if let text = metadata["output"] {
      output = try Self.decoded(Data(text.utf8), "\(place), metadata “output”")
    }
    if let text = metadata["input_spec"] {
      let place = "\(place), metadata “input_spec”"
      input = try Self.decoded(Data(text.utf8), place)
      try validate(place)
    }
  }

  /// The same as a safetensors file's metadata.
  public var metadata: [String: String] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let all = [
        "name": name, "summary": summary, "architecture": architecture, "source": source,
        "licence": licence,
        "input_spec": input == InputSpec()
          ? "" : String(decoding: try encoder.encode(input), as: UTF8.self),
        "output": output == OutputStatement()
          ? "" : String(decoding: try encoder.encode(output), as: UTF8.self),
      ]
      return all.filter { !$0.value.isEmpty }
    }
  }

  private func validate(_ place: String) throws {
    do {
      _ = try input.validated()
      for (_, statement) in inputs.sorted(by: { $0.key < $1.key }) {
        _ = try statement.validated()
      }
    } catch let error as InterpretabilityError {
      throw InterpretabilityError(error.code, "\(place): \(error.message)")
    }
  }
}

/// Reading.
extension ModelCard {
  /// The largest card, and the largest file of class names, that is read.
  private static var sizeLimit: Int { 16 << 20 }

  private static func contents(of url: URL) throws -> Data {
    let size = try ModelFile.size(of: url)
    guard size <= sizeLimit else {
      throw InterpretabilityError(
        .invalidFile, "\(url.path) has \(size) bytes, too many to describe a model")
    }
    return try ModelFile.mapped(url)
  }

  private static func decoded<Value: Decodable>(
    _ json: Data, _ place: String, as type: Value.Type = Value.self
  ) throws -> Value {
    if let key = JSONKeys.firstRepeated(in: json) {
      throw InterpretabilityError(.invalidFile, "\(place) states “\(key)” twice")
    }
    do {
      return try JSONDecoder().decode(Value.self, from: json)
    } catch {
      throw InterpretabilityError(.invalidFile, "\(place) \(JSONFailure.sentence(error))")
    }
  }

  /// The lines of a file in the folder of the card, and of no other.
  private static func labels(in name: String, besides card: URL) throws -> [String] {
    let key = "labels_file"
    let url = try file(name, besides: card, key: key)
    let text: Data
    do {
      text = try contents(of: url)
    } catch {
      throw InterpretabilityError(
        .invalidFile, refusal(name, card, key, "cannot be read").message, cause: error)
    }
    guard let lines = String(data: text, encoding: .utf8) else {
      throw refusal(name, card, key, "is no UTF-8 text")
    }
    var labels = lines.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    while labels.last?.isEmpty == true { labels.removeLast() }
    return labels
  }

  private static func refusal(
    _ name: String, _ card: URL, _ key: String, _ message: String
  ) -> InterpretabilityError {
    InterpretabilityError(
      .invalidFile, "\(card.lastPathComponent), key “\(key)”: “\(name)” \(message)")
  }

  /// A file in the folder of the card, and in no other.
  private static func file(_ name: String, besides card: URL, key: String) throws -> URL {
    guard !name.isEmpty, !name.contains("/"), !name.contains("\0"), name != "..", name != "." else {
      throw refusal(name, card, key, "is not the name of a file in the card's folder")
    }
    let folder = card.resolvingSymlinksInPath().deletingLastPathComponent()
    let url = card.deletingLastPathComponent().appending(path: name)
    let target = url.resolvingSymlinksInPath()
    let folders = [folder, card.deletingLastPathComponent().resolvingSymlinksInPath()]
    guard folders.contains(where: { $0.path == target.deletingLastPathComponent().path }) else {
      throw refusal(name, card, key, "leads out of the card's folder")
    }
    return url
  }
}

/// The key `inputs`: what each input is, and its tokenizer's file.
private struct InputStatements: Decodable {
  /// What is no object is told as an unknown key.
  private(set) var statements: [String: InputStatement] = [:]
  /// Names of inputs and of files.
  private(set) var tokenizers: [String: String] = [:]

  private struct Reference: Decodable {
    let tokenizer: String?
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let key = Key(stringValue: "inputs")
    guard let nested = try? container.nestedContainer(keyedBy: Key.self, forKey: key) else {
      return
    }
    for name in nested.allKeys {
      guard (try? nested.nestedContainer(keyedBy: Key.self, forKey: name)) != nil else { continue }
      statements[name.stringValue] = try nested.decode(InputStatement.self, forKey: name)
      tokenizers[name.stringValue] = try nested.decode(Reference.self, forKey: name).tokenizer
    }
  }
}

/// The key `labels_file`, which ``InputSpec`` does not keep.
private struct LabelsReference: Decodable {
  let file: String?

  private enum CodingKeys: String, CodingKey {
    case input, labelsFile = "labels_file"
  }

  init(from decoder: any Decoder) throws {
    let outer = try decoder.container(keyedBy: CodingKeys.self)
    let container =
      outer.contains(.input)
      ? try outer.nestedContainer(keyedBy: CodingKeys.self, forKey: .input) : outer
    file =
      try container.decodeIfPresent(String.self, forKey: .labelsFile)
      ?? outer.decodeIfPresent(String.self, forKey: .labelsFile)
  }
}
