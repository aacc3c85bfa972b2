import Foundation
import NNIReports
import NNInterpretability

/// What is found out about how sure a network is: predictions, explanations, a validation.
struct UncertaintyStudy {
  /// The answer for one input.
  struct Answer {
    let sample: UncertaintySample
    /// Of the network without randomness.
    let point: [Double]
    let prediction: PredictiveDistribution
    /// Of each pass, `[passes][classes]`.
    let passes: [[Double]]
    let evidence: EvidentialPrediction?
  }

  /// A method's maps for one input.
  struct Explanation {
    let sample: UncertaintySample
    let method: String
    /// What is explained, in words.
    let target: String
    let maps: AttributionDistribution
    let byClass: ClasswiseAttribution?
    let measures: [(measure: UncertaintyMeasure, map: Attribution)]
  }

  let distribution: any ModelDistribution
  let isEvidential: Bool
  private(set) var answers: [Answer] = []
  private(set) var explanations: [Explanation] = []
  private(set) var validation: (members: PredictiveValidation, point: ClassificationScores)?
  private(set) var evidentialValidation: EvidentialModel.Validation?

  init(_ distribution: any ModelDistribution, isEvidential: Bool) {
    self.distribution = distribution
    self.isEvidential = isEvidential
  }

  var model: Model { distribution.model }

  /// Asks all members for an input.
  mutating func predict(_ sample: UncertaintySample, _ progress: (Int, Int) -> Void) throws {
    var passes: [[Double]] = []
    let prediction = try PredictiveDistribution(
      distribution, input: sample.tensor, progress: progress, each: { passes = $1 })
    let evidence =
      isEvidential ? try EvidentialPrediction(logits: model(sample.tensor)) : nil
    let point = try ClassProbabilities.probabilities(
      distribution.pointLogits(sample.tensor), model.outputMeaning)[0]
    answers.append(
      Answer(
        sample: sample, point: point, prediction: prediction,
        passes: passes, evidence: evidence))
  }

  /// Explains an input by all members, and the uncertainty about it.
  mutating func explain(
    _ sample: UncertaintySample, by method: any AttributionMethod, named name: String,
    _ explained: UncertainAttribution.Explained, byClass: ClasswiseAttribution.Assignment?,
    measures: [UncertaintyMeasure], _ progress: (Int, Int) -> Void
  ) throws {
    let uncertain = try UncertainAttribution(method, over: distribution)
    let maps = try uncertain.attribute(sample.tensor, explaining: explained, progress: progress)
    guard sample.text == nil || maps.mean.map.rank == 2 else {
      throw TokenOptions.noSingleValue(method.name)
    }
    let classwise = try byClass.map {
      try uncertain.attributeByClass(sample.tensor, $0, progress: progress)
    }
    let measured = try measures.map { measure in
      // One network keeps the names of its nodes.
      let isOne = distribution.count == 1 && distribution is DeepEnsemble
      let whole =
        isOne
        ? try measure.model(of: distribution.model) : try measure.model(of: distribution)
      return (
        measure: measure,
        map: try method.attribute(whole, input: sample.tensor, target: .class(0))
      )
    }
    explanations.append(
      Explanation(
        sample: sample, method: name, target: title(explained, maps), maps: maps,
        byClass: classwise, measures: measured))
  }

  private func title(
    _ explained: UncertainAttribution.Explained, _ maps: AttributionDistribution
  ) -> String {
    guard case .fixed(let target) = explained else { return "what each pass predicts" }
    let classes = Array(Set(maps.explained.first ?? []))
    return target.title(
      classes: classes.count == 1 ? classes : [], sample: 0, spec: model.inputSpec)
  }

