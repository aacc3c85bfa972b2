import Foundation
import NNIReports
import NNIShipped
import NNInterpretability

/// Whether a network for photographs is as often right as it says.
public enum PhotographCalibration {
  /// How many photographs of a class are read.
  private static let mostOfAClass = 40

  /// Adds the part to a page: the shipped photographs, and the reader's own where there is a folder.
  ///
  /// - Throws: `InterpretabilityError` when the folder has no photographs of the network's classes.
  public static func add(to page: inout LessonPage) throws {
    let model = try Shipped.model(named: "alexnet_caltech99")
    page.uses(model)
    var blocks = try shipped(model)
    if let folder = page.photographs {
      blocks += try own(model, folder)
    } else {
      blocks.append(
        .paragraph(
          """
          A reliability diagram needs some hundred labelled photographs, which are too large to ship. With a folder \
          of your own that has a folder for each class, named as in Caltech-101 (`accordion`, `cup`, …), this page \
          shows one: `swift run -c release UncertainDeepLIFTLesson --photographs FOLDER`. Take photographs that \
          the head was not trained on (the first 30 of each class).
          """))
    }
    page.add("A network for photographs", blocks)
  }

  /// What the network says of photographs of which hardly any shows one of its classes.
  private static func shipped(_ model: Model) throws -> [PageBlock] {
    let labels = model.inputSpec.labels
    // What is on them, as a person says; of these only a cup is among the 99 classes.
    let known: [String: String] = ["coffee": "cup"]
    var strangers: [Double] = []
    let rows = try Shipped.photographs.map { url -> [PageTable.Cell] in
      let name = url.deletingPathExtension().lastPathComponent
      let input = try model.inputSpec.tensor(from: Image(contentsOf: url)).tensor
      guard let best = try ClassRanking.all(model(input)).first?.entries.first else { return [] }
      if known[name] == nil { strangers.append(best.probability) }
      return [
        .text(.plain(name)), .text(.plain(labels[best.index])), .percent(best.probability),
        .text(.plain(known[name] ?? "none of the 99")),
      ]
    }
    return [
      .paragraph(
        """
        AlexNet with a head for 99 classes of Caltech-101 must choose one of them for any photograph. \
        \(strangers.count) of the \(rows.count) shipped ones show none; every answer to them is wrong, and a \
        calibrated network would not be sure. Its mean confidence on them is \(strangers.mean.percent), the highest \
        \((strangers.max() ?? 0).percent). \(rows.count) photographs measure no calibration: this is an \
        example, not a number for the network.
        """),
      .table(
        PageTable(
          "The shipped photographs",
          columns: ["photograph", "answer", "confidence", "its class in Caltech-101"], rows: rows)),
    ]
  }

  /// Reliability before and after temperature scaling, fitted on one half and judged on the other.
  private static func own(_ model: Model, _ folder: URL) throws -> [PageBlock] {
    let labels = model.inputSpec.labels
    var fitted: (logits: [[Double]], labels: [Int]) = ([], [])
    var judged = fitted
    var unread = 0
    for (index, label) in labels.enumerated() {
      let own = folder.appending(path: label, directoryHint: .isDirectory)
      guard FileManager.default.fileExists(atPath: own.path) else { continue }
      for (place, file) in try ImageFolder.files(in: own).prefix(mostOfAClass).enumerated() {
        guard let image = try? Image(contentsOf: file) else {
          unread += 1
          continue
        }
        let row = try ClassProbabilities.logits(
          model(model.inputSpec.tensor(from: image).tensor))
        if place.isMultiple(of: 2) {
          fitted.logits += row
          fitted.labels.append(index)
        } else {
          judged.logits += row
          judged.labels.append(index)
        }
      }
    }
    guard !fitted.labels.isEmpty, !judged.labels.isEmpty else {
      throw InterpretabilityError(
        .invalidFile,
        "\(folder.path) has no folder with two photographs or more that is named like a class of "
          + "\(model.name), such as \(labels.prefix(3).joined(separator: ", "))")
    }
    let temperature = try TemperatureScaling(logits: fitted.logits, labels: fitted.labels)
    let before = try CalibrationReport(
      probabilities: judged.logits.map(ClassProbabilities.softmax), labels: judged.labels)
    let after = try CalibrationReport(
      probabilities: temperature.probabilities(judged.logits), labels: judged.labels)
    return [
      .heading("Your photographs"),
      .paragraph(
        """
        \(fitted.labels.count) photographs of \(Set(fitted.labels).count) classes fit the temperature $T$ = \
        \(temperature.temperature.fixed(3)), \(judged.labels.count) others judge it: accuracy \
        \(before.scores.accuracy.percent); the negative log-likelihood goes from \
        \(before.scores.negativeLogLikelihood.fixed(3)) to \(after.scores.negativeLogLikelihood.fixed(3)), the \
        expected calibration error from \(before.expectedError.percent) to \(after.expectedError.percent). \
        \(unread == 0 ? "" : "\(unread) files could not be read.")
        """),
      .figures([
        try PageFigure(ReliabilityDiagram("As it is", before)),
        try PageFigure(ReliabilityDiagram("Divided by T", after)),
      ]),
    ]
  }
}
