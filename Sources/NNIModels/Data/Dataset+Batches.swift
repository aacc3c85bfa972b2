extension Dataset {
  /// The inputs of all samples in order, some at a time.
  package func forEachBatch(
    _ size: Int = 64, _ body: (Range<Int>, Tensor) throws -> Void
  ) throws {
    let count = count
    try Computation.forEach(Array(stride(from: 0, to: count, by: size))) { begin in
      let range = begin..<min(begin + size, count)
      try body(range, inputs(Array(range)))
    }
  }
}
