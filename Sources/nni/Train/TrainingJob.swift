import Foundation
import NNIImages
import NNIReports
import NNInterpretability

/// One run of a recipe, with its files.
struct TrainingJob {
  let recipe: TrainingRecipe
  let data: TrainingData
  let output: URL
  let log: URL?
  let licence: String

  /// Trains, and writes the checkpoints, the log and the networks.
  func run(seed: UInt64, epochs: Int?, resume: Bool) throws {
    let besides = try besides
    for file in [output, checkpoint, log].compactMap(\.self) + besides.map(\.url) {
      do {
        try OutputPlace.checkFile(file.path)
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(.invalidOption, error.message)
      }
    }
    for (url, data) in besides where FileManager.default.fileExists(atPath: url.path) {
      guard try Data(contentsOf: url) == data else {
        throw InterpretabilityError(
          .invalidOption,
          "\(url.path) is there and says something else than this training would write: move it, or choose "
            + "another --output")
      }
    }
    let trainer = try recipe.trainer(on: data.training, seed: seed, epochs: epochs)
    let settings = trainer.text
    let first =
      resume
      // Read to go on and to be replaced.
      ? try FilesRead.$current.withValue(nil) { try TrainingCheckpoint(contentsOf: checkpoint) }
        .state(continuing: settings) : nil
    let state = try trainer.run(
      from: first,
      onEpoch: { state in
        try TrainingCheckpoint(state, recipe: recipe.name, settings: settings)
          .write(to: checkpoint)
        if let log {
          try AtomicFile.write(Data(state.log.csv.utf8), to: log)
          try state.log.picture(recipe.summary)
            .writeSVG(to: log.deletingPathExtension().appendingPathExtension("svg"))
        }
        Terminal.report(Self.line(state, of: trainer.options.epochs))
      },
      onProgress: { progress in
        let metrics = progress.metrics.map { "\($0.name) \(Self.rounded($0.value))" }
        Terminal.progress(
          "epoch \(progress.epoch) of \(progress.epochs): \(metrics.joined(separator: ", ")), "
            + Self.duration(progress.secondsLeft),
          progress.step, of: progress.steps)
        return true
      })
    for product in recipe.products { try write(product, of: state, settings: settings) }
    for (url, data) in besides { try AtomicFile.write(data, to: url) }
  }

  /// What is written beside a network of text: its tokenizer, and a card that names it.
  private var besides: [(url: URL, data: Data)] {
    get throws {
      guard let tokenizer = data.tokenizer else { return [] }
      let stem = output.deletingPathExtension()
      let copy = stem.appendingPathExtension(
        tokenizer.pathExtension == "txt" ? "vocab.txt" : "tokenizer.json")
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      let card = ["inputs": ["input_ids": ["tokenizer": copy.lastPathComponent]]]
      return [
        (copy, try Data(contentsOf: tokenizer)),
        (stem.appendingPathExtension("json"), try encoder.encode(card)),
      ]
    }
  }

  /// `NAME.checkpoint.safetensors` beside `NAME.safetensors`.
  private var checkpoint: URL {
    output.deletingPathExtension().appendingPathExtension("checkpoint.safetensors")
  }

  private func write(
    _ product: TrainingRecipe.Product, of state: TrainingState, settings: String
  ) throws {
    let architecture = try Catalog.architecture(named: product.architecture)
    let weights = try state.weights(of: product)
    let stem = name(of: product)
    let url = output.deletingLastPathComponent().appending(path: "\(stem).safetensors")
    var metadata = try ModelCard(
      name: stem, summary: recipe.summary, architecture: product.architecture,
      source: "trained with nni train \(recipe.name) --seed \(state.seed) --epochs \(state.epoch) "
        + "--threads \(Torch.threadCount)", licence: licence,
      input: recipe.takesText
        ? InputSpec(labels: data.training.classNames) : architecture.inputSpec
    ).metadata
    metadata["recipe"] = recipe.name
    metadata["seed"] = "\(state.seed)"
    metadata["data_digest"] = data.training.digest
    metadata["epochs"] = "\(state.epoch)"
    metadata["settings"] = settings
    metadata["threads"] = "\(Torch.threadCount)"
    var text = "\(url.path): \(recipe.summary)"
    if product.isClassifier, let test = data.test {
      let score = try ClassifierScore(of: architecture.build(WeightSource(weights)), on: test)
      metadata["accuracy"] = "\(score.accuracy)"
      text += ", \(Self.rounded(100 * score.accuracy)) % right of \(test.count) test samples"
    }
    try SafetensorsFile.write(
      tensors: weights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, metadata: metadata,
      to: url)
    print(text)
  }

  /// The output's name for the main network; for another one its role takes the place of the main
  /// network's, or comes after the name.
  private func name(of product: TrainingRecipe.Product) -> String {
    let stem = output.deletingPathExtension().lastPathComponent
    guard let main = recipe.products.first, product.network != main.network else { return stem }
    return stem.contains(main.role)
      ? stem.replacingOccurrences(of: main.role, with: product.role) : "\(stem)-\(product.role)"
  }

  /// An epoch's row in one line.
  private static func line(_ state: TrainingState, of epochs: Int) -> String {
    let row = state.log.rows.last ?? []
    let values = zip(state.log.columns, row).dropFirst().map { name, value in
      "\(name.replacingOccurrences(of: "_", with: " ")) \(rounded(value))"
    }
    return "epoch \(state.epoch) of \(epochs): \(values.joined(separator: ", "))"
  }

  private static func rounded(_ value: Double) -> String {
    String(format: abs(value) < 0.01 ? "%.6f" : "%.4f", value)
  }

  private static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "" }
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s left" : "\(whole / 60) min \(whole % 60) s left"
  }
}
