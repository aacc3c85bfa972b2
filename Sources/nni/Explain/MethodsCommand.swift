import ArgumentParser
import NNInterpretability

/// `nni methods`: what can be asked.
struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods", abstract: "Lists the methods, or the options of one.",
    discussion: """
      Examples:
        nni methods
        nni methods lrp-gamma
      """)

  @Argument(help: "A method, to see its options.")
  var name: String?

  @Flag(help: "Print JSON.")
  var json = false

  private struct Description: Encodable {
    let name: String
    let summary: String
    let citations: [String]
    let options: [OptionDescription]

    init(_ entry: MethodEntry) {
      name = entry.name
      summary = entry.summary
      citations = entry.citations
      options = entry.options
    }
  }

  func run() throws {
    if let name {
      let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
      if json { return try Terminal.printJSON(Description(entry)) }
      print("\(entry.name): \(entry.summary)\n")
      print(TextTable.text(of: entry.options))
      if !entry.citations.isEmpty {
        print("\nReferences: \(entry.citations.joined(separator: ", "))")
      }
    } else {
      if json { return try Terminal.printJSON(Catalog.methods.map(Description.init)) }
      var table = TextTable(["method", "what it answers"])
      for entry in Catalog.methods { table.add([entry.name, entry.summary]) }
      print(table.text)
    }
  }
}
