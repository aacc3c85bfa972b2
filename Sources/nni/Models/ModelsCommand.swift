import ArgumentParser
import Foundation
import NNIShipped
import NNInterpretability

/// `nni models`: what can be opened by name.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract:
      "Lists the models that can be opened by name, and the architectures that a file of weights may "
      + "name; fetches published ones.",
    discussion: """
      Examples:
        nni models
        nni models --json
        nni models pull resnet18
      """, subcommands: [PullCommand.self])

  @Flag(help: "Print JSON.")
  var json = false

  private struct Listing: Encodable {
    let models: [ModelDescription]
    let published: [PublishedDescription]
    let architectures: [String: String]
  }

  func run() throws {
    let architectures = Catalog.entries(of: ArchitectureEntry.self)
    let models = try Shipped.models.map(ModelDescription.init)
    let published = PublishedModel.all.map { PublishedDescription($0, in: .standard) }
    if json {
      let summaries = architectures.map { ($0.name, $0.summary) }
      return try Terminal.printJSON(
        Listing(
          models: models, published: published,
          architectures: Dictionary(summaries, uniquingKeysWith: { first, _ in first })))
    }
    var table = TextTable(
      ["shipped model", "what for", "classes", "MB", "accuracy", "licence"], numeric: [2, 3])
    for model in models {
      table.add([
        model.name, model.summary, "\(model.input.labels.count)",
        Self.megabytes(Double(model.bytes) / 1e6), model.accuracy, model.licence,
      ])
    }
    print(table.text + "\n")
    for model in models {
      print("\(model.name): \(model.source)")
      if !model.training.isEmpty { print("  \(model.training)") }
    }
    var online = TextTable(
      ["published model", "what for", "MB", "ImageNet top 1", ""], numeric: [2, 3])
    for model in published {
      online.add([
        model.name, model.summary, Self.megabytes(model.megabytes),
        model.accuracy.formatted(.number.precision(.fractionLength(1))) + " %",
        model.path.isEmpty ? "" : "pulled",
      ])
    }
    print("\n\(online.text)\nnni models pull NAME fetches one from \(PublishedModel.server)\n")
    var names = TextTable(["architecture", "what it is"])
    for entry in architectures { names.add([entry.name, entry.summary]) }
    print(names.text)
  }

  private static func megabytes(_ number: Double) -> String {
    number.formatted(.number.precision(.fractionLength(1)).grouping(.never))
  }
}

/// What is told of a shipped model.
private struct ModelDescription: Encodable {
  let name: String
  let summary: String
  let architecture: String
  let source: String
  let licence: String
  let input: InputSpec
  let path: String
  let bytes: Int
  /// From the file's metadata, if training put them there: the accuracy, how it was trained, from which
  /// seed and on what data.
  let accuracy: String
  let recipe: String
  let seed: String
  let dataDigest: String

  init(_ model: ShippedModel) throws {
    name = model.name
    (summary, architecture) = (model.card.summary, model.card.architecture)
    (source, licence) = (model.card.source, model.card.licence)
    input = model.card.input
    path = model.url.path
    bytes = try model.url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    let metadata = try SafetensorsFile(contentsOf: model.url).metadata
    accuracy = metadata["accuracy"] ?? ""
    recipe = metadata["recipe"] ?? ""
    seed = metadata["seed"] ?? ""
    dataDigest = metadata["data_digest"] ?? ""
  }

  /// How it was trained, in one line; empty when that is not known.
  var training: String {
    [("recipe", recipe), ("seed", seed), ("data", dataDigest)]
      .filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}

/// What is told of a model that can be fetched.
private struct PublishedDescription: Encodable {
  let name: String
  let summary: String
  let architecture: String
  let url: String
  let megabytes: Double
  let accuracy: Double
  let digestPrefix: String
  /// What it wants of a photograph; the names of classes are left out.
  let input: InputSpec
  let licence: String
  /// Where it lies; empty when it was not fetched.
  let path: String

  init(_ model: PublishedModel, in repository: ModelRepository) {
    name = model.name
    input = (try? model.input()) ?? InputSpec()
    licence = model.licence
    architecture = model.architecture
    summary = (try? Catalog.architecture(named: model.architecture).summary) ?? ""
    url = PublishedModel.server + model.file
    megabytes = model.mebibytes * 0x1p20 / 1e6
    accuracy = model.accuracy
    digestPrefix = model.digestPrefix
    path = repository.file(named: model.name)?.path ?? ""
  }
}
