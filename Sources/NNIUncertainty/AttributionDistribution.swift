/// What a method's maps are over the members of a distribution, element by element.
public struct AttributionDistribution: Sendable {
  /// The mean of the maps, with the mean of the ledgers; an attribution like any other.
  ///
  /// Its classes are those that were explained, where every pass explained the same.
  public let mean: Attribution
  /// How many maps there were of each sample.
  public let passes: Int
  /// The standard deviation of the maps, with `n − 1` in the denominator; 0 for one pass.
  public let deviation: Tensor
  /// `deviation / √n`, the mean's own uncertainty.
  public let standardError: Tensor
  /// The share of passes whose sign is the mean's; where the mean is 0, of passes that are 0.
  ///
  /// For its mean over a map see ``meanSignAgreement()``.
  public let signAgreement: Tensor
  /// `|mean| / deviation`: 0 where the mean is 0, infinite where only the deviation is.
  public let signalToNoise: Tensor
  /// The quantiles that were asked for, with their shares.
  public let quantiles: [(share: Double, map: Tensor)]
  /// Whether the quantiles are those of all maps; else they are estimated by P².
  public let quantilesAreExact: Bool
  /// The score of each pass, `[N][passes]`.
  public let scores: [[Double]]
  /// The class that each pass explains, `[N][passes]`; empty where it is no class.
  public let explained: [[Int]]
  /// The class that each pass predicts, `[N][passes]`.
  public let predicted: [[Int]]
  /// All that is needed to make the members again.
  public let record: [String: OptionValue]

  /// The mean of ``signAgreement`` over the elements of each sample in which some pass's map is not zero;
  /// `nil` where every map is zero everywhere.
  ///
  /// Elements in which all maps are zero, such as the empty background of a digit compared with black, have
  /// no sign to agree on and do not count.
  ///
  /// - Throws: ``InterpretabilityError`` when a tensor cannot be read.
  public func meanSignAgreement() throws -> [Double?] {
    let samples = mean.map.shape[0]
    let (means, deviations, shares) = try (
      mean.map.doubles(), deviation.doubles(), signAgreement.doubles()
    )
    let size = means.count / max(samples, 1)
    return (0..<samples).map { sample in
      let counted = (sample * size..<(sample + 1) * size).filter {
        means[$0] != 0 || deviations[$0] != 0
      }
      guard !counted.isEmpty else { return nil }
      return counted.reduce(0) { $0 + shares[$1] } / Double(counted.count)
    }
  }

  /// The statistics of one sample while its maps come.
  struct Sample {
    let passes: Int
    var statistics: MapStatistics?
    var scores: [Double] = []
    var references: [Double] = []
    var causes: [Ledger.Cause: Double] = [:]
    var explained: [Int] = []
    var predicted: [Int] = []
    var layer: NodeID?

    init(passes: Int) { self.passes = passes }

    mutating func add(
      _ result: MemberPasses.Result, quantiles: [Double], bytes: Int
    ) throws {
      var statistics =
        try self.statistics
        ?? MapStatistics(shape: result.map.shape, quantiles: quantiles, bytes: bytes)
      // Not held twice while it grows.
      self.statistics = nil
      try statistics.add(result.map)
      self.statistics = statistics
      scores.append(result.score)
      references.append(result.reference)
      for (cause, amount) in result.causes { causes[cause, default: 0] += amount / Double(passes) }
      if let explained = result.explained { self.explained.append(explained) }
      predicted.append(result.predicted)
      layer = result.layer
    }
  }

  init(_ samples: [Sample], of attribution: UncertainAttribution) throws {
    let statistics = samples.compactMap(\.statistics)
    func joined(_ part: (MapStatistics) throws -> Tensor) throws -> Tensor {
      try .concatenated(statistics.map(part), axis: 0)
    }
    let map = try joined { $0.mean }
    passes = attribution.distribution.count
    deviation = try joined { try $0.deviation }
    standardError = try deviation / Double(passes).squareRoot()
    signAgreement = try joined { try $0.signAgreement }
    signalToNoise = try joined { try $0.signalToNoise }
    let quantileMaps = try statistics.map { try $0.quantileMaps() }
    quantiles = try attribution.options.quantiles.enumerated().map { index, share in
      (share, try .concatenated(quantileMaps.map { $0[index] }, axis: 0))
    }
    quantilesAreExact = statistics.allSatisfy(\.quantilesAreExact)
    scores = samples.map(\.scores)
    explained = samples.map(\.explained)
    predicted = samples.map(\.predicted)
    record = attribution.distribution.record

    func vector(_ numbers: [Double]) throws -> Tensor {
      try Tensor(numbers, shape: [numbers.count])
    }
    func average(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
    var absorbed: [Ledger.Cause: Tensor] = [:]
    for cause in Set(samples.flatMap { $0.causes.keys }) {
      absorbed[cause] = try vector(samples.map { $0.causes[cause] ?? 0 })
    }
    let score = try vector(samples.map { average($0.scores) })
    let classes = samples.compactMap { Set($0.explained).count == 1 ? $0.explained[0] : nil }
    mean = try Attribution(
      map: map,
      ledger: Ledger(
        score: score, reference: vector(samples.map { average($0.references) }), map: map,
        absorbed: absorbed),
      target: ResolvedTarget(
        node: attribution.distribution.model.graph.output, weights: score,
        classes: classes.count == samples.count ? classes : []),
      method: attribution.method, layer: samples.first?.layer,
      details: ["deviation": deviation, "standard-error": standardError])
  }
}
