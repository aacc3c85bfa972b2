public import NNIImages

/// A heat map over the photograph that it explains, at the photograph's own resolution.
///
/// Inside the region that the network saw, the photograph is paled, and the map's colours cover it
/// the more, the larger the value. Outside, it is dimmed: the network did not see it.
///
/// ```swift
/// let picture = try Overlay().image(of: map, on: photo, region: geometry.regionInOriginal)
/// ```
public struct Overlay: MapPicture, Codable {
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
    let limit = try scaling.limit(of: map)
    let placed = try PlacedMap(map, in: region)
    return photo.converted(to: .rgb).repainted { color, x, y in
      let value = placed.value(x: x, y: y)
      var pixel = color.muted(
        saturation: saturation, towards: SIMD3(repeating: 255),
        by: value == nil ? dimming : lightening)
      if let value { cover(&pixel, with: colors, value: value / limit) }
      return pixel
    }
  }

  private func cover(_ pixel: inout SIMD3<Double>, with colors: ColorMap, value: Double) {
    let magnitude = min(abs(value), 1)
    guard magnitude > 0 else { return }
    let share = opacity * power(magnitude, exponent)
    pixel = pixel * (1 - share) + SIMD3(colors.color(of: value)) * share
  }
}