  /// Judges the mean of all passes on labelled data, beside the network without randomness.
  mutating func validate(on data: any Dataset, _ progress: (Int, Int) -> Void) throws {
    let logits = try model.logits(of: data, dtype: model.parameterType)
    guard
      !model.outputMeaning.isBinary(width: logits.shape[1]) || model.outputMeaning.namesBothClasses
    else {
      throw InterpretabilityError(
        .unsupported,
        "\(model.name) has one logit, and labels of data are numbers of classes; name both classes in "
          + "the card beside the model, that of label 0 first")
    }
    if isEvidential {
      evidentialValidation = try EvidentialModel(model).validate(on: data, progress: progress)
    }
    validation = (
      try PredictiveValidation(distribution, on: data, progress: progress),
      try ClassificationScores(
        probabilities: ClassProbabilities.exclusiveLogits(logits, model.outputMeaning)
          .map(ClassProbabilities.softmax),
        labels: data.labels)
    )
  }
}

/// Numbers.
extension UncertaintyStudy {
  /// What stands for the class where an evidential network has none.
  static let noClass = "none (no evidence)"

  /// All numbers, for a machine.
  struct Record: Encodable {
    struct Class: Encodable {
      let index: Int
      let label: String
      let probability: Double
      let deviation: Double
      let votes: Int
      /// By the network without randomness.
      let softmax: Double
      let belief: Double?
    }

    struct Answer: Encodable {
      let name: String
      let angle: Double?
      let classes: [Class]
      let predictiveEntropy: Double
      let expectedEntropy: Double?
      let mutualInformation: Double?
      let vacuity: Double?
      /// Whether there is evidence for some class; without, the order of classes is that of the logits.
      let hasEvidence: Bool?
    }

    struct Explanation: Encodable {
      let name: String
      let method: String
      let target: String
      let meanScore: Double
      let scoreDeviation: Double
      /// The mean of the share of passes that have the mean's sign, over the elements that are not zero in
      /// all passes; none where all are.
      let signAgreement: Double?
      let votes: [Int]
    }

    struct Validation: Encodable {
      let withoutRandomness: ClassificationScores
      let members: ClassificationScores
      let meanEntropy: Double
      let meanMutualInformation: Double
      let evidential: EvidentialModel.Validation?
    }

    let distribution: [String: OptionValue]
    let answers: [Answer]
    let explanations: [Explanation]
    let validation: Validation?
  }

  var record: Record {
    get throws {
      Record(
        distribution: distribution.record, answers: answers.map(record(of:)),
        explanations: try explanations.map(record(of:)), validation: validationRecord)
    }
  }

  private var validationRecord: Record.Validation? {
    validation.map { members, point in
      let count = Double(members.labels.count)
      return Record.Validation(
        withoutRandomness: point, members: members.scores,
        meanEntropy: members.entropy.reduce(0, +) / count,
        meanMutualInformation: members.mutualInformation.reduce(0, +) / count,
        evidential: evidentialValidation)
    }
  }

  private func record(of answer: Answer) -> Record.Answer {
    let prediction = answer.prediction
    return Record.Answer(
      name: answer.sample.name, angle: answer.sample.angle,
      classes: answer.ranking.prefix(10).map { index in
        Record.Class(
          index: index, label: model.inputSpec.label(index), probability: answer.mean[index],
          deviation: answer.deviation[index], votes: prediction.votes[0][index],
          softmax: answer.point[index], belief: answer.evidence?.belief[0][index])
      },
      predictiveEntropy: answer.entropy,
      expectedEntropy: isEvidential ? nil : prediction.expectedEntropy[0],
      mutualInformation: isEvidential ? nil : prediction.mutualInformation[0],
      vacuity: answer.evidence?.vacuity[0],
      hasEvidence: isEvidential ? !answer.isSilent : nil)
  }

  func record(of explanation: Explanation) throws -> Record.Explanation {
    let scores = explanation.maps.scores[0]
    let mean = scores.reduce(0, +) / Double(scores.count)
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Record.Explanation(
      name: explanation.sample.name, method: explanation.method, target: explanation.target,
      meanScore: mean,
      scoreDeviation: scores.count > 1 ? (squares / Double(scores.count - 1)).squareRoot() : 0,
      signAgreement: try explanation.maps.meanSignAgreement()[0],
      votes: explanation.byClass?.votes[0] ?? [])
  }

