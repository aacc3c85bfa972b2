import ArgumentParser
import Foundation
import NNITestSupport
import NNInterpretability
import Testing

@testable import NNICommands

/// Every command and option that a text quotes is one that `nni` takes.
///
/// Nothing runs: lines are parsed by the command's own parser, methods and metrics with their options looked
/// up in the catalogue.
@Suite struct QuotedCommandTests {
  /// A command with its names behind `nni`, and those below it.
  private static func tree(
    _ command: any ParsableCommand.Type, _ path: [String] = []
  ) -> [(path: [String], type: any ParsableCommand.Type)] {
    [(path, command)]
      + command.configuration.subcommands.flatMap {
        tree($0, path + [$0.configuration.commandName ?? ""])
      }
  }

  private static var commands: [(path: [String], type: any ParsableCommand.Type)] {
    tree(NNI.self)
  }

  /// The names of the options that a command's help lists.
  private static func options(_ command: any ParsableCommand.Type) -> Set<String> {
    Set(
      NNI.helpMessage(for: command, includeHidden: true, columns: 200)
        .matches(of: /--[a-z][a-z0-9-]*/).map { String($0.0) })
  }

  private static let allOptions = commands.reduce(into: Set<String>()) {
    $0.formUnion(options($1.type))
  }

  /// Throws what is wrong with a whole command.
  private func check(_ command: QuotedText) throws {
    let words = ShellWords(command.text).words
    _ = try NNI.parseAsRoot(Array(words.dropFirst()))
    try checkMethods(words)
  }

  /// Throws what is wrong with the methods and metrics among a command's words.
  private func checkMethods(_ words: [String]) throws {
    var settings: [String] = []
    var method: String?
    for (option, value) in zip(words, words.dropFirst()) {
      switch option {
      case "--method":
        method = value
        try checkMethod(value, ofTokens: words.contains("--text"))
      case "--metric":
        let argument = try #require(MethodArgument(argument: value))
        _ = try Catalog.metric(argument.name, try argument.options)
      case "--set": settings.append(value)
      default: break
      }
    }
    if let method, !settings.isEmpty {
      try checkMethod("\(method):\(settings.joined(separator: ","))")
    }
  }

  /// Files that a text invents are not there to be read.
  private func checkMethod(_ text: String, ofTokens: Bool = false) throws {
    let argument = try #require(MethodArgument(argument: text), "\(text)")
    var options = try argument.options
    if options["rules"] != nil { options["rules"] = .text("") }
    for name in options.keys where name.hasSuffix("-key") { options[name] = nil }
    if ofTokens {
      // What the catalogue's methods do not know, for the command or the question reads it.
      if case .text(let words)? = options["baseline"],
        words.split(separator: ":").map(String.init).allSatisfy(
          ["zero", "mean", "token", "mask", "pad"].contains)
      {
        options["baseline"] = nil
      }
      if let fill = options["replacement"],
        ["mask", "pad"].contains(fill.description) || TokenFill(fill) != nil
      {
        options["replacement"] = nil
      }
      options["keep"] = nil
    }
    _ = try Catalog.method(argument.name, options)
  }

  private func expectAllRight(_ commands: [QuotedText], atLeast count: Int) {
    #expect(commands.count >= count, "\(commands.map(\.text))")
    for command in commands {
      do {
        try check(command)
      } catch {
        Issue.record("\(command.place): \(command.text): \(NNI.fullMessage(for: error))")
      }
    }
  }

  @Test func articlesQuoteCommandsThatAreTaken() throws {
    expectAllRight(try QuotedTexts.articles.flatMap(QuotedTexts.commands(inBlocksOf:)), atLeast: 50)
  }

  @Test func lessonsQuoteCommandsThatAreTaken() throws {
    let texts = try QuotedTexts.lessons.flatMap { file in
      try SwiftTexts(String(contentsOf: file, encoding: .utf8)).texts
        .map { QuotedText(text: $0, place: file.path) }
    }
    expectAllRight(texts.filter { $0.text.hasPrefix("nni ") }, atLeast: 18)
  }

  @Test func helpsQuoteCommandsThatAreTaken() throws {
    let texts = Self.commands.flatMap { path, type in
      QuotedTexts.commands(
        inHelp: type.configuration.discussion, of: "nni \(path.joined(separator: " ")) --help")
    }
    expectAllRight(texts, atLeast: 40)
  }

