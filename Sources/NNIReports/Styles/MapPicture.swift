public import NNIImages

/// A way to show a heat map and the photograph that it explains in one picture.
public protocol MapPicture: Sendable, Hashable {
  /// Draws a map with a photograph.
  ///
  /// - Parameters:
  ///   - map: The values, of any resolution: interpolated bilinearly where the photograph is finer,
  ///     averaged where it is coarser.
  ///   - photo: The whole photograph.
  ///   - region: What the network saw of it, in the photograph's pixels. It may reach beyond the edges.
  ///   - colors: The colours of the values.
  ///   - scaling: Which value takes the colour at the end.
  /// - Returns: An RGB picture of the photograph's size.
  /// - Throws: ``ReportError`` for an option out of range or a region without area.
  func image(
    of map: HeatMap, on photo: Image, region: CropGeometry.Region, colors: ColorMap,
    scaling: HeatMapScaling
  ) throws -> Image
}

/// How a map is shown over its photograph, with that style's options.
public enum MapStyle: Sendable, Hashable {
  /// The map's colours over the paled photograph, stronger where the value is larger.
  case overlay(Overlay = Overlay())
  /// The photograph seen through the map; all else is dimmed.
  case masked(MaskedPhoto = MaskedPhoto())
  /// The map's colours and the photograph mixed alike everywhere.
  case blended(BlendedPhoto = BlendedPhoto())
  /// Lines of equal value over the photograph.
  case contour(ContourPicture = ContourPicture())

  /// What draws it.
  public var picture: any MapPicture {
    switch self {
    case .overlay(let picture): picture
    case .masked(let picture): picture
    case .blended(let picture): picture
    case .contour(let picture): picture
    }
  }
}
