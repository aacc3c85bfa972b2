public import NNIImages

/// A heat map over the photograph that it explains, at the photograph's own resolution.
///
/// Inside the region that the network saw, the photograph is paled, and the map's colours cover it
/// the more, the larger the value. Outside, it is dimmed: the network did not see it.
///
/// ```swift
/// let picture = try Overlay().image(of: map, on: photo, region: geometry.regionInOriginal)
/// ```
public struct Overlay: Sendable, Hashable, Codable {
  /// How much of the photograph's colour stays, 0 (grey) to 1.
  public var saturation: Double
  /// How far the photograph is moved towards white, 0 to 1.
  public var lightening: Double
  /// The opacity of the largest values, 0 to 1.
  public var opacity: Double
  /// Opacity grows as the magnitude to this power; below 1, weak values show sooner.
  public var exponent: Double
  /// How far what the network did not see is moved towards white, 0 to 1.
  public var dimming: Double

  /// States how much of the photograph shows.
  public init(
    saturation: Double = 0.15, lightening: Double = 0.45, opacity: Double = 0.92,
    exponent: Double = 0.6, dimming: Double = 0.75
  ) {
    self.saturation = saturation
    self.lightening = lightening
    self.opacity = opacity
    self.exponent = exponent
    self.dimming = dimming
  }

  /// Draws a map onto a photograph.
  ///
  /// - Parameters:
  ///   - map: the values, of any resolution: interpolated bilinearly where the photograph is finer,
  ///     averaged where it is coarser.
  ///   - photo: the whole photograph.
  ///   - region: what the network saw of it, in the photograph's pixels. It may reach beyond the
  ///     edges.
  ///   - colors: the colours of the values.
  ///   - scaling: which value takes the colour at the end.
  /// - Returns: an RGB picture of the photograph's size.
  /// - Throws: ``ReportError`` for a scaling out of range or a region without area.
  public func image(
    of map: HeatMap, on photo: Image, region: CropGeometry.Region,
    colors: ColorMap = .blueWhiteRed, scaling: HeatMapScaling = .robust
  ) throws -> Image {
    guard region.width > 0, region.height > 0 else {
      throw ReportError(
        .option,
        "The region of a heat map is \(region.width) x \(region.height) pixels of the photograph; "
          + "give one with an area.")
    }
    let limit = try scaling.limit(of: map)
    var result = photo.converted(to: .rgb)
    let across = Double(map.width) / region.width
    let down = Double(map.height) / region.height
    // Values for each pixel of the photograph: more than one are averaged.
    let side = max(1, Int(min(max(across, down).rounded(), Double(max(map.width, map.height)))))
    let reduced = map.averaged(over: side)
    let share = 1 / Double(side)
    for y in 0..<result.height {
      let row = (Double(y) + 0.5 - region.y) * down
      for x in 0..<result.width {
        let column = (Double(x) + 0.5 - region.x) * across
        let isSeen =
          column >= 0 && column <= Double(map.width) && row >= 0 && row <= Double(map.height)
        var pixel = paled(result, x: x, y: y, by: isSeen ? lightening : dimming)
        if isSeen {
          let value = reduced.value(x: column * share, y: row * share) / limit
          cover(&pixel, with: colors, value: value)
        }
        for channel in 0..<3 {
          result[x: x, y: y, channel: channel] = UInt8(min(max(pixel[channel], 0), 255) + 0.5)
        }
      }
    }
    return result
  }

  private func paled(_ image: Image, x: Int, y: Int, by amount: Double) -> SIMD3<Double> {
    let color = SIMD3(
      Double(image[x: x, y: y, channel: 0]), Double(image[x: x, y: y, channel: 1]),
      Double(image[x: x, y: y, channel: 2]))
    let grey = (color * SIMD3(0.299, 0.587, 0.114)).sum()
    let muted = color * saturation + SIMD3(repeating: grey * (1 - saturation))
    return muted * (1 - amount) + SIMD3(repeating: 255 * amount)
  }

  private func cover(_ pixel: inout SIMD3<Double>, with colors: ColorMap, value: Double) {
    let magnitude = min(abs(value), 1)
    guard magnitude > 0 else { return }
    let share = opacity * power(magnitude, exponent)
    let color = colors.color(of: value)
    let paint = SIMD3(Double(color.red), Double(color.green), Double(color.blue))
    pixel = pixel * (1 - share) + paint * share
  }
}
