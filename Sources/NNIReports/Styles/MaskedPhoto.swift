public import NNIImages

/// The photograph seen through a heat map: what counts keeps its colours, all else is dimmed.
///
/// A pixel shows as much of the photograph as `min(|v| / limit, 1)^exponent`. By default only what speaks
/// for the class is shown. The map is smoothed first, so that methods which explain single pixels show
/// parts of things and no dust.
public struct MaskedPhoto: MapPicture, Codable {
  /// Which values show the photograph.
  public var part: HeatMap.Part
  /// Visibility grows as the magnitude to this power; below 1, weak values show sooner.
  public var exponent: Double
  /// The deviation of the Gaussian that smooths the map, as a share of its shorter side; 0 to 1.
  public var smoothing: Double
  /// How much of the photograph's colour stays where it is dimmed, 0 (grey) to 1.
  public var saturation: Double
  /// How far the dimmed photograph is moved towards the ground, 0 to 1.
  public var dimming: Double
  /// The colour of the ground.
  public var ground: Color

  /// States how much shows.
  public init(
    part: HeatMap.Part = .positive, exponent: Double = 0.7, smoothing: Double = 0.02,
    saturation: Double = 0.1, dimming: Double = 0.82,
    ground: Color = Color(red: 12, green: 14, blue: 18)
  ) {
    self.part = part
    self.exponent = exponent
    self.smoothing = smoothing
    self.saturation = saturation
    self.dimming = dimming
    self.ground = ground
  }

  /// Draws the photograph through a map.
  ///
  /// - Throws: ``ReportError`` for an option out of range or a region without area.
  public func image(
    of map: HeatMap, on photo: Image, region: CropGeometry.Region,
    colors: ColorMap = .blueWhiteRed, scaling: HeatMapScaling = .robust
  ) throws -> Image {
    guard exponent > 0, exponent.isFinite, (0...1).contains(saturation), (0...1).contains(dimming)
    else {
      throw ReportError(
        .option,
        "A masked photograph cannot have exponent \(exponent), saturation \(saturation) and dimming "
          + "\(dimming); give an exponent above 0 and numbers from 0 to 1.")
    }
    let shown = try map.part(part).smoothed(by: smoothing)
    let limit = try scaling.limit(of: shown)
    let placed = try PlacedMap(shown, in: region)
    return photo.converted(to: .rgb).repainted { color, x, y in
      let dimmed = color.muted(saturation: saturation, towards: SIMD3(ground), by: dimming)
      let magnitude = min(abs(placed.value(x: x, y: y) ?? 0) / limit, 1)
      let share = magnitude > 0 ? power(magnitude, exponent) : 0
      return color * share + dimmed * (1 - share)
    }
  }
}
