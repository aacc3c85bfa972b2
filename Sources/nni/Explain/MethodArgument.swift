import ArgumentParser
import Foundation
import NNInterpretability

/// A method with options: `NAME` or `NAME:option=value,option=value`, see ``OptionSyntax``.
struct MethodArgument: ExpressibleByArgument {
  let name: String
  /// As it was written.
  let text: String
  let written: Result<[String: OptionValue], any Error>

  init?(argument: String) {
    text = argument
    let parts = argument.split(separator: ":", maxSplits: 1)
    guard let first = parts.first else { return nil }
    name = String(first)
    written = Result { try parts.count > 1 ? OptionSyntax.options(String(parts[1])) : [:] }
  }

  /// The options as they were written.
  var options: [String: OptionValue] {
    get throws {
      do {
        return try written.get()
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, "\(name): \(error.message)")
      }
    }
  }

  /// Taken when no method is asked for: where, how strongly, and how much.
  static let usual = [
    "grad-cam", "saliency", "guided-backprop", "integrated-gradients",
    "lrp-composite:preset=epsilon-plus-flat", "lrp-composite:preset=epsilon-gamma-box",
  ].compactMap(Self.init)

  var defaultValueDescription: String { text }

  func method() throws -> any AttributionMethod { try resolved().method }

  /// The method, with the files that its options name.
  func resolved() throws -> (method: any AttributionMethod, files: [FileRecord]) {
    let files = try OptionFiles(options)
    return (try Catalog.method(name, files.options), try files.records)
  }
}
