import Foundation
import NNInterpretability

/// How well a network's probabilities are calibrated, before and after its logits are scaled.
struct CalibrationResult: Encodable {
  /// Some samples.
  struct Samples: Encodable {
    let count: Int
    let digest: String
  }

  /// How well a score tells other data from the test part.
  struct Detection: Encodable {
    let data: String
    let score: OutOfDistributionScore
    /// The area under the receiver operating characteristic.
    let area: Double
  }

  /// Sets of classes that hold the right one.
  struct Sets: Encodable {
    let prediction: ConformalPrediction
    /// The share of test samples whose set holds the class.
    let coverage: Double
    let meanSize: Double
  }

  let model: String
  let digest: String
  let validation: Samples
  let test: Samples
  let temperature: TemperatureScaling?
  let vector: VectorScaling?
  let before: CalibrationReport
  /// Without a scaling the same as before.
  let after: CalibrationReport
  let sets: [Sets]
  let detections: [Detection]
  /// The confidence of each test sample before and after, and whether its class was found.
  let confidences: [Confidence]

  /// One test sample.
  struct Confidence: Encodable {
    let before: Double
    let after: Double
    let isRight: Bool
  }

  private enum CodingKeys: String, CodingKey {
    case model, digest, validation, test, temperature, vector, before, after, sets, detections
  }

  /// Fits to the validation part, and judges on the test part.
  init(
    _ network: Model, validation: any Dataset, test: any Dataset,
    strangers: [(path: String, data: any Dataset)], scaling: LogitScaling, bins: Int,
    missRate: Double, dtype: DType, progress: (String, Int, Int) -> Void
  ) throws {
    guard test.count > 0, scaling == .none || validation.count > 0 else {
      throw InterpretabilityError(
        .invalidInput,
        "there are \(validation.count) samples to fit to and \(test.count) to judge on; change the "
          + "shares (--validation-share, --test-share)")
    }
    func logits(_ data: any Dataset, _ name: String) throws -> Tensor {
      try network.logits(of: data, dtype: dtype) { progress(name, $0, $1) }
    }
    model = network.name
    digest = network.digest
    self.validation = Samples(count: validation.count, digest: validation.digest)
    self.test = Samples(count: test.count, digest: test.digest)
    let fitted = validation.count > 0 ? try logits(validation, "validation") : nil
    let judged = try logits(test, "test")

    let meaning = network.outputMeaning
    try Self.checkLabels(of: network, judged)
    func rows(_ logits: Tensor) throws -> [[Double]] {
      try ClassProbabilities.exclusiveLogits(logits, meaning)
    }
    temperature =
      scaling == .temperature
      ? try fitted.map { try TemperatureScaling(logits: rows($0), labels: validation.labels) } : nil
    vector =
      scaling == .vector
      ? try fitted.map { try VectorScaling(logits: rows($0), labels: validation.labels) } : nil
    let (factor, vector) = (temperature, vector)
    func probabilities(_ logits: Tensor, isScaled: Bool = true) throws -> [[Double]] {
      let rows = try rows(logits)
      if isScaled, let factor { return factor.probabilities(rows) }
      if isScaled, let vector { return try vector.probabilities(rows) }
      return rows.map(ClassProbabilities.softmax)
    }
    let options = CalibrationReport.Options(bins: bins)
    let plain = try probabilities(judged, isScaled: false)
    let scaled = try probabilities(judged)
    before = try CalibrationReport(probabilities: plain, labels: test.labels, options: options)
    after = try CalibrationReport(probabilities: scaled, labels: test.labels, options: options)
    confidences = zip(zip(plain, scaled), test.labels).map { rows, label in
      let best = rows.1.indices.max { rows.1[$0] < rows.1[$1] }
      return Confidence(
        before: rows.0.max() ?? 0, after: rows.1.max() ?? 0, isRight: best == label)
    }
    sets =
      try fitted.map { logits in
        let fit = try probabilities(logits)
        return try ConformalPrediction.Score.allCases.map { score in
          let prediction = try ConformalPrediction(
            probabilities: fit, labels: validation.labels, missRate: missRate, score: score)
          let found = try prediction.coverage(probabilities: scaled, labels: test.labels)
          return Sets(prediction: prediction, coverage: found.share, meanSize: found.meanSize)
        }
      } ?? []
    detections = try strangers.flatMap { stranger in
      let other = try logits(stranger.data, stranger.path)
      return try [OutOfDistributionScore.maximumProbability, .entropy, .energy, .vacuity].map {
        Detection(
          data: stranger.path, score: $0,
          area: try ReceiverOperatingCharacteristic.area(
            positives: $0.scores(logits: meaning.exclusiveLogits(other)),
            negatives: $0.scores(logits: meaning.exclusiveLogits(judged))))
      }
    }
  }

  /// Whether labels of data are classes of the network.
  ///
  /// - Throws: `InterpretabilityError` for a single logit whose two classes have no names: which of them is
  ///   label 0 is then not known.
  private static func checkLabels(of network: Model, _ logits: Tensor) throws {
    let meaning = network.outputMeaning
    guard logits.rank == 2, meaning.isBinary(width: logits.shape[1]), !meaning.namesBothClasses
    else { return }
    throw InterpretabilityError(
      .unsupported,
      "\(network.name) has one logit, and labels of data are numbers of classes; name both classes in "
        + "the card beside the model, that of label 0 first: {\"input\": {\"labels\": "
        + "[\"negative\", \"positive\"]}}")
  }

  /// For a person.
  var table: String {
    var table = TextTable(
      ["", "accuracy", "NLL", "Brier", "ECE", "adaptive", "largest gap"],
      numeric: [1, 2, 3, 4, 5, 6])
    let isScaled = temperature != nil || vector != nil
    for (name, report) in [("as it is", before)] + (isScaled ? [("scaled", after)] : []) {
      table.add([
        name, report.scores.accuracy.percentage,
        report.scores.negativeLogLikelihood.fourDecimals, report.scores.brier.fourDecimals,
        report.expectedError.percentage, report.adaptiveError.percentage,
        report.maximumError.percentage,
      ])
    }
    var lines = [table.text]
    if let temperature {
      lines.append("temperature: \(temperature.temperature.fourDecimals)")
      if !temperature.note.isEmpty { lines.append(temperature.note) }
    }
    if let vector, !vector.note.isEmpty { lines.append(vector.note) }
    if before.chanceBand.count == 2 {
      lines.append(
        "ECE of a perfectly calibrated network on so many samples: "
          + "\(before.chanceBand[0].percentage) to \(before.chanceBand[1].percentage)")
    }
    for set in sets {
      lines.append(
        "conformal sets (\(set.prediction.score.rawValue)): hold the class in "
          + "\(set.coverage.percentage), wanted \((1 - set.prediction.missRate).percentage); "
          + "\(set.meanSize.fourDecimals) classes on average")
    }
    for detection in detections {
      lines.append(
        "\(detection.data) by \(detection.score.rawValue): AUROC \(detection.area.fourDecimals)")
    }
    return lines.joined(separator: "\n")
  }
}
