import Foundation

/// Unicode's normalization forms, with the number of old code points that each new one stands for.
enum NormalizationForm: String {
  case composed = "NFC"
  case decomposed = "NFD"
  case compatibleComposed = "NFKC"
  case compatibleDecomposed = "NFKD"

  /// Brings a text into this form.
  func apply(to text: inout AlignedText) {
    guard !text.scalars.allSatisfy(\.isASCII) else { return }
    var changes = decomposition(text.scalars)
    if self == .composed || self == .compatibleComposed { changes = Self.composition(changes) }
    text.transform(changes)
  }

  private typealias Change = (scalar: Unicode.Scalar, change: Int)

  private func decomposition(_ scalars: [Unicode.Scalar]) -> [Change] {
    let isCompatible = self == .compatibleComposed || self == .compatibleDecomposed
    var changes: [Change] = []
    var marks: [Change] = []
    func flush() {
      // A stable order: marks of one class keep theirs.
      changes += marks.enumerated().sorted {
        let left = Self.combiningClass($0.element.scalar)
        let right = Self.combiningClass($1.element.scalar)
        return left == right ? $0.offset < $1.offset : left < right
      }.map(\.element)
      marks = []
    }
    var known: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for scalar in scalars {
      let parts: [Unicode.Scalar]
      if scalar.isASCII {
        parts = [scalar]
      } else if let found = known[scalar] {
        parts = found
      } else {
        let text = String(scalar)
        parts = Array(
          (isCompatible
            ? text.decomposedStringWithCompatibilityMapping
            : text.decomposedStringWithCanonicalMapping).unicodeScalars)
        known[scalar] = parts
      }
      for (index, part) in parts.enumerated() {
        if Self.combiningClass(part) == 0 {
          flush()
          changes.append((part, index == 0 ? 0 : 1))
        } else {
          marks.append((part, index == 0 ? 0 : 1))
        }
      }
    }
    flush()
    return changes
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.properties.canonicalCombiningClass.rawValue
  }

  private static func composition(_ changes: [Change]) -> [Change] {
    var result: [Change] = []
    var first: Change?
    var waiting: [Change] = []
    var lastClass: UInt8?
    func flush() {
      if let first { result.append(first) }
      result += waiting
      (first, waiting, lastClass) = (nil, [], nil)
    }
    for change in changes {
      let own = combiningClass(change.scalar)
      guard let base = first else {
        if own == 0 { first = change } else { result.append(change) }
        continue
      }
      let isBlocked = lastClass.map { $0 >= own } ?? false
      if !isBlocked, let composed = composition(base.scalar, change.scalar) {
        first = (composed, base.change + change.change - 1)
      } else if own == 0 {
        flush()
        first = change
      } else {
        waiting.append(change)
        lastClass = own
      }
    }
    flush()
    return result
  }

  private static func composition(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar
  ) -> Unicode.Scalar? {
    guard !second.isASCII else { return nil }
    // Hangul by the standard's arithmetic: Foundation leaves a final consonant apart.
    let (left, right) = (first.value, second.value)
    if 0x1100..<0x1113 ~= left, 0x1161..<0x1176 ~= right {
      return Unicode.Scalar(0xAC00 + ((left - 0x1100) * 21 + right - 0x1161) * 28)
    }
    if 0xAC00..<0xD7A4 ~= left, (left - 0xAC00) % 28 == 0, 0x11A8..<0x11C3 ~= right {
      return Unicode.Scalar(left + right - 0x11A7)
    }
    var pair = String.UnicodeScalarView()
    pair.append(first)
    pair.append(second)
    // NB: Foundation may leave a composed first part as it is, and invents compositions of code points that
    // have none; so the pair is taken apart before, and the result after.
    let parts = String(pair).decomposedStringWithCanonicalMapping
    let composed = parts.precomposedStringWithCanonicalMapping.unicodeScalars
    guard composed.count == 1, let result = composed.first,
      String(result).decomposedStringWithCanonicalMapping.unicodeScalars
        .elementsEqual(parts.unicodeScalars)
    else { return nil }
    return result
  }
}