  /// For a person.
  var table: String {
    get throws {
      var lines: [String] = []
      if !answers.isEmpty {
        var table = TextTable(
          ["", "class", "probability", "deviation", "entropy"]
            + (isEvidential ? ["belief", "u"] : ["mutual information", "votes"]),
          numeric: [2, 3, 4, 5, 6])
        for answer in answers.map(record(of:)) {
          guard let best = answer.classes.first else { continue }
          let name = answer.hasEvidence == false ? Self.noClass : best.label
          table.add(
            [
              answer.name, name, best.probability.fourDecimals, best.deviation.fourDecimals,
              answer.predictiveEntropy.fourDecimals,
            ]
              + (isEvidential
                ? [best.belief, answer.vacuity].map { $0.map(\.fourDecimals) ?? "" }
                : [
                  answer.mutualInformation.map(\.fourDecimals) ?? "",
                  "\(best.votes) of \(distribution.count)",
                ]))
        }
        lines.append(table.text)
      }
      for (whole, explanation) in zip(explanations, try explanations.map(record(of:))) {
        var line =
          "\(explanation.name): \(explanation.method) of \(explanation.target): score \(explanation.meanScore.fourDecimals)"
        if distribution.count > 1 {
          line +=
            ", deviation \(explanation.scoreDeviation.fourDecimals); passes agree with the sign of "
            + "the mean map in \(explanation.signAgreement?.percentage ?? "no place, all maps are zero")"
        }
        lines.append(line)
        if let text = try text(whole) {
          lines += text.maps.map { map in
            "  \(map.title): \(ColoredText(text, map).line(colored: ColoredText.isWanted))"
          }
        }
      }
      if let found = validationRecord {
        var table = TextTable(["", "accuracy", "NLL", "Brier"], numeric: [1, 2, 3])
        for (name, scores) in [
          ("without randomness", found.withoutRandomness),
          ("mean of \(distribution.count)", found.members),
        ] {
          table.add([
            name, scores.accuracy.percentage,
            scores.negativeLogLikelihood.fourDecimals, scores.brier.fourDecimals,
          ])
        }
        lines.append(table.text)
        if let evidential = found.evidential {
          lines.append(
            "evidential: accuracy "
              + evidential.scores.accuracy.percentage
              + " (without evidence for any class: \(evidential.silence.percentage), which count as "
              + "errors; accuracy on the others: \(evidential.accuracyWithEvidence.percentage))"
              + ", mean u \(evidential.meanVacuity.fourDecimals), evidence where right "
              + "\(evidential.evidenceWhereRight.fourDecimals), where wrong "
              + evidential.evidenceWhereWrong.fourDecimals)
        }
      }
      return lines.joined(separator: "\n")
    }
  }
}

/// What is believed: the mean over members, or what the evidence says.
extension UncertaintyStudy.Answer {
  /// The probability of each class: the members' mean, or `α / S`.
  var mean: [Double] { evidence?.probabilities[0] ?? prediction.mean[0] }

  /// The deviation of each probability: over members, or of the Dirichlet distribution,
  /// `√(p (1 − p) / (S + 1))`.
  var deviation: [Double] {
    guard let evidence else { return prediction.variance[0].map { $0.squareRoot() } }
    return mean.map { ($0 * (1 - $0) / (evidence.strength[0] + 1)).squareRoot() }
  }

  /// The entropy of the mean, in nats.
  var entropy: Double {
    evidence == nil
      ? prediction.entropy[0] : mean.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }

  /// Whether the network is evidential and has evidence for no class.
  var isSilent: Bool { evidence.map { $0.decided[0] == nil } ?? false }

  /// All classes, the most probable first; where no evidence speaks for any, in the order of logits.
  var ranking: [Int] {
    mean.indices.sorted { (mean[$1], point[$1], $0) < (mean[$0], point[$0], $1) }
  }
}
