/// In which batches the members of a distribution are computed.
///
/// Kernels add in another order for another number of rows, so the number of rows at once depends on
/// nothing but the network, the input's shape and the number of passes; a last batch that is not full is
/// filled with members that were computed before. So neither the memory budget nor the number of samples
/// changes a bit of a result.
struct MemberBatches {
  /// Bytes of values that rows computed together may hold.
  static let bytesAtOnce = 16_000_000
  /// Small networks gain little from more rows.
  static let mostRows = 32

  /// Some passes of one sample.
  struct Batch {
    /// The sample's position in the batch of clean inputs.
    let sample: Int
    /// The passes; those of the first rows.
    let passes: Range<Int>
    /// The network that computes all rows.
    let model: Model
    /// What goes into it, `[rows, …]`.
    let input: Tensor
  }

  private let distribution: any ModelDistribution
  private let input: Tensor
  private let firstSample: Int
  /// How many rows are computed together.
  let rows: Int

  /// Batches for the samples of a batch of clean inputs, the first of which stands at `firstSample` in the
  /// data; `keepingRows` is false for what expands batches itself.
  init(
    _ distribution: any ModelDistribution, input: Tensor, firstSample: Int, keepingRows: Bool = true
  ) throws {
    self.distribution = distribution
    self.input = input
    self.firstSample = firstSample
    let one = try distribution.model.graph.trace(
      input.narrowed(axis: 0, to: 0..<1), readable: [], freeingFor: [:])
    rows = Self.rows(
      of: distribution, bytesEach: try one.bytesPerSample(), keepingRows: keepingRows)
  }

  /// How many rows are computed together of a network whose values take so many bytes for one input.
  static func rows(
    of distribution: any ModelDistribution, bytesEach: Int, keepingRows: Bool
  ) -> Int {
    switch distribution.layout {
    case .networks: return 1
    case .rows where !keepingRows: return 1
    default:
      let most = max(1, min(mostRows, bytesAtOnce / max(1, bytesEach)))
      let batches = (distribution.count + most - 1) / most
      return (distribution.count + batches - 1) / batches
    }
  }

  /// The batches of one sample, in order.
  func forEach(sample: Int, _ body: (Batch) throws -> Void) throws {
    let clean = try input.narrowed(axis: 0, to: sample..<(sample + 1))
    let count = distribution.count
    try Computation.forEach(Array(stride(from: 0, to: count, by: rows))) { begin in
      let draws = (begin..<(begin + rows)).map {
        MemberDraw(pass: $0 % count, sample: firstSample + sample)
      }
      let copies = rows == 1 ? clean : try clean.repeated(to: [rows] + clean.shape.dropFirst())
      try body(
        Batch(
          sample: sample, passes: begin..<min(begin + rows, count),
          model: distribution.member(draws), input: distribution.input(copies, draws)))
    }
  }
}
