/// Classifiers of short texts.
public enum TextClassifierRecipes {}

extension TextClassifierRecipes: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      TrainingRecipe(
        "text_transformer", "Classifier of short texts, a transformer", takesText: true,
        options: TrainingOptions(
          batchSize: 64,
          schedule: LearningRateSchedule(peak: 1e-3, shape: .cosine(floor: 0.01), warmUp: 0.1)),
        seenSamples: 300_000, validationShare: 1 / 12.0,
        products: [.init("best", "text_transformer", role: "", isClassifier: true)]
      ) { validation in
        ClassifierTask(
          try Catalog.architecture(named: "text_transformer"),
          optimizer: AdamOptimizer(weightDecay: 0.05, isDecoupled: true), validation: validation,
          firstShapes: validation.map {
            ["head.weight": [$0.classCount, TextTransformerArchitecture.width]]
          } ?? [:])
      }
    ]
  }
}
