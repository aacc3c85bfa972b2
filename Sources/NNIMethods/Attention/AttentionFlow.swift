/// Attention's weights of all blocks as the capacities of a network from the last block's tokens to the first's.
///
/// What flows from token `i` after the last block to token `j` before the first is at most what the edges hold, each a
/// block's weight, averaged over heads and with the skip connection, `(A + I)` divided by its rows' sums. Where the head
/// reads several rows, it is the mean of their flows. Nothing is normalised: through one block it is its row.
///
/// - Reference: Abnar and Zuidema 2020, *Quantifying Attention Flow in Transformers*, section 3
///   (`abnar2020quantifying`). Their code divides the flows of a token by their sum.
struct AttentionFlow {
  /// `[N, T, T]` for each block, in the graph's order.
  private let steps: [Tensor]

  init(_ steps: [Tensor]) { self.steps = steps }

  /// The flows of each sample, `[N, T]`.
  ///
  /// - Parameters:
  ///   - rows: How much each row counts, `[N, 1, T]`.
  ///   - columns: The tokens to which the flow is wanted; 0 at the others.
  /// - Returns: The mean flow of the rows to each token.
  /// - Throws: `CancellationError` when the task is cancelled.
  func callAsFunction(_ rows: Tensor, to columns: Range<Int>) throws -> Tensor {
    let (samples, tokens) = (rows.shape[0], rows.shape[2])
    let shares = try rows.converted(to: .float64).doubles()
    let blocks = try steps.reversed().map { try $0.converted(to: .float64).doubles() }
    var values = [Double](repeating: 0, count: samples * tokens)
    for sample in 0..<samples {
      let size = tokens * tokens
      var network = LayeredFlow(
        blocks.flatMap { $0[sample * size..<(sample + 1) * size] }, tokens: tokens)
      let read = (0..<tokens).filter { shares[sample * tokens + $0] > 0 }
      try Computation.forEach(read) { row in
        for column in columns {
          values[sample * tokens + column] +=
            shares[sample * tokens + row] * network.maximum(from: row, to: column)
        }
      }
    }
    return try Tensor(values, shape: [samples, tokens]).converted(to: rows.dtype)
      .moved(to: rows.device)
  }
}
