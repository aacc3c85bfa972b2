import ArgumentParser
import Foundation
import NNInterpretability

/// `nni models pull`: fetches a published network.
struct PullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetches a published model, so that it is opened by its name.",
    discussion: """
      Examples:
        nni models pull resnet18
        nni models pull vgg16 --output models
        nni models pull https://example.org/mine.onnx --sha256 4f2c… --name mine

      The names are listed by nni models. Files are compared with their published SHA-256; of torchvision's \
      only the first eight or ten digits are published. What broke off is continued by the same command.
      """)

  @Argument(help: "The name of a published model, or the address of a model file (https://…).")
  var model: String

  @Option(
    help: "The folder to put it in; by default one in which every command finds it by its name.",
    completion: .directory)
  var output: String?

  @Option(help: "Another server with the same files, such as https://mirror.example.org/models/.")
  var mirror: String = PublishedModel.server

  @Option(help: "For an address: the file's SHA-256, or at least its first 8 digits.")
  var sha256: String = ""

  @Option(help: "For an address: the name of the model; by default that of the file.")
  var name: String = ""

  @Option(help: "For an address: the most bytes that the file may have.")
  var maximumSize: Int = 4 << 30

  @Option(help: "For an address of weights alone: the architecture that they belong to.")
  var architecture: String = ""

  func run() throws {
    let repository = output.map { ModelRepository(folder: URL(filePath: $0)) } ?? .standard
    let (download, file, card) = model.contains("://") ? try addressed() : try published()
    var shown = download
    let total = download.sizes.upperBound
    shown.progress = { count in
      Terminal.progress("MB of \(file)", count / 1_000_000, of: total / 1_000_000)
    }
    let url = try repository.add(shown, as: file, card: card)
    Terminal.clearProgress()
    print(url.path)
  }

  /// A model of the table.
  private func published() throws -> (Download, String, ModelCard?) {
    guard sha256.isEmpty, name.isEmpty, architecture.isEmpty else {
      throw InterpretabilityError(
        .invalidOption,
        "--sha256, --name and --architecture are known of “\(model)”; they belong to an address")
    }
    guard let entry = PublishedModel.all.first(where: { $0.name == model }) else {
      throw InterpretabilityError(
        .invalidOption,
        "no published model is named “\(model)”; there are "
          + PublishedModel.all.map(\.name).joined(separator: ", "))
    }
    let address = (mirror.hasSuffix("/") ? mirror : mirror + "/") + entry.file
    let download = Download(
      url: try Self.url(address), sizes: entry.sizes, digest: entry.digestPrefix)
    return (download, "\(entry.name).pth", try entry.card(from: address))
  }

  /// A file anywhere.
  private func addressed() throws -> (Download, String, ModelCard?) {
    let url = try Self.url(model)
    let digest = sha256.lowercased()
    guard (8...64).contains(digest.count), digest.allSatisfy({ "0123456789abcdef".contains($0) })
    else {
      throw InterpretabilityError(
        .invalidOption,
        "\(model) needs --sha256 with 8 to 64 hexadecimal digits, so that the right file is fetched"
      )
    }
    guard maximumSize > 0 else {
      throw InterpretabilityError(.invalidOption, "--maximum-size must be at least 1 byte")
    }
    let stem = name.isEmpty ? url.deletingPathExtension().lastPathComponent : name
    guard !url.pathExtension.isEmpty, !stem.isEmpty, !stem.hasPrefix("."), !stem.contains("/"),
      stem != "/"
    else {
      throw InterpretabilityError(
        .invalidOption, "“\(stem)” from \(model) is no name of a model; wanted …/NAME.EXTENSION")
    }
    var card: ModelCard?
    if !architecture.isEmpty {
      let entry = try Catalog.architecture(named: architecture)
      card = ModelCard(
        name: stem, summary: entry.summary, architecture: architecture, source: model,
        input: entry.inputSpec)
    }
    let download = Download(url: url, sizes: 1...maximumSize, digest: digest)
    return (download, "\(stem).\(url.pathExtension)", card)
  }

  private static func url(_ text: String) throws -> URL {
    guard let url = URL(string: text), let host = url.host(), !host.isEmpty else {
      throw InterpretabilityError(
        .invalidOption, "“\(text)” is no address; wanted https://HOST/PATH")
    }
    return url
  }
}
