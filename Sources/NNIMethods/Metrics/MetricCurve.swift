/// A value along a path, such as the share of an image that was taken away; one curve for each sample.
public struct MetricCurve: Sendable, Codable, Equatable {
  /// Where the values lie.
  public let places: [Double]
  /// For each sample one value for each place.
  public let values: [[Double]]

  /// Creates curves.
  public init(places: [Double], values: [[Double]]) {
    precondition(values.allSatisfy { $0.count == places.count }, "a value for each place")
    self.places = places
    self.values = values
  }

  /// The area under each curve by the trapezoid rule, the whole range of places taken as 1:
  /// `Σ_k (p_{k+1} − p_k) (v_k + v_{k+1}) / 2 / (p_n − p_0)`; a single value is its own area.
  ///
  /// Where places are equally far apart it is `(Σ v − ½ v_first − ½ v_last) / n`.
  public var areas: [Double] {
    values.map { values in
      guard let first = places.first, let last = places.last, last > first else {
        return values.first ?? 0
      }
      let strips = values.indices.dropLast().map { k in
        (places[k + 1] - places[k]) * (values[k] + values[k + 1]) / 2
      }
      return strips.reduce(0, +) / (last - first)
    }
  }

  /// How far each curve lies below its first value, the mean over its places.
  var meanFalls: [Double] {
    values.map { values in values.reduce(0) { $0 + values[0] - $1 } / Double(values.count) }
  }

  /// The mean over the places of each curve.
  public var means: [Double] {
    values.map { $0.isEmpty ? 0 : $0.reduce(0, +) / Double($0.count) }
  }

  /// The curves as a band.
  public var band: CurveBand { CurveBand(of: self) }
}

/// What many curves have in common: mean, median and quartiles at each place.
public struct CurveBand: Sendable, Codable, Equatable {
  /// Where the values lie.
  public let places: [Double]
  public let mean: [Double]
  public let median: [Double]
  /// The quarter of the curves that is lowest lies below it.
  public let lowerQuartile: [Double]
  /// The quarter of the curves that is highest lies above it.
  public let upperQuartile: [Double]

  /// Gathers curves; quantiles between two curves are interpolated.
  ///
  /// Without curves the band is NaN everywhere.
  public init(of curve: MetricCurve) {
    let columns = curve.places.indices.map { place in curve.values.map { $0[place] }.sorted() }
    places = curve.places
    mean = columns.map { $0.reduce(0, +) / Double($0.count) }
    median = columns.map { $0.quantile(0.5) }
    lowerQuartile = columns.map { $0.quantile(0.25) }
    upperQuartile = columns.map { $0.quantile(0.75) }
  }
}
