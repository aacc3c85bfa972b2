import Foundation

/// What a part of a tokenizer looks for: a text, or a regular expression.
struct TokenizerPattern: Sendable {
  private enum Kind: Sendable {
    case text([Unicode.Scalar])
    // NB: immutable and safe to share, though not marked so everywhere.
    case expression(UncheckedExpression)
  }

  private struct UncheckedExpression: @unchecked Sendable { let value: NSRegularExpression }

  private let kind: Kind

  /// How often the search reports before it is given up: some 10^7 steps.
  private static let reportLimit = 2_000

  /// A text that is looked for as it is.
  init(text: String) { kind = .text(Array(text.unicodeScalars)) }

  /// Reads `{"String": …}` or `{"Regex": …}`.
  ///
  /// - Throws: ``InterpretabilityError`` when it is neither, or no regular expression.
  init(_ json: TokenizerJSON, _ place: String) throws {
    if case .string(let text)? = json["String"] {
      kind = .text(Array(text.unicodeScalars))
    } else if case .string(let pattern)? = json["Regex"] {
      guard pattern.utf8.count <= 10_000 else {
        throw InterpretabilityError(
          .unsupported, "\(place): the regular expression has \(pattern.utf8.count) bytes")
      }
      do {
        kind = .expression(
          UncheckedExpression(
            value: try NSRegularExpression(pattern: Self.classesSpelled(pattern))))
      } catch {
        throw InterpretabilityError(
          .unsupported, "\(place): the regular expression “\(pattern)” cannot be read")
      }
    } else {
      throw InterpretabilityError(
        .unsupported, "\(place): a pattern is neither a “String” nor a “Regex”")
    }
  }

  /// `\s` and `\w` as the writers of these files mean them: this library's `\s` lacks the vertical tab and the
  /// next-line character, and its `\w` has joiners of no width and lacks Latin-1's small digits and fractions.
  private static func classesSpelled(_ pattern: String) -> String {
    let word = #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u00B2\u00B3\u00B9\u00BC-\u00BE"#
    var result = ""
    var isEscaped = false
    for scalar in pattern.unicodeScalars {
      if isEscaped {
        switch scalar {
        case "s": result += "[\\u0009-\\u000D\\u0020\\u0085\\p{Z}]"
        case "S": result += "[^\\u0009-\\u000D\\u0020\\u0085\\p{Z}]"
        case "w": result += "[\(word)]"
        case "W": result += "[^\(word)]"
        default:
          result += "\\"
          result.unicodeScalars.append(scalar)
        }
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result + (isEscaped ? "\\" : "")
  }

  /// Where it is in a text, without overlaps and without empty places.
  ///
  /// - Throws: ``InterpretabilityError`` when the search takes too long.
  func matches(in text: AlignedText) throws -> [Range<Int>] {
    switch kind {
    case .text(let wanted): return Self.matches(of: wanted, in: text.scalars)
    case .expression(let expression): return try Self.matches(of: expression.value, in: text)
    }
  }

  private static func matches(
    of wanted: [Unicode.Scalar], in scalars: [Unicode.Scalar]
  ) -> [Range<Int>] {
    guard let first = wanted.first else { return [] }
    var result: [Range<Int>] = []
    var place = 0
    while place + wanted.count <= scalars.count {
      if scalars[place] == first,
        scalars[place..<place + wanted.count].elementsEqual(wanted)
      {
        result.append(place..<place + wanted.count)
        place += wanted.count
      } else {
        place += 1
      }
    }
    return result
  }

  private static func matches(
    of expression: NSRegularExpression, in text: AlignedText
  ) throws -> [Range<Int>] {
    // Code points by places of UTF-16.
    var places: [Int] = []
    for (index, scalar) in text.scalars.enumerated() {
      places += repeatElement(index, count: UTF16.width(scalar))
    }
    places.append(text.count)
    var result: [Range<Int>] = []
    var reports = 0
    expression.enumerateMatches(
      in: text.text, options: [.reportProgress],
      range: NSRange(location: 0, length: places.count - 1)
    ) { match, _, stop in
      guard let match else {
        reports += 1
        if reports > reportLimit { stop.pointee = true }
        return
      }
      let range = match.range
      guard range.length > 0, range.location + range.length < places.count else { return }
      result.append(places[range.location]..<places[range.location + range.length])
    }
    guard reports <= reportLimit else {
      throw InterpretabilityError(
        .unsupported,
        "the tokenizer's regular expression “\(expression.pattern.prefix(80))” takes too long on this text"
      )
    }
    return result
  }
}

/// What becomes of the parts that a pattern finds.
enum SplitBehavior: String {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  /// The pieces of a text, by the parts that were found in it.
  func pieces(_ matches: [Range<Int>], of count: Int, inverted: Bool = false) -> [Range<Int>] {
    var parts: [(range: Range<Int>, isMatch: Bool)] = []
    var place = 0
    for match in matches {
      if match.lowerBound > place { parts.append((place..<match.lowerBound, inverted)) }
      parts.append((match, !inverted))
      place = match.upperBound
    }
    if place < count { parts.append((place..<count, inverted)) }
    switch self {
    case .isolated: return parts.map(\.range)
    case .removed: return parts.filter { !$0.isMatch }.map(\.range)
    case .contiguous:
      var result: [Range<Int>] = []
      var last: Bool?
      for part in parts {
        if last == part.isMatch, let end = result.indices.last {
          result[end] = result[end].lowerBound..<part.range.upperBound
        } else {
          result.append(part.range)
        }
        last = part.isMatch
      }
      return result
    case .mergedWithPrevious:
      var result: [Range<Int>] = []
      var followsMatch = false
      for part in parts {
        if part.isMatch, !followsMatch, let end = result.indices.last {
          result[end] = result[end].lowerBound..<part.range.upperBound
        } else {
          result.append(part.range)
        }
        followsMatch = part.isMatch
      }
      return result
    case .mergedWithNext:
      var result: [Range<Int>] = []
      var precedesMatch = false
      for part in parts.reversed() {
        if part.isMatch, !precedesMatch, let end = result.indices.last {
          result[end] = part.range.lowerBound..<result[end].upperBound
        } else {
          result.append(part.range)
        }
        precedesMatch = part.isMatch
      }
      return result.reversed()
    }
  }
}