  /// `nni …`, `--option`, `method:option=value` and `option=value` in the middle of sentences.
  @Test func quotedOptionsExist() throws {
    var count = 0
    for span in try (QuotedTexts.articles + QuotedTexts.lessons).flatMap(QuotedTexts.spans(of:)) {
      let words = ShellWords(span.text).words
      guard let first = words.first else { continue }
      if first == "nni" {
        count += 1
        // Part of a command: its name and its options; `…`, files and numbers may be left out.
        let names = Array(words.dropFirst().prefix { $0.wholeMatch(of: /[a-z]+/) != nil })
        let found = Self.commands.last { !$0.path.isEmpty && names.starts(with: $0.path) }
        guard let found else {
          #expect(names.isEmpty, "\(span.place): \(span.text)")
          continue
        }
        let own = Self.options(found.type)
        for word in words where word.hasPrefix("--") {
          #expect(own.contains(String(word.prefix { $0 != "=" })), "\(span.place): \(span.text)")
        }
        checkQuoted(words, span)
      } else if first.hasPrefix("--") {
        count += 1
        #expect(
          Self.allOptions.contains(String(first.prefix { $0 != "=" }))
            || Self.others.contains(first), "\(span.place): \(span.text)")
        checkQuoted(words, span)
      } else if words.count == 1, let match = first.wholeMatch(of: /([a-z0-9-]+):([a-z-]+=.+)/) {
        count += 1
        let isMethod = Catalog.methods.contains { $0.name == match.1 }
        checkQuoted([isMethod ? "--method" : "--metric", first], span)
      } else if words.count == 1, let match = first.wholeMatch(of: /([a-z][a-z-]*)=([^=\s]+)/) {
        count += 1
        // Files and tensors that a text invents are not there to be read.
        let isTensor = match.1.hasSuffix("-key")
        let name = isTensor ? match.1.dropLast(4) : match.1
        let value = isTensor ? "zero" : name == "rules" ? "" : String(match.2)
        let options = [String(name): OptionValue.text(value)]
        let isTaken =
          Catalog.methods.contains { (try? Catalog.method($0.name, options)) != nil }
          || Catalog.metrics.contains { (try? Catalog.metric($0.name, options)) != nil }
          || Self.others.contains(first)
        #expect(isTaken, "\(span.place): \(span.text) is no method's option")
      }
    }
    #expect(count > 20, "\(count)")
  }

  private func checkQuoted(_ words: [String], _ span: QuotedText) {
    do {
      // A capital letter stands for a number or a name.
      try checkMethods(words.filter { $0.firstMatch(of: /=[A-Z]|…/) == nil })
    } catch {
      Issue.record("\(span.place): \(span.text): \(error)")
    }
  }

  /// What belongs to other programs, and the lessons' own.
  private static let others: Set<String> = [
    "--help", "--output FOLDER", "--output", "--version", "dynamo=False",
  ]

  /// The name behind `nni` in any sentence of sources and articles, such as “as nni inspect lists them”.
  @Test func namesOfCommandsInSentencesAreThose() throws {
    let names = Set(Self.commands.compactMap(\.path.first))
    let sources = QuotedTexts.root.appending(path: "Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.hasSuffix(".swift") }.map { sources.appending(path: $0) }
    var count = 0
    for file in try files + QuotedTexts.articles + QuotedTexts.lessons {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: /\bnni ([a-z]+)/) {
        count += 1
        #expect(names.contains(String(match.1)), "\(file.path): nni \(match.1)")
      }
    }
    #expect(count > 100, "\(count)")
  }

  /// The readers of quotes, by themselves.
  @Test func quotesAreRead() throws {
    #expect(
      ShellWords("nni x 'a b' --t=\"c d\"  e # f").words == ["nni", "x", "a b", "--t=c d", "e"])
    let source = #"""
      let sample = "--sample \(Turning.position)"
      let commands = [
        "nni a \(sample) --n \(isIt ? "b" : c.d(1))"
          + " --rest", "other",
      ]
      say("""
        one \
        two `q` \(f("x"))
        """)
      """#
    let texts = try SwiftTexts(source).texts
    #expect(texts.contains("nni a --sample 1 --n 1 --rest"))
    #expect(texts.last?.contains("`q` 1") == true)
    #expect(throws: (any Error).self) {
      try check(QuotedText(text: "nni explain a b.jpg --outputs c", place: ""))
    }
    #expect(throws: (any Error).self) {
      try check(QuotedText(text: "nni explain a b.jpg --method cam:layr=x --output c", place: ""))
    }
  }
}
