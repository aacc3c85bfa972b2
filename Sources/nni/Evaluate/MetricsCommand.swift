import ArgumentParser
import NNInterpretability

/// `nni metrics`: by what explanations can be judged.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Lists the metrics of nni evaluate, or the options of one.",
    discussion: """
      Examples:
        nni metrics
        nni metrics deletion
      """)

  @Argument(help: "A metric, to see its formula and its options.")
  var name: String?

  @Flag(help: "Print JSON.")
  var json = false

  private struct Description: Encodable {
    let name: String
    let summary: String
    let formula: String
    let reading: String
    let direction: MetricDirection
    let needsRegions: Bool
    let citations: [String]
    let options: [OptionDescription]

    init(_ entry: MetricEntry) {
      name = entry.name
      summary = entry.summary
      formula = entry.formula.withoutMarks
      reading = entry.reading.withoutMarks
      direction = entry.direction
      needsRegions = entry.needsRegions
      citations = entry.citations
      options = entry.options
    }
  }

  func run() throws {
    guard let name else {
      if json { return try Terminal.printJSON(Catalog.metrics.map(Description.init)) }
      var table = TextTable(["metric", "better", "what it asks"])
      for entry in Catalog.metrics { table.add([entry.name, entry.direction.word, entry.summary]) }
      return print(table.text)
    }
    let entry = try Catalog.entry(named: name, of: MetricEntry.self, called: "metric")
    if json { return try Terminal.printJSON(Description(entry)) }
    print("\(entry.name): \(entry.summary)\n")
    print("\(entry.formula.withoutMarks)\n\n\(entry.reading.withoutMarks)\n")
    print(
      "Better: \(entry.direction.word)." + (entry.needsRegions ? " Needs boxes or masks." : "")
        + "\n")
    print(TextTable.text(of: entry.options))
    print("\nReferences: \(entry.citations.joined(separator: ", "))")
  }
}

extension MetricDirection {
  /// The direction in a word, for tables.
  var word: String {
    switch self {
    case .higherIsBetter: "higher"
    case .lowerIsBetter: "lower"
    case .descriptive: "neither"
    }
  }
}

extension String {
  /// The text without the dollar signs and grave accents that mark formulas on pages.
  fileprivate var withoutMarks: String { filter { $0 != "$" && $0 != "`" } }
}
