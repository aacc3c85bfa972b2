/// Curves and table of one target in a ``Comparison``.
enum ComparisonFigures {
  /// Deletion and insertion side by side; nothing where no method has curves.
  static func curves(of target: ComparisonTarget) throws -> String {
    guard let first = target.entries.lazy.compactMap(\.curves).first else { return "" }
    func chart(_ title: String, _ label: String, _ values: (ComparisonCurves) -> [Double]) throws
      -> String
    {
      let curves = target.entries.compactMap { entry in
        entry.curves.map { CurveChart.Curve(entry.name, values($0)) }
      }
      var chart = CurveChart(
        title, places: first.shares, curves: curves,
        x: ChartAxis(label, limits: .fixed(0, 1), format: .percent),
        y: ChartAxis("probability", limits: .includingZero)
      ).chart
      chart.width = 520
      chart.height = 360
      let drawing = PageFigure.readable(try chart.svg(for: .page))
      return "<figure class=\"plate\">\n<div class=\"wide\">\(drawing)</div></figure>\n"
    }
    return try """
    <div class="figures">
    \(chart("Deletion: a good map falls soon", "pixels taken away") { $0.deletion })\
    \(chart("Insertion: a good map rises soon", "pixels put back") { $0.insertion })</div>

    """
  }

  /// One row for each method.
  static func table(of target: ComparisonTarget) -> String {
    let head = [
      "Deletion area", "Insertion area", "Sum of the map", "Residual", "Random network", "Passes",
      "Time", "Memory",
    ].map { "<th scope=\"col\" class=\"number\">\($0)</th>" }.joined()
    let rows = target.entries.enumerated().map { order, entry in
      let ledger = entry.tile.ledger
      let residual = ledger.map { ledger in
        NumberText.short(ledger.residual)
          + (ledger.residualShare.isFinite ? " (\(NumberText.percent(ledger.residualShare)))" : "")
      }
      let cells = [
        entry.curves.map { NumberText.fixed($0.deletionArea, decimals: 3) },
        entry.curves.map { NumberText.fixed($0.insertionArea, decimals: 3) },
        ledger.map { NumberText.short($0.sum) }, residual,
        entry.twin.map { NumberText.fixed($0.rankCorrelation, decimals: 2) },
        entry.cost.passes, entry.cost.time, entry.cost.memory,
      ].map { "<td class=\"number\">\(Markup.escaped($0 ?? "–"))</td>" }
      return """
        <tr \(ComparisonCell.attributes(of: entry, order: order))>\
        <th scope="row">\(Markup.escaped(entry.name))</th>\(cells.joined())</tr>

        """
    }
    return """
      <div class="wide"><table class="results">
      <caption><span>Of the trained network: areas below the curves (deletion: low is good; insertion: high is \
      good), the ledger, the rank correlation with the random network's map, forward + backward passes, \
      time and planned memory.</span></caption>
      <thead><tr><th scope="col">Method</th>\(head)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table></div>

      """
  }
}
