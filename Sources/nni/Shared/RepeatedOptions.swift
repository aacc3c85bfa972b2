import ArgumentParser
import Foundation

/// Finds options that were given twice and count once: the parser takes the last one silently.
enum RepeatedOptions {
  /// - Throws: `ValidationError` that names the option.
  static func check(_ arguments: [String]) throws {
    let given = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
      .map { String($0.dropFirst(2).prefix { $0 != "=" }) }
    let counts = Dictionary(given.map { ($0, 1) }, uniquingKeysWith: +).filter { $0.value > 1 }
    guard !counts.isEmpty else { return }
    let single = try singleOptions(of: arguments)
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) where single.contains(name) {
      throw ValidationError(
        "--\(name) was given \(count == 2 ? "twice" : "\(count) times") and counts once; give it once."
      )
    }
  }

  private struct Tool: Decodable { let command: Command }

  private struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable { let name: String }

    let kind: String
    let isRepeating: Bool
    let names: [Name]?
  }

  /// The options of the command that is asked for which take one value.
  private static func singleOptions(of arguments: [String]) throws -> Set<String> {
    guard
      var command = try? JSONDecoder().decode(Tool.self, from: Data(NNI._dumpHelp().utf8)).command
    else { return [] }
    for argument in arguments {
      guard let next = command.subcommands?.first(where: { $0.commandName == argument }) else {
        break
      }
      command = next
    }
    let options = (command.arguments ?? []).filter { $0.kind == "option" && !$0.isRepeating }
    return Set(options.flatMap { ($0.names ?? []).map(\.name) })
  }
}
