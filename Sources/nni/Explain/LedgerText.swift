import Foundation
import NNInterpretability

/// A ledger as tables: what became of the score of each sample, and which nodes kept what.
struct LedgerText {
  let text: String

  /// The ledger, with one sum for each input where there are several.
  init(_ attribution: Attribution, rows: [Ledger.Row] = []) throws {
    let ledger = attribution.ledger
    let causes = Ledger.Cause.allCases.filter { ledger.causes[$0] != nil }
    let inputs = rows.filter { $0.name.hasPrefix("input:") }
    var totals = TextTable(
      ["sample", "score", "reference", "sum", "residual"] + inputs.map(\.name)
        + causes.map(\.rawValue),
      numeric: Set(0..<(5 + inputs.count + causes.count)))
    for sample in ledger.score.indices {
      let numbers = [
        ledger.score[sample], ledger.reference[sample], ledger.sum[sample], ledger.residual[sample],
      ]
      totals.add(
        ["\(sample)"]
          + (numbers + inputs.map { $0.values[sample] }
          + causes.map { ledger.causes[$0]?[sample] ?? 0 }).map(Self.short))
    }
    var parts = [totals.text]
    if !attribution.absorbed.isEmpty {
      var nodes = TextTable(["node", "cause", "kept, by sample"])
      for (node, kept) in attribution.absorbed.sorted(by: { $0.key.name < $1.key.name }) {
        for (cause, amount) in kept.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
          let values = try amount.doubles().map(Self.short).joined(separator: "  ")
          nodes.add([node.name, cause.rawValue, values])
        }
      }
      parts.append(nodes.text)
    }
    text = parts.joined(separator: "\n\n")
  }

  private static func short(_ value: Double) -> String {
    value.magnitude >= 1e-4 && value.magnitude < 1e6 || value == 0
      ? value.formatted(.number.precision(.significantDigits(1...6)).grouping(.never))
      : value.formatted(.number.notation(.scientific).precision(.significantDigits(1...4)))
  }
}
