import ArgumentParser
import Foundation
import NNIImages
import NNInterpretability

/// A method with options: `NAME` or `NAME:option=value,option=value`.
struct MethodArgument: ExpressibleByArgument {
  let name: String
  let options: [String: OptionValue]
  /// As it was written.
  let text: String

  init?(argument: String) {
    text = argument
    let parts = argument.split(separator: ":", maxSplits: 1)
    guard let first = parts.first else { return nil }
    name = String(first)
    guard
      let options = Self.options(
        parts.count > 1 ? parts[1].split(separator: ",").map(String.init) : [])
    else { return nil }
    self.options = options
  }

  /// Taken when no method is asked for: where, how strongly, and how much.
  static let usual = [
    "grad-cam", "saliency", "guided-backprop", "integrated-gradients",
    "lrp-composite:preset=epsilon-plus-flat", "lrp-composite:preset=epsilon-gamma-box",
  ].compactMap(Self.init)

  var defaultValueDescription: String { text }

  /// `OPTION=VALUE` pairs; `nil` when one has no equals sign.
  static func options(_ settings: [String]) -> [String: OptionValue]? {
    var options: [String: OptionValue] = [:]
    for setting in settings {
      let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, !pair[0].isEmpty else { return nil }
      options[String(pair[0])] = .text(String(pair[1]))
    }
    return options
  }

  func method() throws -> any AttributionMethod {
    try Catalog.method(name, Self.withFiles(options))
  }

  /// The options with a rule map's file replaced by what it says.
  static func withFiles(_ options: [String: OptionValue]) throws -> [String: OptionValue] {
    guard case .text(let path)? = options["rules"], !path.isEmpty, !path.hasPrefix("{") else {
      return options
    }
    FilesRead.note(path)
    guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
      throw InterpretabilityError(
        .invalidFile, "the rule map \(path) does not exist or is not a text")
    }
    return options.merging(["rules": .text(text)]) { $1 }
  }
}
