/// A colour by its role in a chart, so that one chart suits white paper and a dark page.
///
/// On a dark page series take the colours of Okabe and Ito 2008, "Color Universal Design"
/// (`okabe2008color`), which people with any kind of colour blindness tell apart. Their yellow is left out. On
/// white, their purple is darker, and brown and violet stand for orange and sky blue, which have a contrast of
/// 2.3 to paper; every colour here has at least 3 to its page. After ``seriesCount`` series the colours return with dashed lines and other
/// marks.
public enum ChartColor: Sendable, Hashable {
  /// The colour of a series, counted from 0.
  case series(Int)
  /// Black on paper, white on a dark page.
  case ink
  /// The grey of small text.
  case muted
  /// The grey of grid lines.
  case faint
  /// The page itself.
  case paper
  /// The same colour everywhere.
  case fixed(Color)

  /// How many series have a colour of their own.
  public static let seriesCount = 7

  /// On white: blue, vermilion, bluish green, reddish purple, brown and violet; the seventh is the ink.
  static let palette: [Color] =
    Array(darkPalette.prefix(3)) + [
      Color(red: 200, green: 115, blue: 162), Color(red: 122, green: 84, blue: 36),
      Color(red: 128, green: 40, blue: 250),
    ]

  /// On a dark page: blue, vermilion, bluish green, reddish purple, orange and sky blue.
  static let darkPalette = [
    Color(red: 0, green: 114, blue: 178), Color(red: 213, green: 94, blue: 0),
    Color(red: 0, green: 158, blue: 115), Color(red: 204, green: 121, blue: 167),
    Color(red: 230, green: 159, blue: 0), Color(red: 86, green: 180, blue: 233),
  ]

  /// The colours as variables of a style sheet.
  static func variables(_ palette: [Color]) -> String {
    palette.enumerated().map { "--series\($0): \($1.hexadecimal);" }.joined(separator: " ")
  }

  /// How often the colours have been used up before this series.
  var turn: Int { if case .series(let index) = self { index / Self.seriesCount } else { 0 } }

  /// A chart is either a file of its own or part of a page.
  func paint(for medium: ChartMedium) -> String {
    switch self {
    case .series(let index):
      let place = ((index % Self.seriesCount) + Self.seriesCount) % Self.seriesCount
      guard place < Self.palette.count else { return ChartColor.ink.paint(for: medium) }
      return medium == .page ? "var(--series\(place))" : Self.palette[place].hexadecimal
    case .ink: return medium == .page ? "var(--text)" : "#1f2328"
    case .muted: return medium == .page ? "var(--muted)" : "#57606a"
    case .faint: return medium == .page ? "var(--line)" : "#d8dee4"
    case .paper: return medium == .page ? "var(--page)" : "#ffffff"
    case .fixed(let color): return color.hexadecimal
    }
  }
}
