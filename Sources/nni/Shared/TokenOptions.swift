import NNInterpretability

/// Options of methods on texts: words such as `mask` and `pad` become the tokenizer's ids, and what stands around a text
/// is kept.
struct TokenOptions {
  private let tokenizer: Tokenizer
  private let inputs: TextInputs

  init(_ tokenizer: Tokenizer, _ inputs: TextInputs) {
    self.tokenizer = tokenizer
    self.inputs = inputs
  }

  /// The written options of a method, and those without which the tokens around a text would count as words.
  func options(_ method: MethodArgument) throws -> [String: OptionValue] {
    var options = try method.options
    if options["keep"] == nil {
      options["keep"] = .list(inputs.addedIDs.map { .number(Double($0)) })
    }
    if ["feature-ablation", "occlusion"].contains(method.name) {
      if let written = options["replacement"] {
        options["replacement"] = try replacement(written)
      } else if let id = tokenizer.replacementID {
        options["replacement"] = .number(Double(id))
      }
    }
    if case .text(let text)? = options["baseline"] { try setBaseline(text, &options) }
    return options
  }

  /// The refusal of a method whose map is of no tokens.
  static func noSingleValue(_ method: String) -> InterpretabilityError {
    InterpretabilityError(
      .unsupported,
      "\(method) gives no single value for a token; take integrated-gradients, gradient-x-input, "
        + "deeplift-rescale, feature-ablation or occlusion")
  }

  /// What stands in a token's place: `mask` and `pad` as ids.
  func replacement(_ value: OptionValue) throws -> OptionValue {
    guard case .text(let word) = value, let id = try id(of: word) else { return value }
    return .number(Double(id))
  }

  /// `mask` and `pad` in a baseline as tokens.
  private func setBaseline(_ text: String, _ options: inout [String: OptionValue]) throws {
    var tokens = options["token"]?.numbers ?? []
    var words: [String] = []
    for word in text.split(separator: ":").map(String.init) {
      if let id = try id(of: word) {
        tokens.append(Double(id))
        if !words.contains("token") { words.append("token") }
      } else if word != "token" || !words.contains("token") {
        words.append(word)
      }
    }
    guard !words.isEmpty else { return }
    options["baseline"] = .text(words.joined(separator: ":"))
    if !tokens.isEmpty { options["token"] = .list(tokens.map { .number($0) }) }
  }

  private func id(of word: String) throws -> Int? {
    switch word {
    case "mask":
      if let id = tokenizer.replacementID { return id }
    case "pad":
      if let id = tokenizer.padding?.id ?? tokenizer.id(ofAny: ["[PAD]", "<pad>"]) { return id }
    default: return nil
    }
    throw InterpretabilityError(
      .invalidOption,
      "the tokenizer has no token that stands for \(word); give an id, zero or mean")
  }
}

extension Tokenizer {
  /// The id of the first of some tokens that the tokenizer makes of their own text.
  fileprivate func id(ofAny names: [String]) -> Int? {
    names.lazy.compactMap { name in
      (try? tokenized(name))?.tokens.first { $0.text == name }?.id
    }.first
  }
}
