/// The table of what a network says about a photograph.
enum HTMLPredictions {
  /// A row for each class, in bold where it is explained; nothing without classes.
  static func table(
    _ predictions: [ReportPrediction], explained: [ReportPrediction], caption: String
  ) -> String {
    guard !predictions.isEmpty else { return "" }
    let hasLogits = predictions.contains { $0.logit != nil }
    let hasProbabilities = predictions.contains { $0.probability != nil }
    let logitHead =
      hasLogits
      ? "<th scope=\"col\" class=\"number\">\(hasProbabilities ? "Logit" : "Value")</th>" : ""
    let probabilityHead =
      hasProbabilities
      ? "<th scope=\"col\" class=\"number\">Probability</th><th aria-hidden=\"true\"></th>" : ""
    let rows = predictions.map { prediction in
      let probability = prediction.probability.map {
        """
        <td class="number">\(Markup.escaped(NumberText.percent($0)))</td>\
        <td class="bar" aria-hidden="true"><span style="width:\
        \(NumberText.coordinate($0.isFinite ? min(max($0, 0), 1) * 100 : 0))%"></span></td>
        """
      }
      let logit = prediction.logit.map { NumberText.short($0) } ?? "–"
      let style = explained.contains(prediction) ? " class=\"explained\"" : ""
      return """
        <tr\(style)><td>\(Markup.escaped(prediction.className))</td>\
        \(probability ?? "")\
        \(hasLogits ? "<td class=\"number\">\(logit)</td>" : "")</tr>

        """
    }
    return """
      <table>
      <caption>\(Markup.escaped(caption))</caption>
      <thead><tr><th scope="col">\(hasProbabilities ? "Class" : "Output")</th>\(probabilityHead)\
      \(logitHead)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>

      """
  }
}
