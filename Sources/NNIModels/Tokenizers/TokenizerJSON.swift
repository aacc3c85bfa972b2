/// JSON as a tokenizer's file has it: members in their order, and names told apart by code points.
///
/// `Dictionary<String, …>` takes canonically equivalent names for one; vocabularies hold both forms.
indirect enum TokenizerJSON {
  /// A name and its value.
  struct Member {
    let name: String
    let value: TokenizerJSON
  }

  case object([Member])
  case array([TokenizerJSON])
  case string(String)
  case number(Double)
  case bool(Bool)
  case null

  /// Reads a text.
  ///
  /// - Throws: ``InterpretabilityError`` that says where the text is wrong.
  init(_ bytes: [UInt8], _ place: String) throws {
    var reader = TokenizerJSONReader(bytes: bytes, place: place)
    self = try reader.document()
  }

  /// A member of an object; `nil` where it is not there, or `null`.
  subscript(name: String) -> TokenizerJSON? {
    guard case .object(let members) = self,
      let value = members.last(where: { $0.name == name })?.value
    else { return nil }
    if case .null = value { return nil }
    return value
  }

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "a text"
    case .number: "a number"
    case .bool: "true or false"
    case .null: "null"
    }
  }
}

/// Reads ``TokenizerJSON``.
private struct TokenizerJSONReader {
  let bytes: [UInt8]
  let place: String
  var position = 0

  private static let depthLimit = 64

  mutating func document() throws -> TokenizerJSON {
    let value = try value(depth: 0)
    skipSpaces()
    guard position == bytes.count else { throw failure("something follows its end") }
    return value
  }

  private func failure(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "\(place) is no JSON: \(message), at byte \(position)")
  }

  private mutating func skipSpaces() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpaces()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws -> TokenizerJSON {
    guard depth < Self.depthLimit else { throw failure("it is nested too deeply") }
    skipSpaces()
    guard position < bytes.count else { throw failure("it ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object(_ depth: Int) throws -> TokenizerJSON {
    position += 1
    var members: [TokenizerJSON.Member] = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpaces()
      let name = try string()
      guard take(UInt8(ascii: ":")) else { throw failure("a name has no value") }
      members.append(.init(name: name, value: try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("an object does not end") }
    return .object(members)
  }

  private mutating func array(_ depth: Int) throws -> TokenizerJSON {
    position += 1
    var values: [TokenizerJSON] = []
    if take(UInt8(ascii: "]")) { return .array(values) }
    repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("a list does not end") }
    return .array(values)
  }

  private mutating func word(_ word: String, _ value: TokenizerJSON) throws -> TokenizerJSON {
    guard bytes[position...].starts(with: word.utf8) else { throw failure("a word is unknown") }
    position += word.utf8.count
    return value
  }

  private mutating func number() throws -> TokenizerJSON {
    let start = position
    while position < bytes.count, "+-.0123456789eE".utf8.contains(bytes[position]) {
      position += 1
    }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
      number.isFinite
    else { throw failure("a value is none") }
    return .number(number)
  }

  private mutating func string() throws -> String {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      throw failure("a text is missing")
    }
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw failure("a text is no UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case 0..<0x20: throw failure("a text holds a control character")
      default: text.append(byte)
      }
    }
    throw failure("a text does not end")
  }

  private mutating func escape() throws -> [UInt8] {
    guard position < bytes.count else { throw failure("it ends too early") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "u"):
      var units = [try unit()]
      if 0xD800..<0xDC00 ~= units[0] {
        guard bytes[position...].starts(with: "\\u".utf8) else { throw failure("half a character") }
        position += 2
        units.append(try unit())
      }
      guard let string = String(validating: units, as: UTF16.self) else {
        throw failure("half a character")
      }
      return Array(string.utf8)
    default: throw failure("an escape is unknown")
    }
  }

  private mutating func unit() throws -> UInt16 {
    guard position + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw failure("an escape is unknown") }
    position += 4
    return unit
  }
}
