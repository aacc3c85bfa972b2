import ArgumentParser
import NNInterpretability

/// `nni data`: what a path to data holds.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Shows the parts of a data set: samples, classes, digest.",
    discussion: """
      Examples:
        nni data
        nni data --data fashion-mnist
        nni data --data photographs.csv --model squeezenet1_1 --json
      """)

  @OptionGroup var arguments: DataArguments

  @Option(help: "The model whose inputs are made of the images: a file or a name.")
  var model: String?

  @Flag(help: "Print JSON.")
  var json = false

  private struct Part: Encodable {
    let name: String
    let samples: Int
    let shape: [Int]
    let classes: [String: Int]
    let digest: String
  }

  private struct Description: Encodable {
    let parts: [Part]
    /// Samples that were left out because another part has them.
    let removed: Int
  }

  func run() throws {
    let spec = try model.map { try ModelArgument.open($0).inputSpec } ?? InputSpec()
    let data = try arguments.parts(for: spec)
    let parts = try DatasetPart.allCases.map { part in
      let set = data[part]
      let counts = Dictionary(set.labels.map { ($0, 1) }, uniquingKeysWith: +)
      let named = counts.map { label, count in
        (set.classNames.indices.contains(label) ? set.classNames[label] : "\(label)", count)
      }
      return Part(
        name: part.rawValue, samples: set.count,
        shape: set.count > 0 ? Array(try set.inputs([0]).shape.dropFirst()) : [],
        classes: Dictionary(named, uniquingKeysWith: +), digest: set.digest)
    }
    if json { return try Terminal.printJSON(Description(parts: parts, removed: data.removed)) }
    var table = TextTable(["part", "samples", "input", "classes", "SHA-256"], numeric: [1, 3])
    for part in parts {
      table.add([
        part.name, "\(part.samples)", part.shape.map(String.init).joined(separator: "×"),
        "\(part.classes.count)", part.digest,
      ])
    }
    print(table.text)
    if data.removed > 0 {
      print("\(data.removed) samples were left out because a later part has them, too.")
    }
  }
}
