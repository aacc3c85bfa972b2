public import NNIImages

/// A heat map that says of every pixel how certain it is: the value is the colour, the certainty the
/// opacity.
///
/// Where a method is run many times on a stochastic network, the mean over the runs says how much a
/// pixel speaks for a class, and the mean divided by the deviation (signal to noise) how far to
/// believe it.
///
/// ```swift
/// let map = try UncertaintyMap(mean: mean, deviation: deviation)
/// try map.image(magnification: 8).writePNG(to: URL(filePath: "seven.png"))
/// ```
public struct UncertaintyMap: Sendable, Hashable {
  /// What lies below the colours and shows where they are transparent.
  public enum Ground: Sendable, Hashable {
    /// Light squares, as in programs that edit pictures: unlike any colour of a map.
    case checkered
    /// One colour.
    case plain(Color)
  }

  /// The values.
  public let values: HeatMap
  /// The opacity of each, 0 to 1, row after row.
  public let certainty: [Float]

  /// Takes values and a signal-to-noise ratio, which is cut to 0…1.
  ///
  /// - Throws: ``ReportError`` when there is not one ratio for each value, or one is NaN.
  public init(_ values: HeatMap, certainty: [Float]) throws {
    guard certainty.count == values.values.count else {
      throw ReportError(
        .shape,
        "A map of \(values.height) x \(values.width) was given \(certainty.count) certainties; give "
          + "one for each pixel.")
    }
    if let index = certainty.firstIndex(where: \.isNaN) {
      throw ReportError(
        .notFinite,
        "The certainty of row \(index / values.width), column \(index % values.width) of a map is not "
          + "a number; give 0 where nothing is known.")
    }
    self.values = values
    self.certainty = certainty.map { min(max($0, 0), 1) }
  }

  /// The mean of several maps, as certain as the ratio `|mean| / deviation`, cut to 0…1.
  ///
  /// Where both are zero nothing is certain; where only the deviation is, everything.
  /// - Throws: ``ReportError`` when there is not one deviation for each value, or one is not a number
  ///   or negative.
  public init(mean: HeatMap, deviation: [Float]) throws {
    guard deviation.count == mean.values.count else {
      throw ReportError(
        .shape,
        "A map of \(mean.height) x \(mean.width) was given \(deviation.count) deviations; give one "
          + "for each pixel.")
    }
    guard deviation.allSatisfy({ $0 >= 0 }) else {
      throw ReportError(
        .option, "A deviation of a map is negative or not a number; give standard deviations.")
    }
    let ratios = zip(mean.values, deviation).map { mean, deviation in
      mean == 0 ? 0 : deviation == 0 ? 1 : abs(mean) / deviation
    }
    try self.init(mean, certainty: ratios)
  }

  /// Only the values of one sign; the others become zero and fully transparent.
  public func part(_ part: HeatMap.Part) -> UncertaintyMap {
    let kept = values.part(part)
    guard part != .all else { return self }
    return UncertaintyMap(
      uncheckedValues: kept, certainty: zip(certainty, kept.values).map { $1 == 0 ? 0 : $0 })
  }

  private init(uncheckedValues values: HeatMap, certainty: [Float]) {
    self.values = values
    self.certainty = certainty
  }

  /// The map as a picture.
  ///
  /// - Parameters:
  ///   - colors: the colours of the values.
  ///   - scaling: which value takes the colour at the end.
  ///   - ground: what lies below.
  ///   - magnification: how many pixels a value is wide and high.
  /// - Returns: an opaque RGB picture of `width * magnification` by `height * magnification`.
  /// - Throws: what ``HeatMap/image(colors:scaling:magnification:isSmooth:)`` throws.
  public func image(
    colors: ColorMap = .blueWhiteRed, scaling: HeatMapScaling = .robust,
    ground: Ground = .checkered, magnification: Int = 1
  ) throws -> Image {
    var result = try values.image(colors: colors, scaling: scaling, magnification: magnification)
    // Larger than the map's own pixels, so that nobody takes them for values.
    let square = max(2 * magnification, 8)
    for y in 0..<result.height {
      for x in 0..<result.width {
        let pixel = y / magnification * values.width + x / magnification
        let share = Double(certainty[pixel])
        let below = ground.color(column: x / square, row: y / square)
        for (channel, floor) in [below.red, below.green, below.blue].enumerated() {
          let paint = Double(result[x: x, y: y, channel: channel])
          let mixed = paint * share + Double(floor) * (1 - share)
          result[x: x, y: y, channel: channel] = UInt8(mixed.rounded())
        }
      }
    }
    return result
  }
}

extension UncertaintyMap.Ground {
  fileprivate func color(column: Int, row: Int) -> Color {
    switch self {
    case .plain(let color): return color
    case .checkered:
      let grey: UInt8 = (column + row) % 2 == 0 ? 250 : 226
      return Color(red: grey, green: grey, blue: grey)
    }
  }
}
