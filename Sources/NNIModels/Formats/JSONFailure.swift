/// What is wrong with a JSON text, for messages.
package enum JSONFailure {
  /// Such as `is no valid JSON` or `is wrong at “input.size[0]”: wanted a whole number`.
  ///
  /// - Parameters:
  ///   - error: What decoding threw.
  ///   - noun: What the outermost key names, if that is worth telling; empty if it is a plain key.
  /// - Returns: A predicate whose subject is the file.
  package static func sentence(_ error: any Error, noun: String = "") -> String {
    guard let error = error as? DecodingError else { return unreadable(error) }
    switch error {
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      // Foundation says the same of a fraction where a whole number is wanted.
      return "is no valid JSON, or a number in it does not fit"
    case .dataCorrupted(let context) where PlainWords.isForeign(context.debugDescription):
      return "is wrong at \(path(context.codingPath, noun)): the value is none that is known there"
    case .dataCorrupted(let context):
      return "is wrong at \(path(context.codingPath, noun)): \(context.debugDescription)"
    case .keyNotFound(let key, let context):
      let owner = context.codingPath.isEmpty ? "" : " at \(path(context.codingPath, noun))"
      return "lacks the key “\(key.stringValue)”\(owner)"
    case .typeMismatch(let type, let context):
      guard !context.codingPath.isEmpty else { return "is no JSON object" }
      return "is wrong at \(path(context.codingPath, noun)): wanted \(name(of: type))"
    case .valueNotFound(let type, let context):
      return "is wrong at \(path(context.codingPath, noun)): wanted \(name(of: type)), found null"
    @unknown default: return unreadable(error)
    }
  }

  private static func unreadable(_ error: any Error) -> String {
    "cannot be read" + (PlainWords.reason(error).map { ": \($0)" } ?? "")
  }

  /// Such as `“input.size[1]”`, or `tensor “a.weight”, “shape[1]”`.
  private static func path(_ keys: [any CodingKey], _ noun: String) -> String {
    func joined(_ keys: ArraySlice<any CodingKey>) -> String {
      let text = keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
      return "“\(text.drop { $0 == "." })”"
    }
    guard !noun.isEmpty else { return joined(keys[...]) }
    return "\(noun) " + joined(keys.prefix(1)) + (keys.count > 1 ? ", " + joined(keys[1...]) : "")
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Double.Type: "a number"
    case is Int.Type: "a whole number"
    default:
      switch "\(type)" {
      case let name where name.hasPrefix("Array"): "a list"
      case let name where name.hasPrefix("Dictionary"): "an object"
      default: "\(type)"
      }
    }
  }
}
