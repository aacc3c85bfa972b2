public import NNIReports
public import NNInterpretability

/// Tensors and maps as figures of a page.
public enum Pictures {
  /// A picture of one channel `[N, 1, H, W]`: 0 black, 1 white; what lies beyond is cut.
  public static func grey(
    _ images: Tensor, sample: Int = 0, magnification: Int = 3
  ) throws -> Image {
    let values = try images.selected(axis: 0, index: sample).doubles()
    let shape = images.shape
    let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
    var image = try Image(
      width: width * magnification, height: height * magnification, filledWith: [0])
    for y in 0..<image.height {
      for x in 0..<image.width {
        let value = values[y / magnification * width + x / magnification]
        image[x: x, y: y, channel: 0] = UInt8(min(max(value, 0), 1) * 255 + 0.5)
      }
    }
    return image
  }

  /// Values scaled to 0…1 by the extremes of their own sample, `(v − min) / (max − min)`.
  ///
  /// So the original package shows nearly every map; zero then has no colour of its own.
  public static func stretched(_ values: Tensor) throws -> Tensor {
    let axes = Array(1..<values.rank)
    let low = try values.minimum(over: axes, keepingAxes: true)
    return try (values - low) / (values.maximum(over: axes, keepingAxes: true) - low)
  }

  /// A digit as a figure.
  public static func digit(
    _ images: Tensor, sample: Int = 0, magnification: Int = 3, caption: PageText = ""
  ) throws -> PageFigure {
    try PageFigure(
      grey(images, sample: sample, magnification: magnification), description: "input",
      caption: caption, isPixelated: true)
  }

  /// An attribution as a picture: red for, blue against, white nothing; magnitudes from white to red.
  public static func image(
    of attribution: Attribution, sample: Int = 0, scaling: HeatMapScaling = .robust,
    magnification: Int = 3
  ) throws -> Image {
    let map = try HeatMap(attribution, sample: sample)
    return try map.image(
      colors: map.kind == .signed ? .blueWhiteRed : .madder, scaling: scaling,
      magnification: magnification)
  }

  /// An attribution as a figure; without a caption it says which value has the darkest colour.
  public static func map(
    _ attribution: Attribution, sample: Int = 0, scaling: HeatMapScaling = .robust,
    magnification: Int = 3, caption: PageText? = nil
  ) throws -> PageFigure {
    let map = try HeatMap(attribution, sample: sample)
    let limit = try scaling.limit(of: map)
    let sign = map.kind == .signed ? "±" : ""
    return try PageFigure(
      image(of: attribution, sample: sample, scaling: scaling, magnification: magnification),
      description: "\(attribution.method), sample \(sample), up to \(limit)",
      caption: caption ?? (map.isZero ? "all zero" : PageText("\(sign)$\(limit.short)$")),
      isPixelated: true)
  }

  /// A signed map given as a tensor `[1, C, H, W]`, channels summed.
  public static func map(
    signed values: Tensor, sample: Int = 0, scaling: HeatMapScaling = .robust,
    magnification: Int = 3, caption: PageText? = nil
  ) throws -> PageFigure {
    let shape = values.shape
    let map = try HeatMap(
      summing: values.selected(axis: 0, index: sample).converted(to: .float32)
        .elements(as: Float.self),
      channels: shape[1], height: shape[2], width: shape[3])
    let limit = try scaling.limit(of: map)
    return try PageFigure(
      map.image(scaling: scaling, magnification: magnification),
      description: "map up to \(limit)", caption: caption ?? PageText("±$\(limit.short)$"),
      isPixelated: true)
  }

  /// Pictures side by side on white, for a thumbnail.
  public static func row(_ images: [Image], height: Int = 160, gap: Int = 8) throws -> Image {
    let scaled = try images.map { image in
      try image.converted(to: .rgb).resized(
        width: max(1, image.width * height / image.height), height: height,
        interpolation: .bicubic)
    }
    let width = scaled.reduce(-gap) { $0 + $1.width + gap }
    var result = try Image(width: max(1, width), height: height, filledWith: [255, 255, 255])
    var left = 0
    for image in scaled {
      for y in 0..<height {
        for x in 0..<image.width {
          for channel in 0..<3 {
            result[x: left + x, y: y, channel: channel] = image[x: x, y: y, channel: channel]
          }
        }
      }
      left += image.width + gap
    }
    return result
  }
}
