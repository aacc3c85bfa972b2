/// The table of what a network says about a photograph.
enum HTMLPredictions {
  /// A row for each class, in bold where it is explained; nothing without classes.
  static func table(
    _ predictions: [ReportPrediction], explained: [ReportPrediction], caption: String
  ) -> String {
    guard !predictions.isEmpty else { return "" }
    let hasLogits = predictions.contains { $0.logit != nil }
    let logitHead = hasLogits ? "<th scope=\"col\" class=\"number\">Logit</th>" : ""
    let rows = predictions.map { prediction in
      let probability = prediction.probability.isFinite ? prediction.probability : 0
      let width = NumberText.coordinate(min(max(probability, 0), 1) * 100)
      let logit = prediction.logit.map { NumberText.short($0) } ?? "–"
      let style = explained.contains(prediction) ? " class=\"explained\"" : ""
      return """
        <tr\(style)><td>\(Markup.escaped(prediction.className))</td>\
        <td class="number">\(Markup.escaped(NumberText.percent(prediction.probability)))</td>\
        <td class="bar" aria-hidden="true"><span style="width:\(width)%"></span></td>\
        \(hasLogits ? "<td class=\"number\">\(logit)</td>" : "")</tr>

        """
    }
    return """
      <table>
      <caption>\(Markup.escaped(caption))</caption>
      <thead><tr><th scope="col">Class</th><th scope="col" class="number">Probability</th>\
      <th aria-hidden="true"></th>\(logitHead)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>

      """
  }
}
