/// The original package's generators of digits, trained on MNIST against discriminators.
public enum DigitGeneratorRecipes {
  private static func recipe(
    _ name: String, _ summary: String, batchSize: Int, peak: Double, seenSamples: Int,
    generator: String, discriminator: String,
    task: @escaping @Sendable (ArchitectureEntry, ArchitectureEntry) -> AdversarialTask
  ) -> TrainingRecipe {
    TrainingRecipe(
      name, summary, inputSpec: .mnist,
      options: TrainingOptions(batchSize: batchSize, schedule: LearningRateSchedule(peak: peak)),
      seenSamples: seenSamples, validationShare: 0,
      products: [
        .init("average", generator, role: "generator", isClassifier: false),
        .init("discriminator", discriminator, role: "discriminator", isClassifier: false),
      ]
    ) { _ in
      task(
        try Catalog.architecture(named: generator), try Catalog.architecture(named: discriminator))
    }
  }
}

extension DigitGeneratorRecipes: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      recipe(
        "mnist_gan", "Dense generator and discriminator of digits", batchSize: 100, peak: 4e-4,
        seenSamples: 3_000_000, generator: "mnist_generator", discriminator: "mnist_discriminator"
      ) {
        AdversarialTask(
          generator: $0, discriminator: $1, initialization: WeightInitialization(.he),
          loss: AdversarialLoss(labelSmoothing: 0.1))
      },
      recipe(
        "mnist_dcgan", "Convolutional generator and discriminator of digits (DCGAN)",
        batchSize: 128, peak: 4e-4, seenSamples: 300_000, generator: "mnist_dcgan_generator",
        discriminator: "mnist_dcgan_discriminator"
      ) {
        AdversarialTask(
          generator: $0, discriminator: $1,
          initialization: WeightInitialization(
            .normal(deviation: 0.02),
            shapes: ["main.12.weight": [16, 1, 1, 1]]),
          loss: AdversarialLoss(labelSmoothing: 0.1), isCentred: true)
      },
    ]
  }
}
