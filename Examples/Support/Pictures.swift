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
      grey(images, sample: sample, magnification: magnification),
      description: words(for: images, sample: sample), caption: caption, isPixelated: true)
  }

  /// What is seen of a grey picture: how much of it is bright, and where that lies.
  private static func words(for images: Tensor, sample: Int) throws -> String {
    let shape = images.shape
    let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
    let values = try images.selected(axis: 0, index: sample).doubles().map { min(max($0, 0), 1) }
    let mass = values.reduce(0, +)
    guard mass > 0 else { return "grey picture, all black" }
    var (x, y) = (0.0, 0.0)
    for (place, value) in values.enumerated() {
      x += value * (Double(place % width) + 0.5)
      y += value * (Double(place / width) + 0.5)
    }
    return """
      grey picture, mean brightness \((mass / Double(values.count)).percent), its centre at \
      \((x / mass / Double(width)).percent) from the left and \((y / mass / Double(height)).percent) from \
      the top
      """
  }

  /// The values of an attribution, signed where its method can tell for from against.
  ///
  /// So contributions have one palette in a comparison, even those of which none happens to be negative; what
  /// cannot be negative (sensitivities, maps of a layer that passed a ReLU) are magnitudes.
  public static func heatMap(_ attribution: Attribution, sample: Int = 0) throws -> HeatMap {
    let map = try HeatMap(attribution, sample: sample)
    let isContribution =
      attribution.promise == .sumsToScore || attribution.method == "cam"
      || (attribution.promise == .nothing && attribution.layer == nil)
    guard isContribution else { return map }
    return try HeatMap(map.values, height: map.height, width: map.width, kind: .signed)
  }

  /// An attribution as a picture: red for, blue against, white nothing; magnitudes from white to red.
  public static func image(
    of attribution: Attribution, sample: Int = 0, scaling: HeatMapScaling = .robust,
    magnification: Int = 3
  ) throws -> Image {
    let map = try heatMap(attribution, sample: sample)
    return try map.image(
      colors: map.kind == .signed ? .blueWhiteRed : .madder, scaling: scaling,
      magnification: magnification)
  }

  /// An attribution as a figure with a colour bar; all samples of an attribution share a scale, unless another
  /// is given.
  public static func map(
    _ attribution: Attribution, sample: Int = 0, scaling: HeatMapScaling? = nil,
    magnification: Int = 3, caption: PageText = ""
  ) throws -> PageFigure {
    let map = try heatMap(attribution, sample: sample)
    return try PageFigure(
      map: map, colors: map.kind == .signed ? .blueWhiteRed : .madder,
      scaling: scaling ?? common(attribution), magnification: magnification,
      subject: attribution.method, caption: caption)
  }

  /// The scale on which maps can be compared: the 99.5th percentile of all their magnitudes together.
  public static func common(_ maps: Attribution...) throws -> HeatMapScaling { try common(maps) }

  /// The same for maps that are counted while the program runs.
  public static func common(_ maps: [Attribution]) throws -> HeatMapScaling {
    try common(
      maps.flatMap { attribution in
        try (0..<attribution.map.shape[0]).flatMap {
          try HeatMap(attribution, sample: $0).values
        }
      })
  }

  private static func common(_ values: [Float]) throws -> HeatMapScaling {
    let all = try HeatMap(values, height: 1, width: values.count, kind: .signed)
    return try all.isZero ? .robust : .fixed(HeatMapScaling.robust.limit(of: all))
  }

  /// A signed map given as a tensor `[1, C, H, W]`, channels summed.
  public static func map(
    signed values: Tensor, sample: Int = 0, scaling: HeatMapScaling? = nil,
    magnification: Int = 3, caption: PageText = ""
  ) throws -> PageFigure {
    let shape = values.shape
    let maps = try (0..<shape[0]).map {
      try HeatMap(
        summing: values.selected(axis: 0, index: $0).converted(to: .float32)
          .elements(as: Float.self),
        channels: shape[1], height: shape[2], width: shape[3])
    }
    return try PageFigure(
      map: maps[sample], colors: .blueWhiteRed, scaling: scaling ?? common(maps.flatMap(\.values)),
      magnification: magnification, subject: "map", caption: caption)
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
