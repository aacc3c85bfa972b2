import Foundation
public import NNIReports
import NNIShipped
public import NNInterpretability

/// A shipped photograph with maps over it.
public struct Photograph {
  /// Its name, such as `chelsea`.
  public let name: String
  /// The picture.
  public let image: Image

  /// Opens a shipped photograph.
  ///
  /// - Throws: `InterpretabilityError` when there is none of that name.
  public init(_ name: String) throws {
    guard
      let url = try Shipped.photographs.first(where: {
        $0.deletingPathExtension().lastPathComponent == name
      })
    else {
      throw InterpretabilityError(.invalidOption, "no photograph named “\(name)” is shipped")
    }
    self.name = name
    image = try Image(contentsOf: url)
  }

  /// What a network is given of it, `[1, C, H, W]`.
  public func input(for model: Model) throws -> Tensor {
    try model.inputSpec.tensor(from: image).tensor
  }

  /// What a network sees of it, in its pixels.
  public func region(seenBy model: Model) throws -> CropGeometry.Region {
    try model.inputSpec.tensor(from: image).geometry.regionInOriginal
  }

  /// The photograph itself as a figure.
  public func figure(caption: PageText = "", width: Int = 296) throws -> PageFigure {
    try PageFigure(
      Self.shrunk(image, to: width),
      description: "the photograph \(name), \(image.width) × \(image.height) pixels",
      caption: caption)
  }

  /// A map over the part of the photograph that the network saw.
  public func overlay(
    _ attribution: Attribution, of model: Model, sample: Int = 0,
    scaling: HeatMapScaling = .robust, width: Int = 296
  ) throws -> Image {
    let map = try Pictures.heatMap(attribution, sample: sample)
    let region = try region(seenBy: model)
    return try Self.shrunk(
      Overlay().image(
        of: map, on: image, region: region,
        colors: map.kind == .signed ? .blueWhiteRed : .madder, scaling: scaling), to: width)
  }

  /// The same as a figure.
  public func figure(
    _ attribution: Attribution, of model: Model, caption: PageText, sample: Int = 0,
    scaling: HeatMapScaling = .robust, width: Int = 296
  ) throws -> PageFigure {
    let map = try Pictures.heatMap(attribution, sample: sample)
    return try PageFigure(
      overlay(attribution, of: model, sample: sample, scaling: scaling, width: width),
      description:
        "\(attribution.method) over \(name) for \(model.name): \(map.description(unit: ""))",
      caption: caption
    ).with(
      MapScale(of: map, colors: map.kind == .signed ? .blueWhiteRed : .madder, scaling: scaling))
  }

  /// The most probable class with its probability, such as “Egyptian cat, 62.1 %”.
  public func answer(of model: Model) throws -> String {
    guard let best = try ClassRanking.all(model(input(for: model))).first?.entries.first else {
      return ""
    }
    return "\(model.inputSpec.label(best.index)), \(best.probability.percent)"
  }

  private static func shrunk(_ image: Image, to width: Int) throws -> Image {
    guard image.width > width else { return image }
    return try image.resized(
      width: width, height: max(1, image.height * width / image.width), interpolation: .bicubic)
  }
}

extension Photograph {
  /// A tensor in the units of a network's input shown as if it were a picture: each channel times the
  /// deviation plus the mean that the input was normalised with, and cut to what a screen can show.
  public static func denormalized(_ values: Tensor, by spec: InputSpec) throws -> Image {
    let (numbers, shape) = (try values.doubles(), values.shape)
    let (height, width) = (shape[2], shape[3])
    var image = try Image(width: width, height: height, filledWith: [0, 0, 0])
    for channel in 0..<3 {
      let deviation = spec.std.indices.contains(channel) ? spec.std[channel] : 1
      let mean = spec.mean.indices.contains(channel) ? spec.mean[channel] : 0
      for place in 0..<(height * width) {
        let value = numbers[channel * height * width + place] * deviation + mean
        image[x: place % width, y: place / width, channel: channel] =
          UInt8(min(max(value, 0), 1) * 255 + 0.5)
      }
    }
    return image
  }
}
