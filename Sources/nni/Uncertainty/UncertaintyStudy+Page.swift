import Foundation
import NNIReports
import NNInterpretability

/// The page, the pictures and the tensors.
extension UncertaintyStudy {
  /// Writes `uncertainty.html`, `uncertainty.json`, `uncertainty.safetensors` with all maps, and a picture
  /// for each map.
  func write(to folder: OutputFolder, command: String) throws {
    for explanation in explanations {
      let name = "\(explanation.sample.name)-\(explanation.method.fileName)"
      if let grid = try maps(explanation) {
        let image = try grid.image()
        try image.writePNG(to: folder.url.appending(path: "\(name).png"))
        try PDFPicture(image, title: name).write(to: folder.url.appending(path: "\(name).pdf"))
      }
      for (grid, item) in zip(try measureGrids(explanation), explanation.measures) {
        let file = "\(name)-\("\(item.measure)".fileName).png"
        try grid.image().writePNG(to: folder.url.appending(path: file))
      }
      try classGrid(explanation)?.image()
        .writePNG(to: folder.url.appending(path: "\(name)-classes.png"))
    }
    if !explanations.isEmpty {
      try SafetensorsFile.write(
        tensors: tensors, metadata: ["distribution": try Terminal.jsonText(distribution.record)],
        to: folder.url.appending(path: "uncertainty.safetensors"))
    }
    try folder.write(Terminal.jsonText(record), as: "uncertainty.json")
    try Page(
      "How sure is \(model.name)?", subtitle: subtitle, sections: sections, command: command,
      environment: [
        ReportFact("model", model.name), ReportFact("SHA-256", model.digest),
      ]
        + distribution.record.sorted { $0.key < $1.key }.map {
          ReportFact($0.key, $0.value.description)
        }
    ).write(to: folder.url.appending(path: "uncertainty.html"))
  }

  private var subtitle: String {
    distribution.count == 1 ? "one network" : "\(distribution.count) members"
  }

  private var tensors: [(name: String, tensor: Tensor)] {
    explanations.flatMap { explanation in
      let name = "\(explanation.sample.name)/\(explanation.method)"
      let maps = explanation.maps
      return [
        ("\(name)/mean", maps.mean.map), ("\(name)/deviation", maps.deviation),
        ("\(name)/standard-error", maps.standardError),
        ("\(name)/sign-agreement", maps.signAgreement),
        ("\(name)/signal-to-noise", maps.signalToNoise),
      ] + maps.quantiles.map { ("\(name)/quantile-\($0.share)", $0.map) }
        + explanation.measures.map { ("\(name)/\($0.measure)", $0.map.map) }
    }
  }

  private var sections: [PageSection] {
    get throws {
      var sections: [PageSection] = []
      var seen: Set<String> = []
      for origin in answers.map(\.sample.origin) where seen.insert(origin).inserted {
        let own = answers.filter { $0.sample.origin == origin }
        let turns = Set(own.compactMap(\.sample.angle)).count > 1
        if turns {
          sections.append(PageSection(origin, try rotation(own)))
        }
        for answer in own {
          let blocks = try self.blocks(answer, isAlone: !turns)
          if !blocks.isEmpty { sections.append(PageSection(answer.sample.name, blocks)) }
        }
      }
      if let found = try record.validation {
        sections.append(PageSection("Validation", [.table(Self.table(found))]))
      }
      return sections
    }
  }

  private static func table(_ found: Record.Validation) -> PageTable {
    func row(_ name: PageText, _ scores: ClassificationScores) -> [PageTable.Cell] {
      [
        .text(name), .percent(scores.accuracy), .number(scores.negativeLogLikelihood, decimals: 4),
        .number(scores.brier, decimals: 4),
      ]
    }
    return PageTable(
      "\(found.members.count) labelled samples",
      columns: ["", "accuracy", "NLL", "Brier"],
      rows: [
        row("without randomness", found.withoutRandomness),
        row("mean of the members' probabilities", found.members),
      ])
  }

