/// Where a chart is shown.
public enum ChartMedium: String, Sendable, Hashable, Codable {
  /// A file of its own: fixed colours on white.
  case file
  /// A part of a ``Page``: the page's colours, light or dark.
  case page
}
