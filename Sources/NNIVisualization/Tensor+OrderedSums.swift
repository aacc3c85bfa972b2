/// Sums that do not depend on the number of threads.
///
/// libtorch adds up a long row with all threads when it is the only one, in an order that depends on how
/// many there are; a row of a matrix it adds up with one. Elementwise functions are another place: what
/// remains at the end of a thread's share is computed by other instructions, which round differently. So
/// rows here are short, and shares smaller than libtorch divides.
extension Tensor {
  /// libtorch gives a thread no fewer elements than this.
  private static var leastShare: Int { 32768 }
  /// How many numbers are added up in one row.
  private static var rowLength: Int { 1024 }

  /// The sum over everything but the first axis, in an order that depends on the shape alone: `[N]`.
  func orderedSumPerSample() throws -> Tensor {
    guard rank > 1 else { return self }
    var rows = try reshaped([shape[0], count / Swift.max(shape[0], 1)])
    while rows.shape[1] > 2 * Self.rowLength {
      let (samples, length) = (rows.shape[0], rows.shape[1])
      let missing = (Self.rowLength - length % Self.rowLength) % Self.rowLength
      if missing > 0 {
        rows = try .call(
          "aten::constant_pad_nd", .tensor(rows), .ints([0, missing]), .double(0))
      }
      rows = try rows.reshaped([samples, -1, Self.rowLength]).sum(over: [2])
    }
    return try rows.sum(over: [1])
  }

  /// The mean over everything but the first axis: `[N]`.
  func orderedMeanPerSample() throws -> Tensor {
    guard rank > 1 else { return self }
    return try orderedSumPerSample() / Double(Swift.max(count / Swift.max(shape[0], 1), 1))
  }

  /// The square root, whose derivative at zero counts as zero.
  func squareRootOrZero() throws -> Tensor {
    let isZero = try isEqual(to: 0)
    // Where it is zero another number takes its place before the root, so that no derivative is 0/0.
    let safe = try Tensor.call(
      "aten::masked_fill.Scalar", .tensor(self), .tensor(isZero), .double(1))
    return try .call(
      "aten::masked_fill.Scalar", .tensor(safe.squareRoot()), .tensor(isZero), .double(0))
  }

  /// An elementwise function of all elements, in shares that one thread computes.
  func mappedInShares(_ function: (Tensor) throws -> Tensor) throws -> Tensor {
    guard count >= Self.leastShare else { return try function(self) }
    let flat = try reshaped([count])
    let length = Self.leastShare / 2
    let parts = try stride(from: 0, to: count, by: length).map {
      try function(flat.narrowed(axis: 0, to: $0..<Swift.min($0 + length, count)))
    }
    return try Tensor.concatenated(parts, axis: 0).reshaped(shape)
  }
}
