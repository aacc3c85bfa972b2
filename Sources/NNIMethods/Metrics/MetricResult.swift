/// What a metric found: numbers for each sample.
public struct MetricResult: Sendable, Codable {
  /// The metric's name in the catalogue.
  public let metric: String
  /// All its options, with the values that they had.
  public let options: [String: OptionValue]
  /// Which values speak for an explanation.
  public let direction: MetricDirection
  /// One value for each sample; `nil` where the question does not apply, as for a sample without a box.
  public private(set) var values: [Double?]
  /// Other numbers for each sample, by name.
  public private(set) var details: [String: [Double?]]
  /// Curves, one for each sample, by name.
  public private(set) var curves: [String: MetricCurve]
  /// Maps that the metric made on its way, by name, `[N, …]` each; not kept in files of numbers.
  public private(set) var maps: [String: [Tensor]] = [:]

  private enum CodingKeys: String, CodingKey {
    case metric, options, direction, values, details, curves
  }

  /// A checked result.
  ///
  /// - Throws: ``InterpretabilityError`` when a number is NaN or infinite.
  public init(
    metric: String, options: [String: OptionValue], direction: MetricDirection, values: [Double?],
    details: [String: [Double?]] = [:], curves: [String: MetricCurve] = [:],
    maps: [String: [Tensor]] = [:]
  ) throws {
    let numbers =
      values + details.values.flatMap { $0 }
      + curves.values.flatMap { $0.values.flatMap { $0 } }
    guard numbers.allSatisfy({ $0?.isFinite ?? true }) else {
      throw InterpretabilityError(.notFinite, "\(metric) gave NaN or infinity")
    }
    self.metric = metric
    self.options = options
    self.direction = direction
    self.values = values
    self.details = details
    self.curves = curves
    self.maps = maps
  }

  /// The mean over the samples to which the question applies; `nil` if to none.
  public var mean: Double? {
    let known = values.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  /// The standard error of ``mean``, `√(Σ (v − mean)² / (n − 1) / n)`; `nil` for fewer than two samples.
  public var standardError: Double? {
    let known = values.compactMap { $0 }
    guard let mean, known.count > 1 else { return nil }
    let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(known.count - 1) / Double(known.count)).squareRoot()
  }

  /// The same metric's results for several batches as one.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none, or they are of different metrics, options or
  ///   places.
  public static func joined(_ results: [MetricResult]) throws -> MetricResult {
    guard var all = results.first else {
      throw InterpretabilityError(.invalidInput, "there are no results to join")
    }
    for next in results.dropFirst() {
      let isAlike =
        next.metric == all.metric && next.details.keys == all.details.keys
        && next.options.mapValues(\.description) == all.options.mapValues(\.description)
        && next.curves.mapValues(\.places) == all.curves.mapValues(\.places)
      guard isAlike else {
        throw InterpretabilityError(
          .invalidInput,
          "results of \(all.metric) and \(next.metric) with other options or places "
            + "cannot be joined")
      }
      all.values += next.values
      all.details.merge(next.details) { $0 + $1 }
      all.curves.merge(next.curves) {
        MetricCurve(places: $0.places, values: $0.values + $1.values)
      }
      all.maps.merge(next.maps) { $0 + $1 }
    }
    return all
  }
}
