import Foundation
import NNIShipped
import NNInterpretability

/// The samples that a command learns from, and those that it is judged on, if there are any.
struct TrainingData {
  let training: any Dataset
  let test: (any Dataset)?
  /// How texts became token ids, where they did.
  let tokenizer: URL?

  /// Opens what `--data` names; the shipped digits when it names nothing.
  ///
  /// Published files stay in their order, so that the same files give the same training.
  init(opening path: String?, for recipe: TrainingRecipe, tokenizer: String? = nil) throws {
    if recipe.takesText {
      try self.init(texts: path, for: recipe, tokenizer: tokenizer)
      return
    }
    guard tokenizer == nil else {
      throw InterpretabilityError(
        .invalidOption, "--tokenizer is for recipes of text; \(recipe.name) takes pictures")
    }
    let spec = recipe.inputSpec
    guard let path else {
      self.init(training: try PreparedDataset.of(Shipped.digits(), spec), test: nil)
      return
    }
    let url = URL(filePath: path)
    if url.pathExtension.lowercased() == "safetensors" {
      try self.init(tensors: url)
      return
    }
    if let folder = try? IDXFolder(contentsOf: url), folder.names.contains("train") {
      let test = try ["test", "t10k"].first(where: folder.names.contains).map {
        try PreparedDataset.of(folder.dataset(named: $0), spec)
      }
      self.init(
        training: try PreparedDataset.of(folder.dataset(named: "train"), spec), test: test)
      return
    }
    let parts = try DataSource.parts(of: url, spec: spec, split: DatasetSplit(validation: 0))
    self.init(training: parts.train, test: parts.test)
  }

  private init(texts path: String?, for recipe: TrainingRecipe, tokenizer: String?) throws {
    let url = try tokenizer.map { URL(filePath: $0) } ?? Shipped.definitionsTokenizer()
    var network = try Catalog.architecture(named: recipe.products[0].architecture)
      .model(.initialized())
    network.tokenizerFiles = ["input_ids": url]
    let table =
      try path.map { try LabelledTexts(contentsOf: URL(filePath: $0)) } ?? Shipped.definitions()
    let parts = try DatasetSplit(validation: 0).parts(of: table.dataset(for: network))
    self.init(training: parts.train, test: parts.test, tokenizer: url)
  }

  private init(tensors url: URL) throws {
    let hasTest = try SafetensorsFile(contentsOf: url).names.contains("test_images")
    self.init(
      training: try TensorDataset(contentsOf: url),
      test: hasTest ? try TensorDataset(contentsOf: url, part: "test") : nil)
  }

  private init(training: any Dataset, test: (any Dataset)?, tokenizer: URL? = nil) {
    self.training = training
    self.test = test
    self.tokenizer = tokenizer
  }
}
