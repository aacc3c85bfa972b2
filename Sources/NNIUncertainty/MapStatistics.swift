/// Statistics of a growing list of maps of one sample, element by element, in double precision.
///
/// - Reference: Welford 1962, *Note on a Method for Calculating Corrected Sums of Squares and Products*
///   (`welford1962note`).
struct MapStatistics {
  private(set) var count = 0
  private(set) var mean: Tensor
  private var squares: Tensor
  private var positives: Tensor
  private var negatives: Tensor
  private var quantiles: StreamingQuantiles

  /// Statistics of maps of a shape.
  init(shape: [Int], quantiles shares: [Double], bytes: Int) throws {
    mean = try Tensor.full(shape, 0, dtype: .float64)
    (squares, positives, negatives) = (mean, mean, mean)
    quantiles = StreamingQuantiles(shares, bytes: bytes)
  }

  /// Takes up one more map.
  mutating func add(_ map: Tensor) throws {
    let map = try map.converted(to: .float64)
    count += 1
    let difference = try map - mean
    mean = try mean + difference / Double(count)
    squares = try squares + difference * (map - mean)
    positives = try positives + map.isGreater(than: 0).converted(to: .float64)
    negatives = try negatives + map.isLess(than: 0).converted(to: .float64)
    quantiles.add(try map.doubles())
  }

  /// The standard deviation, with `n − 1` in the denominator; 0 for one map.
  var deviation: Tensor {
    get throws { try (squares.clamped(min: 0) / Double(max(count - 1, 1))).squareRoot() }
  }

  /// The share of maps whose sign is the mean's; where the mean is 0, of maps that are 0.
  var signAgreement: Tensor {
    get throws {
      let zeros = try Double(count) - (positives + negatives)
      let agreeing = try positives.selected(
        where: mean.isGreater(than: 0),
        otherwise: negatives.selected(where: mean.isLess(than: 0), otherwise: zeros))
      return try agreeing / Double(max(count, 1))
    }
  }

  /// `|mean| / deviation`: 0 where the mean is 0, infinite where only the deviation is.
  var signalToNoise: Tensor {
    get throws {
      let ratio = try mean.magnitude() / deviation
      return try ratio.selected(where: mean.isNotEqual(to: 0), otherwise: 0)
    }
  }

  var quantilesAreExact: Bool { quantiles.isExact }

  /// The quantiles, each in the shape of a map.
  func quantileMaps() throws -> [Tensor] {
    try quantiles.values().map { try Tensor($0, shape: mean.shape) }
  }
}
