/// Reads the members of a part of a tokenizer's file, and names what is wrong with them.
struct TokenizerFields {
  let json: TokenizerJSON
  /// How messages call the part.
  let place: String

  init(_ json: TokenizerJSON, _ place: String) throws {
    guard case .object = json else {
      throw InterpretabilityError(.invalidFile, "\(place) is \(json.kind), not an object")
    }
    self.json = json
    self.place = place
  }

  /// Which of its kind it is.
  var type: String { get throws { try text("type") } }

  func failure(_ name: String, _ wanted: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "\(place): “\(name)” must be \(wanted)")
  }

  /// A refusal of something that is not known, by its name.
  func unknown(_ value: String) -> InterpretabilityError {
    InterpretabilityError(
      .unsupported,
      "\(place): “\(value)” is not supported; tokenize elsewhere and give the ids as a tensor, --input"
    )
  }

  func text(_ name: String, _ fallback: String? = nil) throws -> String {
    switch json[name] {
    case .string(let text)?: return text
    case nil: if let fallback { return fallback }
    default: break
    }
    throw failure(name, "a text")
  }

  /// A text that may be left out.
  func optionalText(_ name: String) throws -> String? {
    json[name] == nil ? nil : try text(name)
  }

  func flag(_ name: String, _ fallback: Bool) throws -> Bool {
    switch json[name] {
    case .bool(let value)?: return value
    case nil: return fallback
    default: throw failure(name, "true or false")
    }
  }

  func number(_ name: String, _ fallback: Int? = nil) throws -> Int {
    guard let value = json[name] else {
      if let fallback { return fallback }
      throw failure(name, "a whole number from 0")
    }
    return try Self.number(value) ?? { throw failure(name, "a whole number from 0") }()
  }

  func list(_ name: String, _ fallback: [TokenizerJSON]? = nil) throws -> [TokenizerJSON] {
    switch json[name] {
    case .array(let values)?: return values
    case nil: if let fallback { return fallback }
    default: break
    }
    throw failure(name, "a list")
  }

  func object(_ name: String) throws -> TokenizerFields {
    guard let value = json[name] else { throw failure(name, "an object") }
    return try TokenizerFields(value, "\(place), “\(name)”")
  }

  func members(_ name: String) throws -> [TokenizerJSON.Member] {
    guard case .object(let members)? = json[name] else { throw failure(name, "an object") }
    return members
  }

  /// A pair of a text and a number, such as `["[SEP]", 102]`.
  func pair(_ name: String) throws -> (text: String, id: Int) {
    let values = try list(name)
    guard values.count == 2, case .string(let text) = values[0], let id = Self.number(values[1])
    else { throw failure(name, "a token and its id") }
    return (text, id)
  }

  /// A whole number from 0; `nil` where it is none.
  static func number(_ json: TokenizerJSON) -> Int? {
    guard case .number(let value) = json, value >= 0, value < 2_147_483_648,
      value == value.rounded()
    else { return nil }
    return Int(value)
  }
}
