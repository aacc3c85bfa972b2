import Foundation

/// Labels as they stand in tables and folders, as numbers of classes.
enum TableLabels {
  /// The label of each class's name.
  static func numbers(
    of names: [String], among known: [String], in place: String
  ) throws -> [String: Int] {
    let all = known.isEmpty ? names : known
    var numbers: [String: Int] = [:]
    for (index, name) in all.enumerated() where numbers[name] == nil { numbers[name] = index }
    for name in names where numbers[name] == nil {
      throw InterpretabilityError(
        .invalidFile,
        "\(place): “\(name)” is none of the \(known.count) classes"
          + Wording.suggestion(for: name, among: known))
    }
    return numbers
  }

  /// The labels of a table, and the names of the classes.
  static func numbers(
    _ labels: [String], _ known: [String], _ csv: CSVTable, _ place: String
  ) throws -> ([Int], [String]) {
    let stated = labels.map { Int($0) }
    guard stated.allSatisfy({ $0 != nil }) else {
      let names = Set(labels).sorted {
        $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
      }
      let numbers = try Self.numbers(of: names, among: known, in: place)
      return (labels.map { numbers[$0, default: 0] }, known.isEmpty ? names : known)
    }
    let limit = known.isEmpty ? labelLimit : known.count
    for (row, label) in stated.enumerated() where !(0..<limit).contains(label ?? 0) {
      throw InterpretabilityError(
        .invalidFile,
        "\(place), line \(csv.line(ofRow: row)): the label \(label ?? 0) is outside 0 to "
          + "\(limit - 1)")
    }
    return (stated.compactMap { $0 }, known)
  }

  /// More classes than any network has, so that a mistaken column does not become classes.
  private static let labelLimit = 1 << 20
}
