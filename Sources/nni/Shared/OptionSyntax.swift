import NNInterpretability

/// How a method's options are written: `option=value,option=value`.
///
/// A value goes to the next comma that stands outside `[…]`, `{…}` and quotation marks. A value in double
/// quotation marks holds anything, with `\"` and `\\` inside it: `rules="a,b.json"`.
enum OptionSyntax {
  /// The options.
  ///
  /// - Throws: `InterpretabilityError` for what is no pair, and for an option that is set twice.
  static func options(_ text: String) throws -> [String: OptionValue] {
    try options(settings: parts(text), unquoting: true)
  }

  /// Options from texts of one pair each, as `--set` takes them.
  ///
  /// - Throws: as ``options(_:)``.
  static func options(
    settings: [String], unquoting: Bool = false
  ) throws -> [String: OptionValue] {
    var options: [String: OptionValue] = [:]
    for setting in settings {
      guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
        throw InterpretabilityError(
          .invalidOption,
          "“\(setting)” is no option: wanted OPTION=VALUE, such as steps=100; a value with a comma stands "
            + "in double quotation marks")
      }
      let name = String(setting[..<equals])
      let value = String(setting[setting.index(after: equals)...])
      guard options[name] == nil else {
        throw InterpretabilityError(.invalidOption, "the option \(name) is set twice; set it once")
      }
      options[name] = .text(unquoting ? unquoted(value) : value)
    }
    return options
  }

  /// The pieces between commas that separate options.
  private static func parts(_ text: String) throws -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if isQuoted {
        if character == "\\" { isEscaped = true }
        if character == "\"" { isQuoted = false }
      } else {
        switch character {
        case "\"" where depth > 0 || part.hasSuffix("="): isQuoted = true
        case "[", "{": depth += 1
        case "]", "}": depth -= 1
        case "," where depth <= 0:
          parts.append(part)
          part = ""
          continue
        default: break
        }
      }
      part.append(character)
    }
    guard !isQuoted else {
      throw InterpretabilityError(
        .invalidOption, "a quotation mark is opened and not closed in “\(text)”")
    }
    return (parts + [part]).filter { !$0.isEmpty }
  }

  private static func unquoted(_ value: String) -> String {
    guard value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
    var text = ""
    var isEscaped = false
    for character in value.dropFirst().dropLast() {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        text.append(character)
        isEscaped = false
      }
    }
    return text
  }
}
