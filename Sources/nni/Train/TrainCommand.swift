import ArgumentParser
import Foundation
import NNInterpretability

/// `nni train`: networks from data.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a network by a recipe, or lists the recipes.",
    discussion: """
      Examples:
        nni train
        nni train general_cnn --output my_cnn.safetensors
        nni train general_cnn --data mnist --output my_cnn.safetensors --log log.csv
        nni train general_cnn --data mnist --output my_cnn.safetensors --resume
        nni train text_transformer --data reviews.csv --output reviews.safetensors

      After each epoch a checkpoint is written beside the output (my_cnn.checkpoint.safetensors), from
      which --resume continues: the result has the same bits as if nothing had happened, on as many
      threads.
      """)

  @Argument(help: "A recipe; without one, all are listed.")
  var recipe: String?

  @Option(
    help: """
      A folder of idx files (MNIST), a folder with one folder of images for each class, a .csv with the \
      columns path and label, or a .safetensors with images and labels, and perhaps test_images and \
      test_labels; by default the 5,000 shipped digits. For recipes of text: a .csv with the columns text \
      and label; by default the shipped definitions.
      """, completion: .file())
  var data: String?

  @Option(
    help: "For recipes of text: how text becomes token ids; by default that of the definitions.",
    completion: .file(extensions: ["json", "txt"]))
  var tokenizer: String?

  @Option(help: "The file for the trained network (.safetensors).", completion: .file())
  var output: String?

  @Option(help: "How often each sample is seen; by default the recipe's number.")
  var epochs: Int?

  @Option(help: "Decides all that is random.")
  var seed: UInt64 = 0

  @Option(help: "How many threads one operator may use; they are part of what decides the bits.")
  var threads: Int?

  @Option(
    help:
      "A file for the losses and accuracies of each epoch (.csv); a plot lies beside it (.svg).",
    completion: .file())
  var log: String?

  @Option(help: "Under what terms the network may be used, for its metadata.")
  var licence: String = ""

  @Flag(help: "Continue from the checkpoint beside the output.")
  var resume = false

  mutating func validate() throws {
    // As many as another machine took: they decide the bits.
    threads = try ThreadCount.checked(threads, most: max(Torch.processorCount, 8))
    guard epochs.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--epochs must be at least 1.")
    }
    guard recipe == nil || output != nil else {
      throw ValidationError("Name the file for the network: --output FILE.safetensors.")
    }
    guard output?.hasSuffix(".safetensors") ?? true else {
      throw ValidationError("--output must end in .safetensors.")
    }
  }

  func run() throws {
    guard let recipe, let output else { return printRecipes() }
    if let threads { Torch.setThreadCount(threads) }
    let chosen = try Catalog.recipe(named: recipe)
    let job = TrainingJob(
      recipe: chosen, data: try TrainingData(opening: data, for: chosen, tokenizer: tokenizer),
      output: URL(filePath: output), log: log.map { URL(filePath: $0) }, licence: licence)
    try job.run(seed: seed, epochs: epochs, resume: resume)
  }

  private func printRecipes() {
    var table = TextTable(["recipe", "what it trains", "seen samples"], numeric: [2])
    for recipe in Catalog.recipes {
      table.add([recipe.name, recipe.summary, "\(recipe.seenSamples)"])
    }
    print(table.text)
  }
}
