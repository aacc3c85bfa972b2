/// Takes numbers and pieces from the front of bytes, and never reads past their end.
struct ByteReader {
  private let bytes: [UInt8]
  /// How messages call the bytes.
  let place: String
  /// The position of the next byte.
  private(set) var position: Int

  /// Reads bytes from a position on.
  init(_ bytes: [UInt8], place: String, position: Int = 0) {
    self.bytes = bytes
    self.place = place
    self.position = position
  }

  /// The number of bytes that are left.
  var remaining: Int { bytes.count - position }

  /// The next byte.
  ///
  /// - Throws: ``InterpretabilityError`` at the end.
  mutating func byte() throws -> UInt8 {
    guard position < bytes.count else { throw truncated() }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next `count` bytes.
  ///
  /// - Throws: ``InterpretabilityError`` when fewer are left.
  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw truncated(wanting: count) }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  /// The next number, little-endian.
  ///
  /// - Throws: ``InterpretabilityError`` when too few bytes are left.
  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws
    -> Number
  {
    var result: Number = 0
    for (index, byte) in try take(Number.bitWidth / 8).enumerated() {
      result |= Number(truncatingIfNeeded: byte) << (8 * index)
    }
    return result
  }

  /// The next number of a type, as a size: what does not fit is larger than any file.
  ///
  /// - Throws: ``InterpretabilityError`` when too few bytes are left.
  mutating func size<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Int {
    Int(clamping: try number(type))
  }

  /// The bytes before the next line feed, which is skipped.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none within `limit` bytes.
  mutating func line(limit: Int = 4096) throws -> ArraySlice<UInt8> {
    let window = bytes[position..<min(bytes.count, position + limit)]
    guard let end = window.firstIndex(of: UInt8(ascii: "\n")) else { throw truncated() }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  /// An error whose message names the place and the position.
  func failure(_ message: String, code: InterpretabilityError.Code = .invalidFile)
    -> InterpretabilityError
  {
    InterpretabilityError(code, "\(place), byte \(position): \(message)")
  }

  private func truncated(wanting count: Int = 1) -> InterpretabilityError {
    failure(
      "\(count == 1 ? "another byte is" : "\(count) bytes are") wanted, \(remaining) are left; "
        + "the file is truncated or damaged")
  }
}
