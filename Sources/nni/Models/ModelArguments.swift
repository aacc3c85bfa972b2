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

  /// Opens a model, and says what was noticed where it is a file of the user's own.
  static func open(_ name: String, output: String = "") throws -> Model {
    let model = try opened(name, output)
    if isFile(name) { Warnings.report(model.warnings) }
    return model
  }

  private static func isFile(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: name)
  }

  private static func opened(_ name: String, _ output: String) throws -> Model {
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

/// The batch that a command works on.
struct BatchArguments: ParsableArguments {
  @Option(
    name: .customLong("input"), parsing: .singleValue,
    help:
      "A batch [N, …] in a safetensors file: FILE or FILE#KEY; of a network with several inputs NAME=FILE#KEY for each, or NAME=PHOTOGRAPH or NAME=TABLE.csv as its card says."
  )
  var inputs: [TensorReference] = []

  /// Whether one is given.
  var isEmpty: Bool { inputs.isEmpty }

  /// As it is written.
  var text: [String] { inputs.map { "--input \(CommandText.quoted($0.text))" } }

  /// The first file of tensors.
  var tensorPath: String? { inputs.first { !$0.isPictureOrTable }?.path }

  /// Their records.
  func records() throws -> [FileRecord] {
    try inputs.map {
      try FileRecord(contentsOf: URL(filePath: $0.path), path: $0.path, key: $0.key)
    }
  }

  /// The network for the batch's size, and the batch as it takes it: with channels first, or all inputs side by
  /// side.
  func batch(for network: Model) throws -> (model: Model, batch: Tensor) {
    guard network.inputs.isEmpty else { return try network.batch(of: values(for: network)) }
    // What the output does not depend on may be given.
    let used = inputs.filter { !network.unusedInputs.contains($0.inputName) }
    guard used.count == 1 else {
      throw ValidationError("The network has one input: give --input once.")
    }
    let (name, value) = (used[0].inputName, used[0])
    let batch =
      try value.isPictureOrTable
      ? value.tensor(of: name.isEmpty ? network.inputName : name, for: network)
      : network.channelsFirst(value.tensor())
    return try name.isEmpty ? network.batch(of: batch) : network.batch(of: [name: batch])
  }

  /// The tensors of several inputs, by the inputs' names.
  func values(for network: Model) throws -> [String: Tensor] {
    let names = network.inputs.map(\.name)
    if inputs.count == 1, names.count == 1, inputs[0].inputName.isEmpty {
      return [names[0]: try inputs[0].tensor(of: names[0], for: network)]
    }
    var values: [String: Tensor] = [:]
    for reference in inputs {
      let name = reference.inputName
      guard !name.isEmpty else {
        throw ValidationError(
          "The network has the inputs \(names.joined(separator: ", ")): give each as "
            + "--input NAME=FILE#KEY.")
      }
      let value = try reference.tensor(of: name, for: network)
      guard values.updateValue(value, forKey: name) == nil else {
        throw ValidationError("The input \(name) is given twice.")
      }
    }
    return values
  }
}

/// A tensor in a safetensors file: `FILE` or `FILE#KEY`, with the input's name before it, `NAME=`, if it is
/// one of several.
struct TensorReference: ExpressibleByArgument {
  let inputName: String
  let path: String
  let key: String
  /// As it was written.
  let text: String

  init(argument: String) {
    text = argument
    var rest = argument[...]
    let file = argument.prefix { $0 != "#" }
    if let mark = file.firstIndex(of: "="), !FileManager.default.fileExists(atPath: String(file)) {
      inputName = String(file[..<mark])
      rest = argument[argument.index(after: mark)...]
    } else {
      inputName = ""
    }
    let parts = rest.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    key = parts.count > 1 ? String(parts[1]) : ""
  }

  private var ending: String { key.isEmpty ? URL(filePath: path).pathExtension.lowercased() : "" }

  /// Whether it is no tensor but something that becomes one.
  var isPictureOrTable: Bool { ["jpg", "jpeg", "png", "webp", "csv"].contains(ending) }

  /// Reads what one of several inputs takes: a tensor, or a picture or a table as the network's card says.
  func tensor(of input: String, for network: Model) throws -> Tensor {
    let url = URL(filePath: path)
    guard isPictureOrTable else { return try tensor() }
    return ending == "csv"
      ? try network.tensor(of: CSVTable(contentsOf: url), for: input)
      : try network.tensor(of: Image(contentsOf: url), for: input)
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
