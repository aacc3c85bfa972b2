import Foundation

/// SentencePiece's map of characters: a double-array trie of byte sequences, and what they become.
struct CharacterMap {
  private let units: [UInt32]
  private let texts: [UInt8]

  /// Reads it: the trie's size in bytes, the trie, and texts that end in zeros.
  ///
  /// - Throws: ``InterpretabilityError`` when it is damaged.
  init(base64: String, _ place: String) throws {
    let damage = InterpretabilityError(
      .invalidFile, "\(place): “precompiled_charsmap” is damaged")
    guard let data = Data(base64Encoded: base64), data.count >= 4 else { throw damage }
    let bytes = [UInt8](data)
    func word(_ index: Int) -> UInt32 {
      let (low, high) = (
        UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8,
        UInt32(bytes[index + 2]) | UInt32(bytes[index + 3]) << 8
      )
      return low | high << 16
    }
    let size = Int(word(0))
    guard size % 4 == 0, size > 0, size <= bytes.count - 4 else { throw damage }
    units = stride(from: 4, to: 4 + size, by: 4).map(word)
    texts = Array(bytes[(4 + size)...])
  }

  /// Replaces what the map knows.
  ///
  /// - Throws: ``InterpretabilityError`` when too much becomes of it.
  func apply(to text: inout AlignedText) throws {
    var changes: [(scalar: Unicode.Scalar, change: Int)] = []
    var isModified = false
    func replace(_ old: Int, _ new: [Unicode.Scalar]) {
      isModified = true
      changes += new.map { ($0, 0) }
      let difference = new.count - old
      if difference > 0 {
        for index in changes.indices.suffix(difference) { changes[index].change = 1 }
      } else if difference < 0, let last = changes.indices.last {
        changes[last].change += difference
      }
    }
    for grapheme in text.text {
      try AlignedText.requireRoom(changes.count)
      let scalars = Array(grapheme.unicodeScalars)
      if grapheme.utf8.count < 6, let new = mapped(Array(grapheme.utf8)) {
        replace(scalars.count, new)
        continue
      }
      for scalar in scalars {
        if let new = mapped(Array(String(scalar).utf8)) {
          replace(1, new)
        } else {
          changes.append((scalar, 0))
        }
      }
    }
    if isModified { text.transform(changes) }
  }

  /// What the shortest prefix that the trie knows becomes.
  private func mapped(_ key: [UInt8]) -> [Unicode.Scalar]? {
    func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }
    var place = offset(units[0])
    for byte in key {
      guard byte != 0 else { return nil }
      place ^= Int(byte)
      guard units.indices.contains(place) else { return nil }
      let unit = units[place]
      guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
      place ^= offset(unit)
      if unit >> 8 & 1 == 1 {
        guard units.indices.contains(place) else { return nil }
        let start = Int(units[place] & (1 << 31 - 1))
        guard start < texts.count else { return nil }
        let end = texts[start...].firstIndex(of: 0) ?? texts.count
        return Array(String(decoding: texts[start..<end], as: UTF8.self).unicodeScalars)
      }
    }
    return nil
  }
}
