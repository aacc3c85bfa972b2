internal import Foundation

/// Logits with labels, and what a scaling of them would make of the likelihood.
struct LabelledLogits {
  /// `[N][classes]`.
  let rows: [[Double]]
  let labels: [Int]

  init(_ rows: [[Double]], _ labels: [Int]) throws {
    try LabelCheck.check(rows, labels)
    self.rows = rows
    self.labels = labels
  }

  var classCount: Int { rows[0].count }

  /// `softmax(z)` and `ln Σ exp z` of a row.
  static func softmax(_ logits: [Double]) -> (probabilities: [Double], logSum: Double) {
    let largest = logits.max() ?? 0
    let powers = logits.map { exp($0 - largest) }
    let total = powers.reduce(0, +)
    return (powers.map { $0 / total }, largest + log(total))
  }

  /// The mean negative log-likelihood of `softmax(β z)`, with its first and second derivative by `β`:
  /// the means of `E_p[z] − z_y` and of `Var_p[z]`.
  func likelihood(scale beta: Double) -> (value: Double, slope: Double, curvature: Double) {
    var (value, slope, curvature) = (0.0, 0.0, 0.0)
    for (row, label) in zip(rows, labels) {
      let (p, logSum) = Self.softmax(row.map { beta * $0 })
      var mean = 0.0
      for k in p.indices { mean += p[k] * row[k] }
      var variance = 0.0
      for k in p.indices { variance += p[k] * (row[k] - mean) * (row[k] - mean) }
      value += logSum - beta * row[label]
      slope += mean - row[label]
      curvature += variance
    }
    let count = Double(rows.count)
    return (value / count, slope / count, curvature / count)
  }
}
