/// The original package's digit classifiers, and a vision transformer, trained on MNIST.
///
/// AdamW with a cosine schedule, and small distortions of the digits; a twelfth of the data decides which
/// epoch's weights are kept.
public enum DigitClassifierRecipes {
  private static func recipe(
    _ name: String, _ summary: String, architecture: String, loss: any TrainingLoss,
    seenSamples: Int = 550_000,
    distortion: TrainingDistortion = TrainingDistortion(degrees: 10, pixels: 1.5, scale: 0.1)
  ) -> TrainingRecipe {
    TrainingRecipe(
      name, summary, inputSpec: .mnist,
      options: TrainingOptions(
        batchSize: 64,
        schedule: LearningRateSchedule(peak: 2e-3, shape: .cosine(floor: 0.01), warmUp: 0.05),
        augmentation: distortion),
      seenSamples: seenSamples, validationShare: 1 / 12.0,
      products: [.init("best", architecture, role: "", isClassifier: true)]
    ) { validation in
      ClassifierTask(
        try Catalog.architecture(named: architecture), loss: loss,
        optimizer: AdamOptimizer(weightDecay: 0.01, isDecoupled: true), validation: validation)
    }
  }
}

extension DigitClassifierRecipes: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      recipe(
        "general_cnn", "Digit classifier", architecture: "general_cnn", loss: CrossEntropyLoss()),
      recipe(
        "am_cnn", "Digit classifier for activation maximisation", architecture: "am_cnn",
        loss: CrossEntropyLoss()),
      recipe(
        "cnn_dropout", "Digit classifier with dropout, for Monte Carlo dropout",
        architecture: "cnn_dropout", loss: CrossEntropyLoss(), seenSamples: 1_100_000,
        // Dropout of whole channels keeps it from learning too much already.
        distortion: .none),
      recipe(
        "evidential_cnn", "Digit classifier that learns evidence", architecture: "general_cnn",
        loss: SequencedLoss(CrossEntropyLoss(), epochs: 2, then: EvidentialLoss(annealing: 10)),
        seenSamples: 825_000),
      recipe(
        "cam_mnist_classifier", "Digit classifier for class activation maps, 3 × 3 maps",
        architecture: "cam_mnist_classifier", loss: CrossEntropyLoss()),
      recipe(
        "cam_mnist_extended_classifier", "Digit classifier for class activation maps, 6 × 6 maps",
        architecture: "cam_mnist_extended_classifier", loss: CrossEntropyLoss()),
      recipe(
        "mnist_vit", "Digit classifier, a vision transformer", architecture: "mnist_vit",
        loss: CrossEntropyLoss(), seenSamples: 1_100_000),
    ]
  }
}
