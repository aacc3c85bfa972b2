extension ChartBars {
  /// Bars of counts between edges.
  ///
  /// - Parameters:
  ///   - label: the name in the legend.
  ///   - edges: one more than counts, ascending.
  ///   - counts: how many values lie between an edge and the next.
  ///   - color: the colour.
  /// - Throws: ``ReportError`` when the numbers do not agree or the edges do not ascend.
  public init(
    _ label: String, edges: [Double], counts: [Double], color: ChartColor = .series(0)
  ) throws {
    guard edges.count == counts.count + 1, zip(edges, edges.dropFirst()).allSatisfy(<) else {
      throw ReportError(
        .shape,
        "The histogram '\(label)' has \(edges.count) edges for \(counts.count) counts; give one edge "
          + "more than counts, in ascending order.")
    }
    self.init(
      label,
      bars: counts.indices.map { Bar(from: edges[$0], to: edges[$0 + 1], value: counts[$0]) },
      color: color)
  }

  /// A histogram of values in bins of equal width.
  ///
  /// A value on an inner edge belongs to the bin above it, one on the last edge to the last bin, as
  /// in NumPy. Values that are not finite, or outside the range, are not counted.
  ///
  /// - Parameters:
  ///   - label: the name in the legend.
  ///   - values: what is counted.
  ///   - bins: how many bars, 1 to 10000.
  ///   - range: the first and the last edge.
  ///   - color: the colour.
  /// - Throws: ``ReportError`` for no bins or a range without width.
  public init(
    _ label: String, histogramOf values: [Double], bins: Int = 20, over range: ClosedRange<Double>,
    color: ChartColor = .series(0)
  ) throws {
    let counts = try Self.counts(of: values, bins: bins, over: range)
    try self.init(
      label, edges: Self.edges(bins: bins, over: range), counts: counts.map(Double.init),
      color: color)
  }

  /// A histogram from the smallest to the largest finite value.
  ///
  /// - Throws: ``ReportError`` for no bins.
  public init(
    _ label: String, histogramOf values: [Double], bins: Int = 20, color: ChartColor = .series(0)
  ) throws {
    var extent = ChartExtent()
    for value in values where ChartAxis("").takes(value) { extent.add(value) }
    let (lower, upper) =
      extent.isEmpty
      ? (0, 1) : extent.widened(extent.lower, extent.upper, isLogarithmic: false)
    try self.init(
      label, histogramOf: values, bins: bins, over: lower...upper, color: color)
  }

  static func edges(bins: Int, over range: ClosedRange<Double>) -> [Double] {
    let width = range.upperBound - range.lowerBound
    return (0...bins).map {
      $0 == bins ? range.upperBound : range.lowerBound + width * Double($0) / Double(bins)
    }
  }

  static func counts(
    of values: [Double], bins: Int, over range: ClosedRange<Double>
  ) throws -> [Int] {
    let width = range.upperBound - range.lowerBound
    guard (1...10_000).contains(bins), width > 0, width.isFinite else {
      throw ReportError(
        .option,
        "A histogram cannot have \(bins) bins from \(range.lowerBound) to \(range.upperBound); give 1 "
          + "to 10000 bins and two different ends.")
    }
    let edges = Self.edges(bins: bins, over: range)
    var counts = [Int](repeating: 0, count: bins)
    for value in values where range.contains(value) {
      var bin = min(Int((value - range.lowerBound) / width * Double(bins)), bins - 1)
      // The quotient may be off by one rounding; the edges decide.
      if value < edges[bin] {
        bin -= 1
      } else if bin + 1 < bins, value >= edges[bin + 1] {
        bin += 1
      }
      counts[bin] += 1
    }
    return counts
  }
}
