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
        nni predict bert.onnx --text "A good film." --text "A bad one."
      """)

  @OptionGroup var model: ModelArgument

  @Argument(help: "Photographs (JPEG, PNG, WebP).", completion: .file())
  var photographs: [String] = []

  @OptionGroup var input: BatchArguments

  @OptionGroup var texts: TextArguments

  @Option(help: "Where the tensor `logits` is written (safetensors).", completion: .file())
  var output: String?

  @OptionGroup var computation: ComputationArguments

  @Option(help: "How many classes are shown.")
  var top: Int = 5

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard [input.isEmpty, photographs.isEmpty, texts.isEmpty].filter({ !$0 }).count == 1 else {
      throw ValidationError("Give either photographs, --text or --input FILE#KEY.")
    }
    guard top > 0 else { throw ValidationError("--top must be at least 1.") }
  }

  func run() throws {
    let (network, batch, names) = try asked(computation.apply(to: model.open()))
    if !photographs.isEmpty { Warnings.reportMissingCard(network) }
    let logits = try network(batch.converted(to: computation.dtype.dtype))
    let meaning = network.outputMeaning
    if let output {
      try SafetensorsFile.write(
        tensors: [("logits", logits)],
        metadata: ["model": network.name, "model_digest": network.digest],
        to: URL(filePath: output))
    }
    let predictions = try Prediction.all(logits, by: network, names: names, top: top)
    if json {
      try Terminal.printJSON(predictions)
    } else {
      print(Prediction.table(predictions))
      let isPlain = logits.rank == 2 && meaning.activation(width: logits.shape[1]) == .softmax
      if !isPlain || !meaning.alternatives.isEmpty {
        print("output: \(meaning.summary(shape: logits.shape))")
      }
    }
  }

  /// The network for the size of what is given, the batch, and what its samples are called.
  private func asked(_ network: Model) throws -> (Model, Tensor, [String]) {
    if !input.isEmpty {
      let (network, tensor) = try input.batch(for: network)
      let count = tensor.shape.first ?? 0
      return (network, tensor, (0..<count).map { "sample \($0)" })
    }
    if !texts.isEmpty {
      let inputs = try texts.inputs(for: network).texts
      let (own, batch) = try network.batch(of: inputs.values)
      return (own, batch, inputs.texts.map { TextArguments.name($0.text) })
    }
    let tensors = try photographs.map { path in
      try network.inputSpec.tensor(from: Image(contentsOf: URL(filePath: path))).tensor
    }
    return (
      network, try .concatenated(tensors, axis: 0),
      photographs.map { URL(filePath: $0).lastPathComponent }
    )
  }
}

/// What a network answers for one sample.
struct Prediction: Codable {
  struct Entry: Codable {
    let index: Int
    let label: String
    /// The logit, or the number where outputs are none.
    let logit: Double
    let probability: Double?
    /// Of a dense output the share of places at which the class is the answer.
    let share: Double?
  }

  let name: String
  /// The output's name in the file, and what it is.
  let output: String
  let kind: OutputMeaning.Kind
  let classes: [Entry]

  /// The most probable classes of each sample.
  static func all(
    _ output: Tensor, by model: Model, names: [String], top: Int
  ) throws -> [Prediction] {
    let meaning = model.outputMeaning
    return try zip(names, NetworkAnswer.all(output, meaning)).map { name, answer in
      Prediction(
        name: name, output: meaning.name, kind: meaning.kind,
        classes: answer.entries.prefix(top).map {
          Entry(
            index: $0.index,
            label: model.outputLabel($0.index, isNumber: $0.probability == nil),
            logit: $0.value, probability: $0.probability, share: $0.share)
        })
    }
  }

  static func table(_ predictions: [Prediction]) -> String {
    let all = predictions.flatMap(\.classes)
    let hasProbabilities = all.contains { $0.probability != nil }
    let isDense = all.contains { $0.share != nil }
    var table = TextTable(
      ["", hasProbabilities ? "class" : "output", "label"]
        + (isDense ? ["share of places"] : []) + (hasProbabilities ? ["probability"] : [])
        + [hasProbabilities ? "logit" : "value"],
      numeric: Set([1, 3, 4, 5].prefix(2 + (isDense ? 1 : 0) + (hasProbabilities ? 1 : 0))))
    func percent(_ value: Double?) -> String {
      value.map { $0.formatted(.percent.precision(.fractionLength(2))) } ?? ""
    }
    for prediction in predictions {
      for (rank, entry) in prediction.classes.enumerated() {
        table.add(
          [rank == 0 ? prediction.name : "", "\(entry.index)", entry.label]
            + (isDense ? [percent(entry.share)] : [])
            + (hasProbabilities ? [percent(entry.probability)] : [])
            + [entry.logit.formatted(.number.precision(.fractionLength(3)).grouping(.never))])
      }
    }
    return table.text
  }
}
