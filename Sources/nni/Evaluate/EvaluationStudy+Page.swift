import Foundation
import NNIReports
import NNInterpretability

/// The files.
extension EvaluationStudy {
  /// Writes `evaluation.json`, `evaluation.csv` and `evaluation.html`.
  func write(to folder: OutputFolder, command: String) throws {
    let page = Page(
      "How good are explanations of \(model.name)?", subtitle: subtitle, sections: try sections(),
      command: command,
      environment: [ReportFact("model", model.name), ReportFact("SHA-256", model.digest)]
        + (manifests.first?.first?.versions ?? [:]).sorted { $0.key < $1.key }
        .map { ReportFact($0.key, $0.value) })
    let html = try page.html()
    try folder.write(Terminal.jsonText(record(command: command)), as: "evaluation.json")
    try folder.write(csv(), as: "evaluation.csv")
    try folder.write(html, as: "evaluation.html")
  }

  private var subtitle: String {
    let photographs = subjects.count == 1 ? "1 \(noun)" : "\(subjects.count) \(noun)s"
    return
      "\(methods.count { !$0.isControl }) methods and \(methods.count { $0.isControl }) controls, "
      + photographs
  }

  private func sections() throws -> [PageSection] {
    let findings = try findings()
    var sections = [PageSection("All in one table", try overview(findings))]
    for (metric, own) in zip(metrics, findings) {
      sections.append(PageSection(metric.name, try blocks(metric, own)))
    }
    sections.append(PageSection(noun == "text" ? "Texts" : "Photographs", [.table(photographs)]))
    return sections
  }

  private func overview(_ findings: [[Finding]]) throws -> [PageBlock] {
    let columns = zip(metrics, findings).map { metric, own in
      let arrow =
        switch own.first?.result.direction {
        case .higherIsBetter: " ↑"
        case .lowerIsBetter: " ↓"
        default: ""
        }
      return PageText.plain(metric.name + arrow)
    }
    let rows = methods.enumerated().map { index, method -> [PageTable.Cell] in
      [.text(name(method))] + findings.map { .text(.plain(Self.text($0[index].result))) }
    }
    return [
      .paragraph(
        """
        Mean over the \(noun)s ± its standard error. ↑: higher is better, ↓: lower is better. \
        A method that does not beat the controls, maps that know nothing of the network, has shown nothing by \
        that metric. No metric decides alone whether an explanation is right.
        """),
      .table(PageTable(columns: ["method"] + columns, rows: rows)),
    ]
  }

  private func name(_ method: Method) -> PageText {
    .plain(method.isControl ? "\(method.name) (control)" : method.name)
  }

  private func blocks(_ metric: Metric, _ findings: [Finding]) throws -> [PageBlock] {
    let entry = try Catalog.entry(
      named: metric.metric.name, of: MetricEntry.self, called: "metric")
    var blocks: [PageBlock] = [
      .paragraph(PageText(entry.summary)), .paragraph(PageText(entry.formula)),
      .paragraph(PageText(entry.reading)),
    ]
    let options = metric.metric.optionValues.sorted { $0.key < $1.key }
    if !options.isEmpty {
      blocks.append(.facts(options.map { ReportFact($0.key, $0.value.description) }))
    }
    let charts = try curves(findings).map { try PageFigure($0) }
    if !charts.isEmpty { blocks.append(.figures(charts)) }
    blocks.append(.table(table(findings)))
    return blocks
  }

  /// A chart for each kind of curve: medians with quartiles.
  private func curves(_ findings: [Finding]) -> [CurveChart] {
    let names = Set(findings.flatMap { $0.result.curves.keys }).sorted()
    return names.map { name in
      let drawn = findings.compactMap { finding in
        finding.result.curves[name].map { (finding.method, $0.band) }
      }
      let isBand = subjects.count > 2
      return CurveChart(
        name, places: drawn.first?.1.places ?? [],
        curves: drawn.map { method, band in
          CurveChart.Curve(
            method, band.median, lower: isBand ? band.lowerQuartile : [],
            upper: isBand ? band.upperQuartile : [])
        }, x: ChartAxis("share", format: .percent), y: ChartAxis(name),
        caption: isBand ? "Median over the photographs, with quartiles." : "")
    }
  }

  /// The value of each photograph.
  private func table(_ findings: [Finding]) -> PageTable {
    PageTable(
      columns: ["photograph"] + findings.map { .plain(shortName($0.method)) },
      rows: subjects.enumerated().map { index, subject in
        [.text(.plain(subject.photograph))]
          + findings.map { .short($0.result.values[index] ?? .nan) }
      })
  }

  /// A method's name, with the values of its options only where another one has the same name.
  private func shortName(_ full: String) -> String {
    func base(_ name: String) -> Substring { name.prefix { $0 != ":" } }
    guard methods.count(where: { base($0.name) == base(full) }) > 1 else {
      return String(base(full))
    }
    let settings = full.dropFirst(base(full).count + 1).split(separator: ",")
    let values = settings.compactMap { $0.split(separator: "=", maxSplits: 1).last }
    return ([base(full)] + values).joined(separator: " ")
  }

  private var photographs: PageTable {
    PageTable(
      columns: ["photograph", "explained class", "object"],
      rows: subjects.map {
        [
          .text(.plain($0.photograph)), .text(.plain($0.label)),
          $0.hasObject ? "known" : "not known",
        ]
      })
  }
}
