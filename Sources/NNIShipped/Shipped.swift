public import NNIModels
public import Foundation

/// The networks, photographs and digits that come with the package, so that it works without a download.
///
/// ```swift
/// let model = try Shipped.model(named: "squeezenet1_1")
/// let photographs = try Shipped.photographs
/// ```
///
/// Sources and licences stand in ``sources()``.
public enum Shipped {
  /// All networks, sorted by name.
  ///
  /// - Throws: `InterpretabilityError` when the resources are not where they should be, or a card in
  ///   them is malformed.
  public static var models: [ShippedModel] {
    get throws {
      try files("models", "safetensors").map { url in
        ShippedModel(
          name: url.deletingPathExtension().lastPathComponent,
          card: try ModelCard(beside: url) ?? ModelCard(), url: url)
      }
    }
  }

  /// Opens a network.
  ///
  /// - Throws: `InterpretabilityError` that lists the names when there is no such network, and when
  ///   the resources are not where they should be.
  public static func model(named name: String) throws -> Model {
    let all = try models
    guard let found = all.first(where: { $0.name == name }) else {
      throw InterpretabilityError(
        .invalidOption,
        "no model named “\(name)” is shipped; there are "
          + all.map(\.name).joined(separator: ", "))
    }
    return try Model(contentsOf: found.url)
  }

  /// Six photographs of things that the networks know, sorted by name.
  ///
  /// - Throws: `InterpretabilityError` when the resources are not where they should be.
  public static var photographs: [URL] {
    get throws { try files("photographs", "jpg") }
  }

  /// Boxes around the objects on the photographs, a JSON file in fractions of each image.
  ///
  /// - Throws: `InterpretabilityError` when the resources are not where they should be.
  public static func boxes() throws -> URL { try file("photographs/boxes.json") }

  /// 5,000 of MNIST's training digits, 500 of each class: `[5000, 1, 28, 28]` in bytes.
  ///
  /// None of them is among MNIST's 10,000 for testing, and no two are the same. `DatasetSplit` divides
  /// them.
  ///
  /// - Throws: `InterpretabilityError` when the resources are not where they should be.
  public static func digits() throws -> TensorDataset {
    try TensorDataset(
      images: file("data/mnist5k-images-idx3-ubyte.gz"),
      labels: file("data/mnist5k-labels-idx1-ubyte.gz"),
      classNames: (0..<10).map(String.init))
  }

  /// 14,400 definitions of nouns from WordNet 3.0.
  ///
  /// There are 1,800 of each of eight kinds: animals, artifacts, parts of the body, food, persons, places, plants and
  /// substances. See `Scripts/definitions.py`.
  ///
  /// - Throws: `InterpretabilityError` when the resources are not where they should be.
  public static func definitions() throws -> LabelledTexts {
    try LabelledTexts(contentsOf: file("data/definitions.csv.gz"))
  }

  /// A vocabulary of 4,000 word pieces that was learnt from the definitions, as `tokenizer.json`.
  ///
  /// - Throws: `InterpretabilityError` when the resources are not where they should be.
  public static func definitionsTokenizer() throws -> URL {
    try file("models/definitions.tokenizer.json")
  }

  /// Source, author and licence of each file, in Markdown.
  ///
  /// - Throws: `InterpretabilityError` when the resources are not where they should be.
  public static func sources() throws -> URL { try file("SOURCES.md") }

  /// The folder with everything that is shipped.
  ///
  /// - Throws: `InterpretabilityError` that lists where it was looked for.
  public static func folder() throws -> URL {
    if let found = ResourceFolder.find() { return found }
    let places = ResourceFolder.candidates().map(\.path).joined(separator: ", ")
    throw InterpretabilityError(
      .invalidFile,
      "the shipped models and photographs are missing; keep the folder that ends in "
        + "\(ResourceFolder.suffix).resources beside the program (looked in \(places))")
  }

  private static func file(_ path: String) throws -> URL {
    let url = try folder().appending(path: path)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw InterpretabilityError(.invalidFile, "\(url.path) is missing; build the package again")
    }
    return url
  }

  private static func files(_ subfolder: String, _ suffix: String) throws -> [URL] {
    let folder = try file(subfolder)
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw InterpretabilityError(.invalidFile, "\(folder.path) cannot be read", cause: error)
    }
    return names.filter { $0.hasSuffix("." + suffix) }.sorted().map { folder.appending(path: $0) }
  }
}

/// A network that comes with the package.
public struct ShippedModel: Sendable {
  /// The name by which ``Shipped/model(named:)`` opens it.
  public let name: String
  /// What it does, where it comes from and what its input is.
  public let card: ModelCard
  /// The file of weights.
  public let url: URL
}
