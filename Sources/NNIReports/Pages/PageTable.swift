/// Rows and columns of a page; columns of numbers are aligned to the right.
public struct PageTable: Sendable, Hashable {
  /// What stands in one place.
  public enum Cell: Sendable, Hashable, ExpressibleByStringLiteral {
    /// Words, which may hold formulas.
    case text(PageText)
    /// A number with so many decimals.
    case number(Double, decimals: Int)
    /// A number with three significant digits.
    case short(Double)
    /// A whole number.
    case count(Int)
    /// A share: 0.25 is written as 25.0 %.
    case percent(Double)
    /// A small picture, its caption below it; its row and column are put before its description.
    case picture(PageFigure)

    /// Words.
    public init(stringLiteral text: String) { self = .text(PageText(text)) }

    var isNumber: Bool {
      switch self {
      case .text, .picture: false
      default: true
      }
    }

    var isEmpty: Bool { if case .text(let text) = self { text.runs.isEmpty } else { false } }

    var html: String {
      switch self {
      case .text(let text): text.html
      case .number(let value, let decimals):
        value.isFinite
          ? Markup.escaped(NumberText.fixed(value, decimals: min(max(decimals, 0), 15))) : "–"
      case .short(let value): value.isFinite ? Markup.escaped(NumberText.short(value)) : "–"
      case .count(let value): value < 0 ? "−\(value.magnitude)" : "\(value)"
      case .percent(let share): Markup.escaped(NumberText.percent(share))
      case .picture(let figure): figure.html
      }
    }
  }

  /// What the table shows, above it; none when empty.
  public var caption: PageText
  /// The names of the columns.
  public var columns: [PageText]
  /// The rows; each has as many cells as there are columns.
  public var rows: [[Cell]]

  /// Describes a table.
  public init(_ caption: PageText = "", columns: [PageText], rows: [[Cell]]) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }

  private var hasPictures: Bool {
    rows.contains { $0.contains { if case .picture = $0 { true } else { false } } }
  }

  /// A picture's description begins with its row's and its column's name, so that no two are alike.
  private func placed(_ cell: Cell, in row: [Cell], column: Int, isSharing: Bool) -> Cell {
    guard case .picture(var figure) = cell else { return cell }
    if isSharing { figure.scale = figure.scale?.beside }
    var words: [String] = []
    if column > 0, case .text(let name) = row[0] { words.append(name.plainText) }
    words.append(columns[column].plainText)
    let place = words.filter { !$0.isEmpty }.joined(separator: ", ")
    return .picture(place.isEmpty ? figure : figure.described(before: place))
  }

  /// The bar of a row whose maps all have one scale; it stands below the row's name.
  private func sharedScale(_ row: [Cell]) -> MapScale? {
    guard case .text? = row.first else { return nil }
    return MapScale.shared(
      row.compactMap { if case .picture(let figure) = $0 { figure.scale } else { nil } })
  }

  func html() throws -> String {
    if let row = rows.firstIndex(where: { $0.count != columns.count }) {
      throw ReportError(
        .shape,
        "Row \(row) of the table '\(caption.plainText)' has \(rows[row].count) cells for "
          + "\(columns.count) columns; give one for each.")
    }
    let isNumber = columns.indices.map { column in
      rows.contains { $0[column].isNumber }
        && rows.allSatisfy { $0[column].isNumber || $0[column].isEmpty }
    }
    let style = isNumber.map { $0 ? " class=\"number\"" : "" }
    let head = zip(columns, style).map { "<th scope=\"col\"\($1)>\($0.html)</th>" }
    let body = rows.map { row in
      let bar = sharedScale(row)
      let cells = zip(row.indices, style).map { column, style in
        let cell = placed(row[column], in: row, column: column, isSharing: bar != nil)
        return "<td\(style)>\(cell.html)\(column == 0 ? bar?.html ?? "" : "")</td>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    let title = caption.runs.isEmpty ? "" : "<caption><span>\(caption.html)</span></caption>\n"
    return """
      <div class="wide"><table\(hasPictures ? " class=\"pictures\"" : "")>
      \(title)<thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(body.joined())</tbody>
      </table></div>

      """
  }
}
