import ArgumentParser
import Foundation
import NNInterpretability

/// `nni predict`: what the network answers.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Shows what a network answers.",
    discussion: """
      Examples:
        nni predict squeezenet1_1 photo.jpg
        nni predict my.onnx --input batch.safetensors#images --output logits.safetensors
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "Photographs (JPEG, PNG, WebP).", completion: .file())
  var photographs: [String] = []

  @Option(help: "A batch [N, …] in a safetensors file: FILE or FILE#KEY.")
  var input: TensorReference?

  @Option(help: "Where the tensor `logits` is written (safetensors).", completion: .file())
  var output: String?

  @OptionGroup var computation: ComputationArguments

  @Option(help: "How many classes are shown.")
  var top: Int = 5

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (input == nil) != photographs.isEmpty else {
      throw ValidationError("Give either photographs or --input FILE#KEY.")
    }
    guard top > 0 else { throw ValidationError("--top must be at least 1.") }
  }

  func run() throws {
    let network = try computation.apply(to: model.open())
    if input == nil { Warnings.reportMissingCard(network) }
    let (batch, names) = try batch(for: network)
    let logits = try network(batch.converted(to: computation.dtype.dtype))
    if let output {
      try SafetensorsFile.write(
        tensors: [("logits", logits)],
        metadata: ["model": network.name, "model_digest": network.digest],
        to: URL(filePath: output))
    }
    let predictions = try Prediction.all(logits, network.inputSpec, names: names, top: top)
    if json {
      try Terminal.printJSON(predictions)
    } else {
      print(Prediction.table(predictions))
    }
  }

  private func batch(for network: Model) throws -> (Tensor, [String]) {
    if let input {
      let tensor = try input.tensor()
      let count = tensor.shape.first ?? 0
      return (tensor, (0..<count).map { "sample \($0)" })
    }
    let tensors = try photographs.map { path in
      try network.inputSpec.tensor(from: Image(contentsOf: URL(filePath: path))).tensor
    }
    return (
      try .concatenated(tensors, axis: 0),
      photographs.map { URL(filePath: $0).lastPathComponent }
    )
  }
}

/// One class with its probability.
struct Prediction: Codable {
  struct Entry: Codable {
    let index: Int
    let label: String
    let logit: Double
    let probability: Double
  }

  let name: String
  let classes: [Entry]

  /// The most probable classes of each sample.
  static func all(
    _ logits: Tensor, _ spec: InputSpec, names: [String], top: Int
  ) throws -> [Prediction] {
    try zip(names, ClassRanking.all(logits)).map { name, ranking in
      Prediction(
        name: name,
        classes: ranking.entries.prefix(top).map {
          Entry(
            index: $0.index, label: spec.label($0.index), logit: $0.logit,
            probability: $0.probability)
        })
    }
  }

  static func table(_ predictions: [Prediction]) -> String {
    var table = TextTable(["", "class", "label", "probability", "logit"], numeric: [1, 3, 4])
    for prediction in predictions {
      for (rank, entry) in prediction.classes.enumerated() {
        table.add([
          rank == 0 ? prediction.name : "", "\(entry.index)", entry.label,
          entry.probability.formatted(.percent.precision(.fractionLength(2))),
          entry.logit.formatted(.number.precision(.fractionLength(3)).grouping(.never)),
        ])
      }
    }
    return table.text
  }
}
