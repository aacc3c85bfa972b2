/// Loss and accuracy for each epoch of a training, side by side.
///
/// ```swift
/// try TrainingChart(trainingLoss: [0.9, 0.4], validationLoss: [0.7, 0.5]).writeSVG(to: url)
/// ```
public struct TrainingChart: VectorPicture, Hashable {
  /// A line above both panels.
  public var title: String
  /// The mean loss of each epoch over the training set.
  public var trainingLoss: [Double]
  /// The mean loss after each epoch over the validation set; may be empty.
  public var validationLoss: [Double]
  /// The accuracy of each epoch over the training set, 0 to 1; may be empty.
  public var trainingAccuracy: [Double]
  /// The accuracy after each epoch over the validation set, 0 to 1; may be empty.
  public var validationAccuracy: [Double]
  /// The number of the first epoch.
  public var firstEpoch: Int
  /// Whether the loss has a logarithmic axis.
  public var isLogarithmic: Bool
  /// The width of each panel.
  public var panelWidth: Double

  /// Describes a training.
  public init(
    _ title: String = "Training", trainingLoss: [Double], validationLoss: [Double] = [],
    trainingAccuracy: [Double] = [], validationAccuracy: [Double] = [], firstEpoch: Int = 1,
    isLogarithmic: Bool = false, panelWidth: Double = 430
  ) {
    self.title = title
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
    self.trainingAccuracy = trainingAccuracy
    self.validationAccuracy = validationAccuracy
    self.firstEpoch = firstEpoch
    self.isLogarithmic = isLogarithmic
    self.panelWidth = panelWidth
  }

  /// The panels as charts: loss, and accuracy if there is one.
  public var charts: [Chart] {
    let scale: ChartAxis.Scale = isLogarithmic ? .logarithmic : .linear
    let loss = panel(
      "Loss", ChartAxis("mean loss", scale: scale), trainingLoss, validationLoss)
    guard !trainingAccuracy.isEmpty || !validationAccuracy.isEmpty else { return [loss] }
    let accuracy = panel(
      "Accuracy", ChartAxis("accuracy", format: .percent), trainingAccuracy, validationAccuracy)
    return [loss, accuracy]
  }

  /// The panels as one `<svg>` element.
  ///
  /// - Throws: what ``ChartSheet`` throws.
  public func svg(for medium: ChartMedium) throws -> String {
    let charts = self.charts
    return try ChartSheet(title, charts: charts, columns: charts.count, caption: caption)
      .svg(for: medium)
  }

  private func panel(
    _ title: String, _ axis: ChartAxis, _ training: [Double], _ validation: [Double]
  ) -> Chart {
    let marks = [("training", training, 0), ("validation", validation, 1)].filter { !$0.1.isEmpty }
      .map { name, values, series in
        ChartMark.line(
          ChartLine(
            name, x: values.indices.map { Double($0 + firstEpoch) }, y: values,
            color: .series(series), hasPoints: values.count <= 30))
      }
    return Chart(
      title, x: ChartAxis("epoch", format: .whole), y: axis, marks: marks, width: panelWidth,
      height: 290)
  }

  private var caption: String {
    let values = validationLoss.enumerated().filter { $0.element.isFinite }
    guard let best = values.min(by: { $0.element < $1.element }) else { return "" }
    let accuracy =
      validationAccuracy.indices.contains(best.offset)
      ? ", accuracy \(NumberText.percent(validationAccuracy[best.offset]))" : ""
    return "Lowest validation loss: \(NumberText.short(best.element)) in epoch "
      + "\(best.offset + firstEpoch)\(accuracy)."
  }
}
