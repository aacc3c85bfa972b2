/// Rows of text in columns as wide as their widest entry.
struct TextTable {
  private var rows: [[String]]
  private let isNumeric: [Bool]

  /// A table with a heading; numeric columns are aligned to the right.
  init(_ heading: [String], numeric: Set<Int> = []) {
    rows = [heading]
    isNumeric = heading.indices.map(numeric.contains)
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return isNumeric[column] ? space + row[column] : row[column] + space
      }.joined(separator: "  ")
    }
    return lines.map { line in
      var line = Substring(line)
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }
}
