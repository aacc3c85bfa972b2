public import NNIImages

/// Lines of equal value over the photograph, which stays visible inside and outside them.
///
/// The map is brought to the fineness of the drawing and smoothed before lines are drawn. Lines of one
/// sign have one hue, stronger ones a stronger colour; a pale seam sets them off from any photograph.
///
/// ```swift
/// let lines = ContourPicture(levels: .quantiles([0.9]))
/// let svg = try lines.svg(of: map, on: photo, region: region)
/// ```
public struct ContourPicture: MapPicture, Codable {
  /// At which values lines are drawn.
  public var levels: ContourLevels
  /// The deviation of the Gaussian that smooths the map, as a share of its shorter side; 0 to 1.
  public var smoothing: Double
  /// The width of a line as a share of the photograph's longer side; above 0, to 0.1.
  public var lineWidth: Double
  /// How much of the photograph's colour stays, 0 (grey) to 1.
  public var saturation: Double
  /// How far the photograph is moved towards white, 0 to 1.
  public var lightening: Double
  /// How far what the network did not see is moved towards white, 0 to 1.
  public var dimming: Double

  /// States lines and how much of the photograph shows.
  public init(
    levels: ContourLevels = .quantiles([0.8, 0.9, 0.97]), smoothing: Double = 0.03,
    lineWidth: Double = 0.005, saturation: Double = 0.55, lightening: Double = 0.25,
    dimming: Double = 0.75
  ) {
    self.levels = levels
    self.smoothing = smoothing
    self.lineWidth = lineWidth
    self.saturation = saturation
    self.lightening = lightening
    self.dimming = dimming
  }

  /// Draws the lines as pixels.
  ///
  /// - Throws: What ``svg(of:on:region:colors:scaling:)`` throws, and `ImageError` when libvips cannot
  ///   draw it.
  public func image(
    of map: HeatMap, on photo: Image, region: CropGeometry.Region,
    colors: ColorMap = .blueWhiteRed, scaling: HeatMapScaling = .robust
  ) throws -> Image {
    try Image(svg: svg(of: map, on: photo, region: region, colors: colors, scaling: scaling))
      .converted(to: .rgb)
  }

  /// Draws the lines as an SVG document of the photograph's size, with the photograph inside it.
  ///
  /// - Throws: ``ReportError`` for an option out of range or a region without area, `ImageError` when the
  ///   photograph cannot be encoded.
  public func svg(
    of map: HeatMap, on photo: Image, region: CropGeometry.Region,
    colors: ColorMap = .blueWhiteRed, scaling: HeatMapScaling = .robust
  ) throws -> String {
    try check()
    let placed = try PlacedMap(map, in: region)
    let ground = photo.converted(to: .rgb).repainted { color, x, y in
      placed.value(x: x, y: y) == nil
        ? color.muted(saturation: saturation, towards: SIMD3(repeating: 255), by: dimming)
        : color.muted(saturation: saturation, towards: SIMD3(repeating: 255), by: lightening)
    }
    let (width, height) = (photo.width, photo.height)
    return try """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
    viewBox="0 0 \(width) \(height)" role="img">
    <title>Contours of a heat map</title>
    <image width="\(width)" height="\(height)" href="\(ground.pngAddress())"/>
    \(paths(of: map, region: region, longerSide: max(width, height), colors, scaling))</svg>

    """
  }

  private func check() throws {
    guard lineWidth > 0, lineWidth <= 0.1, (0...1).contains(saturation),
      (0...1).contains(lightening), (0...1).contains(dimming)
    else {
      throw ReportError(
        .option,
        "Contours cannot have line width \(lineWidth), saturation \(saturation), lightening "
          + "\(lightening) and dimming \(dimming); give a width up to 0.1 and numbers from 0 to 1.")
    }
  }

  private func paths(
    of map: HeatMap, region: CropGeometry.Region, longerSide: Int, _ colors: ColorMap,
    _ scaling: HeatMapScaling
  ) throws -> String {
    let fine = try map.refined(to: 224).smoothed(by: smoothing)
    let limit = try scaling.limit(of: fine)
    let (across, down) = (
      region.width / Double(fine.width), region.height / Double(fine.height)
    )
    let thickness = lineWidth * Double(longerSide)
    let signs: [Double] = map.kind == .signed ? [1, -1] : [1]
    var (seams, strokes) = ("", "")
    for level in try levels.resolved(for: fine) {
      for sign in signs {
        let lines = try ContourLines(of: fine, at: level * sign).lines
        guard !lines.isEmpty else { continue }
        let path = lines.map { line in
          line.points.enumerated().map { index, point in
            "\(index == 0 ? "M" : "L")\(NumberText.coordinate(region.x + point.x * across)) "
              + NumberText.coordinate(region.y + point.y * down)
          }.joined() + (line.isClosed ? "Z" : "")
        }.joined()
        // Even the weakest line must be seen.
        let value = sign * (0.45 + 0.55 * min(level / limit, 1))
        let color = colors.color(of: value).hexadecimal
        let shape = "fill=\"none\" stroke-linejoin=\"round\""
        seams +=
          "<path d=\"\(path)\" \(shape) stroke=\"#fff\" stroke-opacity=\"0.7\" "
          + "stroke-width=\"\(NumberText.coordinate(thickness * 2.2))\"/>\n"
        strokes +=
          "<path d=\"\(path)\" \(shape) stroke=\"\(color)\" "
          + "stroke-width=\"\(NumberText.coordinate(max(thickness, 0.5)))\"/>\n"
      }
    }
    return seams + strokes
  }
}

extension HeatMap {
  /// The map at a multiple of its resolution, so that its longer side has at least so many values;
  /// interpolated bilinearly.
  func refined(to side: Int) -> HeatMap {
    let factor = (side + max(width, height) - 1) / max(width, height)
    guard factor > 1 else { return self }
    let step = 1 / Double(factor)
    let values = (0..<(height * factor)).flatMap { y in
      (0..<(width * factor)).map { x in
        Float(value(x: (Double(x) + 0.5) * step, y: (Double(y) + 0.5) * step))
      }
    }
    return HeatMap(
      uncheckedValues: values, height: height * factor, width: width * factor, kind: kind)
  }
}
