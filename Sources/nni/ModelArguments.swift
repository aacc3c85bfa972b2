import ArgumentParser
import Foundation
import NNIShipped
import NNInterpretability

/// The model that a command works on.
struct ModelArgument: ParsableArguments {
  @Argument(
    help: "A model file (.onnx, .safetensors, .pt), or the name of a shipped or pulled model.")
  var model: String

  @OptionGroup var output: OutputArgument

  /// Opens it.
  func open() throws -> Model { try Self.open(model, output: output.name) }

  /// As it is written.
  var text: String { ([CommandText.quoted(model)] + output.text).joined(separator: " ") }

  static func open(_ name: String, output: String = "") throws -> Model {
    let isPath =
      name.contains("/") || name.contains(".") && FileManager.default.fileExists(atPath: name)
    if isPath || FileManager.default.fileExists(atPath: name) {
      return try Model(contentsOf: URL(filePath: name), output: output)
    }
    let shipped = try Shipped.models.map(\.name)
    if shipped.contains(name) {
      let model = try Shipped.model(named: name)
      guard output.isEmpty || output == model.outputMeaning.name else {
        throw InterpretabilityError(
          .invalidOption, "\(name) has one output, which has no name; leave --output-name out")
      }
      return model
    }
    let repository = ModelRepository.standard
    if let file = repository.file(named: name) {
      return try Model(contentsOf: file, output: output)
    }
    let pulled = repository.names
    let isPublished = PublishedModel.all.contains { $0.name == name }
    throw InterpretabilityError(
      .invalidFile,
      "there is no file, no shipped and no pulled model named “\(name)”; "
        + (isPublished
          ? "run nni models pull \(name), or take one of those shipped: " : "shipped are ")
        + shipped.sorted().joined(separator: ", ")
        + (pulled.isEmpty ? "" : "; pulled are \(pulled.joined(separator: ", "))"))
  }
}

/// Which of a file's outputs is meant.
struct OutputArgument: ParsableArguments {
  @Option(
    name: .customLong("output-name"),
    help:
      "The output of the model file that is meant; by default the card's, or the one that looks like classes. nni inspect names them."
  )
  var name: String = ""

  /// As it is written, where it is.
  var text: [String] { name.isEmpty ? [] : ["--output-name \(CommandText.quoted(name))"] }
}

/// A tensor in a safetensors file: `FILE` or `FILE#KEY`.
struct TensorReference: ExpressibleByArgument {
  let path: String
  let key: String
  /// As it was written.
  let text: String

  init(argument: String) {
    text = argument
    let parts = argument.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    key = parts.count > 1 ? String(parts[1]) : ""
  }

  /// Reads it.
  func tensor() throws -> Tensor {
    let file = try SafetensorsFile(contentsOf: URL(filePath: path))
    if !key.isEmpty { return try file[key] }
    guard file.names.count == 1 else {
      throw InterpretabilityError(
        .invalidOption,
        "\(path) holds \(file.names.count) tensors; say which as \(path)#KEY: "
          + file.names.sorted().prefix(20).joined(separator: ", "))
    }
    return try file[file.names[0]]
  }
}