  /// How answers change while an input is turned.
  private func rotation(_ answers: [Answer]) throws -> [PageBlock] {
    let classes = Self.leading(answers, 3)
    let angles = answers.compactMap(\.sample.angle)
    let pictures = answers.compactMap(\.sample.picture)
    var curves = classes.map { index in
      CurveChart.Curve(
        model.inputSpec.label(index),
        answers.map { $0.mean[index] })
    }
    if isEvidential {
      curves.append(CurveChart.Curve("u", answers.map { $0.evidence?.vacuity[0] ?? .nan }))
    }
    var blocks: [PageBlock] = [
      .figure(
        try PageFigure(
          RotationChart(
            isEvidential ? "Expected probabilities and vacuity u" : "Mean probabilities",
            angles: angles, curves: curves,
            pictures: pictures.count == angles.count ? pictures : []),
          caption: isEvidential
            ? "$u = K / S$ is the share of belief that the evidence leaves open: 1 is \"I don't know\", without a class."
            : "The mean over \(distribution.count) members.")),
      .table(answerTable(answers)),
    ]
    if distribution.count > 1 {
      blocks.append(
        .figure(
          try PageFigure(
            ScatterChart(
              "What each member says",
              groups: classes.map { index in
                ScatterChart.Group(
                  model.inputSpec.label(index), answers.map { $0.passes.map { $0[index] } })
              }, inputs: angles.map { "\($0.formatted(.number.grouping(.never)))°" },
              pictures: pictures.count == angles.count ? pictures : [],
              y: ChartAxis("probability"), opacity: 0.3))))
    }
    return blocks
  }

  /// The classes that are the most probable somewhere, in the order of their largest probability.
  private static func leading(_ answers: [Answer], _ count: Int) -> [Int] {
    let classes = answers.first?.prediction.mean[0].indices ?? 0..<0
    // Where there is no evidence at all, every class has the same probability.
    let peaks = classes.map { index in
      answers.map { $0.evidence?.belief[0][index] ?? $0.mean[index] }.max() ?? 0
    }
    return Array(classes.sorted { (peaks[$1], $0) < (peaks[$0], $1) }.prefix(count)).sorted()
  }

  private func answerTable(_ answers: [Answer]) -> PageTable {
    PageTable(
      columns: ["input", "class", "probability", "deviation", "entropy"]
        + (isEvidential ? ["u"] : ["mutual information"]),
      rows: answers.map { answer in
        let best = answer.ranking[0]
        return [
          .text(.plain(answer.sample.name)),
          .text(.plain(answer.isSilent ? Self.noClass : model.inputSpec.label(best))),
          .percent(answer.mean[best]), .number(answer.deviation[best], decimals: 4),
          .number(answer.entropy, decimals: 4),
          .number(
            answer.evidence?.vacuity[0] ?? answer.prediction.mutualInformation[0], decimals: 4),
        ]
      })
  }

  private func blocks(_ answer: Answer, isAlone: Bool) throws -> [PageBlock] {
    var blocks: [PageBlock] = []
    if isAlone {
      if let text = answer.sample.text { blocks.append(.paragraph(.plain(text.words.text))) }
      if let picture = answer.sample.picture {
        blocks.append(
          .figure(
            try PageFigure(
              picture, description: answer.sample.name, isPixelated: picture.width < 100)))
      }
      blocks.append(.table(classTable(answer)))
      blocks.append(.paragraph(entropies(answer)))
      if distribution.count > 1 {
        let leading = answer.ranking.prefix(5)
        blocks.append(
          .figure(
            try PageFigure(
              QuantileChart(
                "Probability of the leading classes over \(distribution.count) members",
                groups: [
                  QuantileChart.Group("", leading.map { index in answer.passes.map { $0[index] } })
                ], categories: leading.map(model.inputSpec.label), y: ChartAxis("probability")))))
      }
    }
    for explanation in explanations where explanation.sample.name == answer.sample.name {
      blocks.append(.heading(explanation.method))
      blocks.append(.paragraph(try summary(explanation)))
      if let maps = try maps(explanation) { blocks.append(.figure(try PageFigure(maps))) }
      if let text = try text(explanation) {
        blocks += text.maps.map { .words(text, $0) }
      }
      let measured = try measureGrids(explanation)
      if !measured.isEmpty { blocks.append(.figures(try measured.map { try PageFigure($0) })) }
      if let grid = try classGrid(explanation) {
        blocks.append(
          .figure(
            try PageFigure(
              grid,
              caption: explanation.byClass?.assignment == .voted
                ? "Passes are gathered by the class that they chose, and explained for it."
                : "All passes, explained for each class.")))
      }
    }
    return blocks
  }

