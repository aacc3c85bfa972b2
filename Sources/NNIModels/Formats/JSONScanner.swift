/// Reads JSON value by value, in one pass and without a tree: for headers with very many entries.
///
/// As strict as RFC 8259, and stricter: a key that an object states twice is refused.
///
/// ```swift
/// var scanner = JSONScanner(Array(#"{"a": [1, 2]}"#.utf8))
/// try scanner.beginObject()
/// while let key = try scanner.nextKey() { … }
/// ```
struct JSONScanner {
  /// Why a text cannot be read.
  enum Failure: Error, Equatable {
    /// It is no JSON.
    case malformed
    /// An object states a key twice.
    case repeated(String)
  }

  /// What a value is.
  enum Kind: Equatable {
    case object, array, text, number, truth, null
  }

  private let bytes: [UInt8]
  private var index = 0
  /// Whether the next entry is the first of its object or array.
  private var isFirst = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What the next value is.
  mutating func kind() throws(Failure) -> Kind {
    switch try next() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .text
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .truth
    case UInt8(ascii: "n"): .null
    default: throw .malformed
    }
  }

  /// Goes into an object, whose keys ``nextKey()`` gives; each value must be read or skipped.
  mutating func beginObject() throws(Failure) {
    try take(UInt8(ascii: "{"))
    isFirst = true
  }

  /// The next key of an object, or `nil` at its end.
  ///
  /// Whether it is new is for the caller to ask.
  mutating func nextKey() throws(Failure) -> String? {
    guard try entryFollows(before: UInt8(ascii: "}")) else { return nil }
    let key = try text()
    try take(UInt8(ascii: ":"))
    return key
  }

  /// Goes into an array, whose entries ``nextElement()`` announces.
  mutating func beginArray() throws(Failure) {
    try take(UInt8(ascii: "["))
    isFirst = true
  }

  /// Whether another entry follows, which must be read or skipped.
  mutating func nextElement() throws(Failure) -> Bool {
    try entryFollows(before: UInt8(ascii: "]"))
  }

  /// That nothing follows but white space.
  mutating func end() throws(Failure) {
    skipSpace()
    guard index == bytes.count else { throw .malformed }
  }

  /// A text without its quotes and escapes.
  mutating func text() throws(Failure) -> String {
    try take(UInt8(ascii: "\""))
    let start = index
    var position = index
    var all: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        index = position + 1
        // What is no more than ASCII needs no check.
        if all < 0x80 { return String(decoding: bytes[start..<position], as: UTF8.self) }
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
          throw .malformed
        }
        return text
      }
      if byte == UInt8(ascii: "\\") {
        index = position
        return try escapedText(from: start)
      }
      guard byte >= 0x20 else { throw .malformed }
      all |= byte
      position += 1
    }
    throw .malformed
  }

  /// A number; `nil` when it is no whole one, or too large.
  mutating func wholeNumber() throws(Failure) -> Int? {
    _ = try next()
    let start = index
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let digits = index
    var value: Int? = 0
    while let digit = digit() {
      // Counted downwards: the smallest number has no positive counterpart.
      value = value.flatMap { value in
        let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowsToo) = tens.subtractingReportingOverflow(digit)
        return overflows || overflowsToo ? nil : sum
      }
    }
    guard index > digits, index == digits + 1 || bytes[digits] != UInt8(ascii: "0") else {
      throw .malformed
    }
    if try skipFraction() { return nil }
    guard digits == start else { return value }
    return value.flatMap { $0 == .min ? nil : -$0 }
  }

  /// Passes over a value.
  mutating func skip() throws(Failure) {
    var open: [(isObject: Bool, keys: Set<String>)] = []
    repeat {
      if let last = open.last {
        if last.isObject {
          guard let key = try nextKey() else {
            open.removeLast()
            isFirst = false
            continue
          }
          guard open[open.count - 1].keys.insert(key).inserted else { throw .repeated(key) }
        } else if try !nextElement() {
          open.removeLast()
          isFirst = false
          continue
        }
      }
      switch try kind() {
      case .object:
        try beginObject()
        open.append((true, []))
      case .array:
        try beginArray()
        open.append((false, []))
      case .text: _ = try text()
      case .number: _ = try wholeNumber()
      case .truth: try word(bytes[index] == UInt8(ascii: "t") ? "true" : "false")
      case .null: try word("null")
      }
      // Deeper than any header; Foundation stops there, too.
      guard open.count <= 512 else { throw .malformed }
    } while !open.isEmpty
  }

  /// A text as JSON writes it, with its quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  /// The next byte that is no white space.
  private mutating func next() throws(Failure) -> UInt8 {
    skipSpace()
    guard index < bytes.count else { throw .malformed }
    return bytes[index]
  }

  private mutating func take(_ byte: UInt8) throws(Failure) {
    guard try next() == byte else { throw .malformed }
    index += 1
  }

  private mutating func entryFollows(before end: UInt8) throws(Failure) -> Bool {
    let wasFirst = isFirst
    isFirst = false
    if try next() == end {
      index += 1
      return false
    }
    if !wasFirst { try take(UInt8(ascii: ",")) }
    return true
  }

  private mutating func digit() -> Int? {
    guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else {
      return nil
    }
    defer { index += 1 }
    return Int(bytes[index] - UInt8(ascii: "0"))
  }

  /// Passes over what makes a number no whole one; whether there was something.
  private mutating func skipFraction() throws(Failure) -> Bool {
    let start = index
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      try skipDigits()
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[index]) {
        index += 1
      }
      try skipDigits()
    }
    return index > start
  }

  private mutating func skipDigits() throws(Failure) {
    guard digit() != nil else { throw .malformed }
    while digit() != nil {}
  }

  private mutating func word(_ word: String) throws(Failure) {
    for byte in word.utf8 {
      guard index < bytes.count, bytes[index] == byte else { throw .malformed }
      index += 1
    }
  }

  /// The rest of a text in which there are escapes.
  private mutating func escapedText(from start: Int) throws(Failure) -> String {
    var plain = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: plain, as: UTF8.self) else { throw .malformed }
        return text
      case UInt8(ascii: "\\"): plain += Array(String(try escaped()).utf8)
      case 0..<0x20: throw .malformed
      default: plain.append(byte)
      }
    }
    throw .malformed
  }

  private mutating func escaped() throws(Failure) -> Unicode.Scalar {
    guard index < bytes.count else { throw .malformed }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw .malformed
    }
    var value = try fourDigits()
    if (0xD800..<0xDC00).contains(value) {
      guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
        bytes[index + 1] == UInt8(ascii: "u")
      else { throw .malformed }
      index += 2
      let low = try fourDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw .malformed }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw .malformed }
    return scalar
  }

  private mutating func fourDigits() throws(Failure) -> UInt32 {
    guard index + 4 <= bytes.count else { throw .malformed }
    var value: UInt32 = 0
    for byte in bytes[index..<(index + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .malformed }
      value = value << 4 | UInt32(digit)
    }
    index += 4
    return value
  }
}
