import ArgumentParser
import NNIShipped
import NNInterpretability

/// `nni models`: what can be opened by name.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Lists the shipped models, and the architectures that a file of weights may name.",
    discussion: """
      Examples:
        nni models
        nni models --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  private struct Listing: Encodable {
    let models: [ModelCard]
    let architectures: [String: String]
  }

  func run() throws {
    let architectures = Catalog.entries(of: ArchitectureEntry.self)
    if json {
      let summaries = architectures.map { ($0.name, $0.summary) }
      return try Terminal.printJSON(
        Listing(
          models: try Shipped.models.map(\.card),
          architectures: Dictionary(summaries, uniquingKeysWith: { first, _ in first })))
    }
    var models = TextTable(["shipped model", "what for", "classes", "licence"], numeric: [2])
    for model in try Shipped.models {
      let card = model.card
      models.add([model.name, card.summary, "\(card.input.labels.count)", card.licence])
    }
    print(models.text + "\n")
    var table = TextTable(["architecture", "what it is"])
    for entry in architectures { table.add([entry.name, entry.summary]) }
    print(table.text)
  }
}
