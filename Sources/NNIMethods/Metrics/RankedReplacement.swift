/// The scores while more and more of an input is replaced by something else, group by group.
struct RankedReplacement {
  /// For each pixel of a sample when it is replaced: pixels of rank `r` are new once more than `r` groups
  /// are; row by row.
  let ranks: [Int]
  /// How many groups are replaced at each point of the curve.
  let thresholds: [Int]

  /// The scores of a sample at each threshold.
  ///
  /// - Parameters:
  ///   - sample: The sample's position in the batch.
  ///   - old: What it is made of at first, `[1, C, …]`.
  ///   - new: What it is made of at last, `[1, C, …]`.
  ///   - scores: The target.
  /// - Returns: A score for each threshold.
  /// - Throws: ``InterpretabilityError`` when the network refuses.
  func callAsFunction(
    _ sample: Int, from old: Tensor, to new: Tensor, _ scores: TargetScores
  ) throws -> TargetScores.Values {
    let extents = Array(old.shape.dropFirst(old.rank > 2 ? 2 : 1))
    let channel = old.rank > 2 ? [1] : []
    let ranks = try Tensor(self.ranks.map { Int64($0) }, shape: [1] + channel + extents)
      .moved(to: old.device)
    return try scores(thresholds.count, of: sample) { range in
      let limits = try Tensor(
        thresholds[range].map { Int64($0) }, shape: [range.count] + extents.map { _ in 1 } + channel
      ).moved(to: old.device)
      let isNew = try Tensor.call("aten::lt.Tensor", .tensor(ranks), .tensor(limits))
      return try new.selected(where: isNew, otherwise: old)
    }
  }

  /// For each pixel its position in an order.
  static func ranks(of order: [Int]) -> [Int] {
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, pixel) in order.enumerated() { ranks[pixel] = rank }
    return ranks
  }
}
