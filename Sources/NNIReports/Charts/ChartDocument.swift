/// The `<svg>` element around a drawing.
enum ChartDocument {
  static func svg(
    width: Double, height: Double, title: String, description: String, body: String,
    medium: ChartMedium
  ) -> String {
    let (width, height) = (NumberText.coordinate(width), NumberText.coordinate(height))
    let ground =
      medium == .file ? "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>\n" : ""
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" class="chart" \
      font-family="\(TextMetrics.family)">
      <title>\(Markup.escaped(title))</title>
      <desc>\(Markup.escaped(description))</desc>
      \(ground)\(body)</svg>

      """
  }
}
