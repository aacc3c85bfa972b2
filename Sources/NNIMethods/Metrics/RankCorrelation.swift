/// Spearman's rank correlation of two lists of numbers.
package enum RankCorrelation {
  /// Pearson's correlation of the ranks, of equal numbers the mean of theirs; `nil` when one of the lists does
  /// not vary.
  ///
  /// - Reference: Spearman 1904, *The Proof and Measurement of Association between Two Things*
  ///   (`spearman1904proof`).
  package static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "as many numbers in both")
    let (first, second) = (ranks(first), ranks(second))
    let mean = Double(first.count - 1) / 2
    var (common, left, right) = (0.0, 0.0, 0.0)
    for (a, b) in zip(first, second) {
      common += (a - mean) * (b - mean)
      left += (a - mean) * (a - mean)
      right += (b - mean) * (b - mean)
    }
    guard left > 0, right > 0 else { return nil }
    return common / (left * right).squareRoot()
  }

  /// The position of each number in rising order, from 0; the mean position of equal ones.
  static func ranks(_ numbers: [Double]) -> [Double] {
    let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
    var ranks = [Double](repeating: 0, count: numbers.count)
    var begin = 0
    while begin < order.count {
      var end = begin + 1
      while end < order.count, numbers[order[end]] == numbers[order[begin]] { end += 1 }
      for place in begin..<end { ranks[order[place]] = Double(begin + end - 1) / 2 }
      begin = end
    }
    return ranks
  }
}
