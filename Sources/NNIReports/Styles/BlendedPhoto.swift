public import NNIImages

/// A heat map's colours mixed with the photograph in one proportion everywhere.
///
/// It is the picture that most papers on class activation maps show. Where the map says nothing, its
/// middle colour still covers the photograph; ``Overlay`` lets it through there.
public struct BlendedPhoto: MapPicture, Codable {
  /// The share of the map's colours, 0 to 1.
  public var opacity: Double
  /// How far what the network did not see is moved towards white, 0 to 1.
  public var dimming: Double

  /// States the proportion.
  public init(opacity: Double = 0.5, dimming: Double = 0.75) {
    self.opacity = opacity
    self.dimming = dimming
  }

  /// Mixes a map and a photograph.
  ///
  /// - Throws: ``ReportError`` for an option out of range or a region without area.
  public func image(
    of map: HeatMap, on photo: Image, region: CropGeometry.Region,
    colors: ColorMap = .blueWhiteRed, scaling: HeatMapScaling = .robust
  ) throws -> Image {
    guard (0...1).contains(opacity), (0...1).contains(dimming) else {
      throw ReportError(
        .option,
        "A blended photograph cannot have opacity \(opacity) and dimming \(dimming); give numbers from 0 "
          + "to 1.")
    }
    let limit = try scaling.limit(of: map)
    let placed = try PlacedMap(map, in: region)
    return photo.converted(to: .rgb).repainted { color, x, y in
      guard let value = placed.value(x: x, y: y) else {
        return color.muted(saturation: 1, towards: SIMD3(repeating: 255), by: dimming)
      }
      return color * (1 - opacity) + SIMD3(colors.color(of: value / limit)) * opacity
    }
  }
}
