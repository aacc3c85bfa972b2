public import NNIImages

extension HeatMap {
  /// The map alone as a picture.
  ///
  /// A signed map in a sequential colour map is drawn by magnitude; magnitudes in a diverging one
  /// use its positive half.
  ///
  /// - Parameters:
  ///   - colors: the colours of the values.
  ///   - scaling: which value takes the colour at the end.
  ///   - magnification: how many pixels a value is wide and high.
  ///   - isSmooth: `true` interpolates between values, `false` draws squares.
  /// - Returns: a picture of `width * magnification` by `height * magnification`.
  /// - Throws: ``ReportError`` for a scaling out of range, `ImageError` when the picture becomes
  ///   too large.
  public func image(
    colors: ColorMap = .blueWhiteRed, scaling: HeatMapScaling = .robust, magnification: Int = 1,
    isSmooth: Bool = false
  ) throws -> Image {
    let limit = try scaling.limit(of: self)
    var result = try Image(
      width: width * magnification, height: height * magnification, filledWith: [0, 0, 0])
    let step = 1 / Double(magnification)
    for y in 0..<result.height {
      for x in 0..<result.width {
        let value =
          isSmooth
          ? self.value(x: (Double(x) + 0.5) * step, y: (Double(y) + 0.5) * step)
          : Double(values[y / magnification * width + x / magnification])
        let color = colors.color(of: value / limit)
        result[x: x, y: y, channel: 0] = color.red
        result[x: x, y: y, channel: 1] = color.green
        result[x: x, y: y, channel: 2] = color.blue
      }
    }
    return result
  }
}

extension ColorMap {
  /// The colour of a scaled value, -1 to 1; a sequential map shows its magnitude.
  func color(of value: Double) -> Color {
    color(at: kind == .sequential ? abs(value) : value)
  }
}
