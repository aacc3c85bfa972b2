import Foundation
import NNInterpretability

/// A ledger as tables: what became of the score of each sample, and which nodes kept what.
struct LedgerText {
  let text: String

  init(_ attribution: Attribution) throws {
    let ledger = attribution.ledger
    let causes = ledger.causes.keys.sorted { $0.rawValue < $1.rawValue }
    var totals = TextTable(
      ["sample", "score", "reference", "sum", "residual"] + causes.map(\.rawValue),
      numeric: Set(0..<(5 + causes.count)))
    for sample in ledger.score.indices {
      let numbers = [
        ledger.score[sample], ledger.reference[sample], ledger.sum[sample], ledger.residual[sample],
      ]
      totals.add(
        ["\(sample)"] + (numbers + causes.map { ledger.causes[$0]?[sample] ?? 0 }).map(Self.short))
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
