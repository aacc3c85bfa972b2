extension HeatMap {
  /// Which values are shown.
  public enum Part: String, Sendable, Hashable, Codable, CaseIterable {
    /// All.
    case all
    /// What speaks for the class.
    case positive
    /// What speaks against it.
    case negative
  }

  /// Only the values of one sign; the others become zero.
  ///
  /// The two parts add up to the map.
  public func part(_ part: Part) -> HeatMap {
    guard part != .all else { return self }
    let kept = values.map { (part == .positive ? $0 > 0 : $0 < 0) ? $0 : 0 }
    return HeatMap(uncheckedValues: kept, height: height, width: width, kind: kind)
  }

  /// The map convolved with a Gaussian, whose weights are cut at the edges and scaled to sum to one, so that
  /// a constant map stays as it is.
  ///
  /// - Parameter share: The Gaussian's deviation as a share of the shorter side; 0 changes nothing.
  /// - Returns: A map of the same size.
  /// - Throws: ``ReportError`` when the share is not within 0 to 1.
  public func smoothed(by share: Double) throws -> HeatMap {
    guard (0...1).contains(share) else {
      throw ReportError(
        .option, "A heat map cannot be smoothed by \(share) of its side; give a number from 0 to 1."
      )
    }
    let deviation = share * Double(min(width, height))
    // Below, neighbours weigh less than 1e-5.
    guard deviation > 0.2 else { return self }
    let weights = Self.gaussian(deviation)
    let rows = (0..<height).flatMap { row in
      Self.convolved(Array(values[(row * width)..<((row + 1) * width)]), weights)
    }
    var result = [Float](repeating: 0, count: values.count)
    for column in 0..<width {
      let line = Self.convolved((0..<height).map { rows[$0 * width + column] }, weights)
      for row in 0..<height { result[row * width + column] = line[row] }
    }
    return HeatMap(uncheckedValues: result, height: height, width: width, kind: kind)
  }

  /// The weights of a Gaussian from its middle outwards.
  private static func gaussian(_ deviation: Double) -> [Double] {
    (0...Int((4 * deviation).rounded(.up))).map {
      exponential(-Double($0 * $0) / (2 * deviation * deviation))
    }
  }

  private static func convolved(_ line: [Float], _ weights: [Double]) -> [Float] {
    line.indices.map { place in
      let reach = weights.count - 1
      let (first, last) = (max(place - reach, 0), min(place + reach, line.count - 1))
      var (sum, whole) = (0.0, 0.0)
      for other in first...last {
        let weight = weights[abs(other - place)]
        sum += Double(line[other]) * weight
        whole += weight
      }
      return Float(sum / whole)
    }
  }
}
