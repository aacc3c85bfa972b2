public import NNITraining

extension TrainingLog {
  /// The log as a drawing: loss and accuracy of a classifier, or the losses of two that are trained against
  /// each other.
  public func picture(_ title: String) -> any VectorPicture {
    let loss = self["loss"]
    guard loss.isEmpty else {
      return TrainingChart(
        title, trainingLoss: loss, validationLoss: self["validation_loss"],
        trainingAccuracy: self["accuracy"], validationAccuracy: self["validation_accuracy"])
    }
    let curves = columns.filter { $0.hasSuffix("_loss") }.map { name in
      CurveChart.Curve(name.dropLast("_loss".count).description, self[name])
    }
    return CurveChart(
      title, places: self["epoch"], curves: curves,
      x: ChartAxis("epoch", format: .whole), y: ChartAxis("mean loss"))
  }
}