  private func classTable(_ answer: Answer) -> PageTable {
    PageTable(
      columns: ["class", "probability", "deviation", "softmax without randomness"]
        + (isEvidential ? ["belief"] : ["votes"]),
      rows: answer.ranking.prefix(5).map { index in
        [
          .text(.plain(model.inputSpec.label(index))), .percent(answer.mean[index]),
          .number(answer.deviation[index], decimals: 4), .percent(answer.point[index]),
          answer.evidence.map { .number($0.belief[0][index], decimals: 4) }
            ?? .count(answer.prediction.votes[0][index]),
        ]
      })
  }

  private func entropies(_ answer: Answer) -> PageText {
    let all = answer.entropy.fourDecimals
    if answer.isSilent {
      return """
        There is no evidence for any class: $u$ = 1, every class has the same probability, and the network \
        decides for none. The table's order is that of the logits.
        """
    }
    if let evidence = answer.evidence {
      return """
        The evidence leaves $u$ = \(evidence.vacuity[0].fourDecimals) of all belief open; the entropy of \
        the expected probabilities is \(all) nats.
        """
    }
    let expected = answer.prediction.expectedEntropy[0].fourDecimals
    let information = answer.prediction.mutualInformation[0].fourDecimals
    return """
      Predictive entropy \(all) nats = \(expected) that each member is unsure by itself + \
      \(information) that they disagree about (mutual information).
      """
  }

  private func summary(_ explanation: Explanation) throws -> PageText {
    let found = try record(of: explanation)
    let score = found.meanScore.fourDecimals
    guard distribution.count > 1 else {
      return PageText("Explained: \(explanation.target). The score is \(score).")
    }
    let what = "Explained in every pass: \(explanation.target)."
    return PageText(
      "\(what) The score is \(score) on average; "
        + (found.signAgreement.map {
          "\($0.percentage) of the signs agree with the mean map's (where all maps are zero there is none)."
        } ?? "all maps are zero everywhere."))
  }

  /// Mean, deviation and certainty side by side.
  private func maps(_ explanation: Explanation) throws -> UncertaintyGrid? {
    guard explanation.maps.mean.map.rank == 4 else { return nil }
    return try UncertaintyGrid(
      "\(explanation.method) of \(explanation.target)", explanation.maps)
  }

  /// The words of a text with the mean and the deviation of what they count, and with what makes the network unsure.
  func text(_ explanation: Explanation) throws -> ReportText? {
    guard let (words, start) = explanation.sample.text else { return nil }
    func map(_ title: String, _ map: Tensor, isSigned: Bool = true) throws -> ReportText.Map {
      let values = try map.converted(to: .float64).doubles()
      return ReportText.Map(
        title: title, values: Array(values[start..<start + words.tokens.count]), isSigned: isSigned)
    }
    let (whole, count) = (explanation.maps, distribution.count)
    var maps = [try map(count == 1 ? explanation.method : "mean", whole.mean.map)]
    if count > 1 {
      maps.append(try map("deviation over \(count) members", whole.deviation, isSigned: false))
    }
    maps += try (explanation.byClass?.maps.first ?? [:]).sorted { $0.key < $1.key }.map {
      try map(model.inputSpec.label($0.key), $0.value)
    }
    maps += try explanation.measures.map { try map("\($0.measure)", $0.map.map) }
    return ReportText(
      name: explanation.sample.name, text: words, predictions: [], target: explanation.target,
      maps: maps)
  }

  /// What makes the network unsure, each on a scale of its own.
  private func measureGrids(_ explanation: Explanation) throws -> [UncertaintyGrid] {
    try explanation.measures.filter { $0.map.map.rank == 4 }.map { measure, attribution in
      UncertaintyGrid(
        "\(explanation.method) of the \(measure)",
        panels: [.init("", map: try .certain(HeatMap(attribution, sample: 0)))],
        columns: 1, panelWidth: 260)
    }
  }

  private func classGrid(_ explanation: Explanation) throws -> UncertaintyGrid? {
    guard let byClass = explanation.byClass, explanation.maps.mean.map.rank == 4 else { return nil }
    return try UncertaintyGrid(
      "\(explanation.method), by class", byClass, label: model.inputSpec.label)
  }
}

extension String {
  /// The text with what a file's name should not hold replaced.
  fileprivate var fileName: String {
    String(map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
  }
}
