/// All that has to be known to train a network again, apart from the data and the seed.
public struct TrainingRecipe: CatalogEntry {
  /// A network that a training leaves behind.
  public struct Product: Sendable {
    /// The name in ``TrainingState/networks``.
    public let network: String
    /// The name in ``Catalog/architectures``.
    public let architecture: String
    /// What the network is to the others, such as `discriminator`; empty where there is only one.
    public let role: String
    /// Whether it is a classifier, whose accuracy can be told.
    public let isClassifier: Bool

    /// Creates a product.
    public init(_ network: String, _ architecture: String, role: String, isClassifier: Bool) {
      self.network = network
      self.architecture = architecture
      self.role = role
      self.isClassifier = isClassifier
    }
  }

  /// The name in the catalogue.
  public let name: String
  /// What it trains, in one sentence.
  public let summary: String
  /// What samples are made into: pictures in 0…1 of the networks' size.
  public let inputSpec: InputSpec
  /// Whether samples are labelled texts and not pictures.
  public let takesText: Bool
  /// How samples are seen; its number of epochs is set by ``seenSamples``.
  public let options: TrainingOptions
  /// How many samples are seen in all: fewer data are seen more often.
  public let seenSamples: Int
  /// The share of the data that decides which epoch is best, in 0..<1.
  public let validationShare: Double
  /// What is left at the end, the main network first.
  public let products: [Product]
  private let task: @Sendable ((any Dataset)?) throws -> any TrainingTask

  public static var builtIn: [any Cataloged.Type] { NNITrainingCatalog.members }

  /// Creates a recipe.
  ///
  /// - Parameters:
  ///   - name: The name in the catalogue.
  ///   - summary: What it trains, in one sentence.
  ///   - inputSpec: What samples are made into.
  ///   - takesText: Whether samples are labelled texts and not pictures.
  ///   - options: How samples are seen.
  ///   - seenSamples: How many samples are seen in all.
  ///   - validationShare: The share of the data that decides which epoch is best.
  ///   - products: What is left at the end, the main network first.
  ///   - task: What is learnt, given the samples that are kept for validation.
  public init(
    _ name: String, _ summary: String, inputSpec: InputSpec = InputSpec(),
    takesText: Bool = false, options: TrainingOptions, seenSamples: Int, validationShare: Double,
    products: [Product],
    task: @escaping @Sendable ((any Dataset)?) throws -> any TrainingTask
  ) {
    self.name = name
    self.summary = summary
    self.inputSpec = inputSpec
    self.takesText = takesText
    self.options = options
    self.seenSamples = seenSamples
    self.validationShare = validationShare
    self.products = products
    self.task = task
  }

  /// A trainer for data.
  ///
  /// - Parameters:
  ///   - data: All samples that may be learnt from; a part is kept for validation, chosen by a seed that
  ///     is always the same, so that no other part is learnt from when the training's seed changes.
  ///   - seed: Decides everything else that is random.
  ///   - epochs: How often each sample is seen; `nil` for the recipe's own number.
  /// - Returns: A trainer on what is not kept for validation.
  /// - Throws: ``InterpretabilityError`` when there are too few samples.
  public func trainer(on data: any Dataset, seed: UInt64, epochs: Int? = nil) throws -> Trainer {
    let parts = try data.split([1 - validationShare, validationShare], seed: 0)
    guard parts[0].count > 0, validationShare == 0 || parts[1].count > 0 else {
      throw InterpretabilityError(
        .invalidInput,
        "\(data.count) samples are too few: \(validationShare) of them are kept for validation")
    }
    var options = options
    options.epochs = epochs ?? max(1, Int((Double(seenSamples) / Double(parts[0].count)).rounded()))
    let task = try self.task(validationShare > 0 ? parts[1] : nil)
    return Trainer(task, on: parts[0], options: options, seed: seed)
  }
}

extension Catalog {
  /// All recipes, sorted by name.
  public static var recipes: [TrainingRecipe] { entries(of: TrainingRecipe.self) }

  /// A recipe by name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names.
  public static func recipe(named name: String) throws -> TrainingRecipe {
    try entry(named: name, of: TrainingRecipe.self, called: "recipe")
  }
}
