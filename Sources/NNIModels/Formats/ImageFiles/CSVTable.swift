public import Foundation

/// A table in comma-separated text: a header that names the columns, then rows.
///
/// Fields in double quotes may hold commas, line ends and doubled quotes. Lines end in LF or CRLF. Empty
/// lines are left out. A byte order mark is taken off.
///
/// - Reference: Y. Shafranovich 2005, *Common Format and MIME Type for Comma-Separated Values (CSV)
///   Files*, RFC 4180.
public struct CSVTable: Sendable {
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 256 << 20

  /// The names of the columns.
  public let header: [String]
  /// The rows below the header, each as long as it.
  public let rows: [[String]]
  private let lines: [Int]
  private let place: String

  /// Reads a file, as it is or compressed by gzip.
  ///
  /// - Throws: ``InterpretabilityError`` when it is missing, too large, no UTF-8 text or malformed.
  public init(contentsOf url: URL) throws {
    let place = url.lastPathComponent
    var bytes = try ModelFile.mapped(url)
    if GzipReader.recognizes(bytes) {
      bytes = try GzipReader(bytes, place: place).read(upTo: Self.sizeLimit + 1)
    }
    guard bytes.count <= Self.sizeLimit else {
      throw InterpretabilityError(
        .invalidFile, "\(place) is larger than the \(Self.sizeLimit) bytes that are read")
    }
    guard let text = String(data: bytes, encoding: .utf8) else {
      throw InterpretabilityError(.invalidFile, "\(place) is no UTF-8 text")
    }
    try self.init(text, name: place)
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: The whole table.
  ///   - name: How messages call it.
  /// - Throws: ``InterpretabilityError`` that names the line that is malformed or not as long as the
  ///   header.
  public init(_ text: String, name: String) throws {
    var scanner = CSVScanner(text, place: name)
    var rows: [[String]] = []
    var lines: [Int] = []
    while let (row, line) = try scanner.nextRow() {
      if let first = rows.first, first.count != row.count {
        throw InterpretabilityError(
          .invalidFile,
          "\(name), line \(line): \(row.count) fields, but the header has \(first.count)")
      }
      rows.append(row)
      lines.append(line)
    }
    guard let header = rows.first else {
      throw InterpretabilityError(.invalidFile, "\(name) is empty; wanted a header and rows")
    }
    if let twice = header.first(where: { column in header.count { $0 == column } > 1 }) {
      throw InterpretabilityError(.invalidFile, "\(name) names the column “\(twice)” twice")
    }
    self.header = header
    self.rows = Array(rows.dropFirst())
    self.lines = lines
    place = name
  }

  /// The line on which a row begins, from 1.
  public func line(ofRow row: Int) -> Int { lines[row + 1] }

  /// The fields of a column, one a row.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the columns when there is none of that name.
  public func column(_ name: String) throws -> [String] {
    guard let index = header.firstIndex(of: name) else {
      throw InterpretabilityError(
        .invalidFile,
        "\(place) has no column “\(name)” in its first line; there are "
          + header.map { "“\($0)”" }.joined(separator: ", "))
    }
    return rows.map { $0[index] }
  }
}

/// Where the reading of a table has got to.
private struct CSVScanner {
  private let bytes: [UInt8]
  private let place: String
  private var index = 0
  private var line = 1

  init(_ text: String, place: String) {
    let all = Array(text.utf8)
    bytes = all.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(all.dropFirst(3)) : all
    self.place = place
  }

  /// The next row that is not empty, and the line on which it begins; `nil` at the end.
  mutating func nextRow() throws -> ([String], Int)? {
    while index < bytes.count {
      let start = line
      var row = [try field()]
      while index < bytes.count, bytes[index] == UInt8(ascii: ",") {
        index += 1
        row.append(try field())
      }
      try endLine()
      if row != [""] { return (row, start) }
    }
    return nil
  }

  private mutating func field() throws -> String {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return try plainField() }
    let start = line
    index += 1
    var field: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "\"") else {
        field.append(byte)
        continue
      }
      guard index < bytes.count, bytes[index] == byte else {
        return String(decoding: field, as: UTF8.self)
      }
      field.append(byte)
      index += 1
    }
    throw refuse("a quote is opened and never closed", start)
  }

  private mutating func plainField() throws -> String {
    let start = index
    while index < bytes.count, !Self.ends.contains(bytes[index]) {
      if bytes[index] == UInt8(ascii: "\"") {
        throw refuse("a quote stands within a field; put the whole field in quotes", line)
      }
      index += 1
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func endLine() throws {
    guard index < bytes.count else { return }
    if bytes[index] == UInt8(ascii: "\r"), index + 1 < bytes.count,
      bytes[index + 1] == UInt8(ascii: "\n")
    {
      index += 1
    }
    guard bytes[index] == UInt8(ascii: "\n") else {
      throw refuse("after a quoted field, wanted a comma or the end of the line", line)
    }
    index += 1
    line += 1
  }

  private func refuse(_ message: String, _ line: Int) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "\(place), line \(line): \(message)")
  }

  private static let ends: Set<UInt8> = [
    UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"),
  ]
}
