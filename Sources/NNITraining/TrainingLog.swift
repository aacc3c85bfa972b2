import Foundation

/// One row of numbers for each epoch.
public struct TrainingLog: Sendable, Codable, Equatable {
  /// What the numbers are.
  public private(set) var columns: [String]
  /// The numbers, in the order of the columns.
  public private(set) var rows: [[Double]] = []

  /// An empty log.
  public init(columns: [String] = []) { self.columns = columns }

  /// Adds the row of an epoch.
  mutating func add(_ row: [Double]) {
    precondition(row.count == columns.count, "a row has as many numbers as there are columns")
    rows.append(row)
  }

  /// The numbers of one column; empty when there is none of that name.
  public subscript(column: String) -> [Double] {
    guard let index = columns.firstIndex(of: column) else { return [] }
    return rows.map { $0[index] }
  }

  /// The log as comma-separated values with a header, one line an epoch.
  public var csv: String {
    let lines = rows.map { row in
      row.map { $0 == $0.rounded() && abs($0) < 1e15 ? "\(Int($0))" : "\($0)" }
        .joined(separator: ",")
    }
    return ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }
}
