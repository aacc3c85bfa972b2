import Foundation
import NNIReports
import NNInterpretability

/// The page and the diagrams of a calibration.
struct CalibrationPage {
  private let result: CalibrationResult
  private let network: Model
  private let command: String

  init(_ result: CalibrationResult, of network: Model, command: String) {
    self.result = result
    self.network = network
    self.command = command
  }

  /// Writes `calibration.html`, and each diagram as SVG and PNG.
  func write(to folder: URL) throws {
    let diagrams = try self.diagrams
    for (name, diagram) in diagrams {
      try diagram.writeSVG(to: folder.appending(path: "\(name).svg"))
      try diagram.image().writePNG(to: folder.appending(path: "\(name).png"))
    }
    try Page(
      "How sure \(network.name) may be", subtitle: "\(result.test.count) test samples",
      sections: sections(diagrams.map(\.diagram)), command: command,
      environment: [
        ReportFact("model", network.name), ReportFact("SHA-256", network.digest),
        ReportFact("data fitted to", result.validation.digest),
        ReportFact("data judged on", result.test.digest),
      ]
    ).write(to: folder.appending(path: "calibration.html"))
  }

  private var isScaled: Bool { result.temperature != nil || result.vector != nil }

  private var diagrams: [(name: String, diagram: ReliabilityDiagram)] {
    get throws {
      let before = try ReliabilityDiagram("As it is", result.before)
      guard isScaled else { return [("reliability", before)] }
      return [
        ("reliability-before", before),
        ("reliability-after", try ReliabilityDiagram("Scaled", result.after)),
      ]
    }
  }

  private func sections(_ diagrams: [ReliabilityDiagram]) throws -> [PageSection] {
    var sections = [
      PageSection(
        "Reliability",
        [
          .paragraph(
            """
            Of all samples that the network is 80 % sure of, 80 % should be right. Each bar gathers the \
            samples of one range of confidence; the gap to their mean confidence is what the expected \
            calibration error sums, ECE = $Σ_b n_b / N · |accuracy_b − confidence_b|$. Error bars are \
            Wilson's 95 % intervals: a gap inside them says nothing.
            """),
          .figures(try diagrams.map { try PageFigure($0) }),
          .table(scores),
        ]),
      PageSection(
        "Confidence where it is right and where it is wrong",
        [
          .figures(
            try (isScaled ? [("As it is", false), ("Scaled", true)] : [("As it is", false)]).map {
              try PageFigure(confidences($0.0, isAfter: $0.1))
            })
        ]),
    ]
    if let scaling { sections.insert(PageSection("What was fitted", [scaling]), at: 1) }
    if !result.sets.isEmpty { sections.append(try conformal) }
    if !result.detections.isEmpty { sections.append(strangers) }
    return sections
  }

  private func confidences(_ title: String, isAfter: Bool) throws -> ConfidenceHistogram {
    func values(_ isRight: Bool) -> [Double] {
      result.confidences.filter { $0.isRight == isRight }.map {
        min(1, isAfter ? $0.after : $0.before)
      }
    }
    return ConfidenceHistogram(title, right: values(true), wrong: values(false))
  }

  private var scores: PageTable {
    func row(_ name: PageText, _ report: CalibrationReport) -> [PageTable.Cell] {
      [
        .text(name), .percent(report.scores.accuracy),
        .number(report.scores.negativeLogLikelihood, decimals: 4),
        .number(report.scores.brier, decimals: 4), .percent(report.expectedError),
        .percent(report.adaptiveError), .percent(report.maximumError),
      ]
    }
    return PageTable(
      columns: ["", "accuracy", "NLL", "Brier", "ECE", "adaptive ECE", "largest gap"],
      rows: [row("as it is", result.before)] + (isScaled ? [row("scaled", result.after)] : []))
  }

  private var scaling: PageBlock? {
    if let temperature = result.temperature {
      return .paragraph(
        """
        One temperature for all logits, $p = softmax(z / T)$, with $T$ = \
        \(temperature.temperature.fourDecimals), which minimises the negative log-likelihood \
        of \(result.validation.count) samples, which the network must not have been trained on: from \
        \(temperature.likelihoodBefore.fourDecimals) to \
        \(temperature.likelihoodAfter.fourDecimals). Above 1 the network was too sure, below \
        1 too shy. The predicted class never changes. \(temperature.note)
        """)
    }
    return result.vector.map { vector in
      .paragraph(
        """
        A scale and an offset for each class, $p = softmax(s ⊙ z + o)$, fitted to \
        \(result.validation.count) held-out samples. Predicted classes may change. \(vector.note)
        """)
    }
  }

  private var conformal: PageSection {
    get throws {
      PageSection(
        "Sets that hold the class",
        [
          .paragraph(
            """
            Split-conformal sets: all classes whose score is at most the threshold that \
            \(result.validation.count) held-out samples give. Whatever the network, they hold the right \
            class as often as wanted; a better network has smaller sets.
            """),
          .table(
            PageTable(
              columns: ["score", "wanted", "held", "classes on average", "threshold"],
              rows: result.sets.map {
                [
                  .text(.plain($0.prediction.score.rawValue)),
                  .percent(1 - $0.prediction.missRate), .percent($0.coverage),
                  .number($0.meanSize, decimals: 3), .number($0.prediction.threshold, decimals: 4),
                ]
              })),
        ])
    }
  }

  private var strangers: PageSection {
    PageSection(
      "Data of another kind",
      [
        .paragraph(
          """
          The probability that a sample of other data has a larger score than one of the test part \
          (AUROC): 1 tells all apart, 0.5 none.
          """),
        .table(
          PageTable(
            columns: ["data", "score", "AUROC"],
            rows: result.detections.map {
              [
                .text(.plain($0.data)), .text(.plain($0.score.rawValue)),
                .number($0.area, decimals: 4),
              ]
            })),
      ])
  }
}
