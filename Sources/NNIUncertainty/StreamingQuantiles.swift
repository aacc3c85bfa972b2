/// Quantiles of a growing list of maps, element by element.
///
/// As long as all maps fit in the memory that it may hold, they are kept and the quantiles are exact,
/// between neighbours in proportion (as NumPy's `linear`). Beyond, each quantile is estimated by P² from
/// the maps in their order, and the maps are let go.
struct StreamingQuantiles {
  private let shares: [Double]
  private let bytes: Int
  private var kept: [[Double]] = []
  private var estimates: [PSquareQuantile] = []

  /// Quantiles for shares in 0…1; `bytes` is what the maps may take.
  init(_ shares: [Double], bytes: Int) {
    self.shares = shares
    self.bytes = bytes
  }

  /// Whether the quantiles are those of all maps, and not estimates.
  var isExact: Bool { estimates.isEmpty }

  /// Takes up one more map.
  mutating func add(_ values: [Double]) {
    guard !shares.isEmpty else { return }
    if isExact {
      kept.append(values)
      // P² needs five values to begin with.
      guard kept.count > 5, kept.count * values.count * MemoryLayout<Double>.stride > bytes else {
        return
      }
      for share in shares {
        var estimate = PSquareQuantile(share, first: Array(kept[..<5]))
        for values in kept[5...] { estimate.add(values) }
        estimates.append(estimate)
      }
      kept = []
    } else {
      for index in estimates.indices { estimates[index].add(values) }
    }
  }

  /// The quantiles, one list for each share.
  func values() throws -> [[Double]] {
    guard isExact else { return estimates.map(\.values) }
    guard let first = kept.first else { return shares.map { _ in [] } }
    let all = try Tensor(kept.flatMap { $0 }, shape: [kept.count, first.count])
    let sorted = try Tensor.call("aten::sort", .tensor(all), .int(0)).doubles()
    let width = first.count
    return shares.map { share in
      let position = share * Double(kept.count - 1)
      let below = Int(position)
      let above = min(below + 1, kept.count - 1)
      return (0..<width).map { element in
        let (low, high) = (sorted[below * width + element], sorted[above * width + element])
        return low + (position - Double(below)) * (high - low)
      }
    }
  }
}
