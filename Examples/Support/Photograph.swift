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

  /// The photograph itself as a figure.
  public func figure(caption: PageText = "", width: Int = 296) throws -> PageFigure {
    try PageFigure(Self.shrunk(image, to: width), description: name, caption: caption)
  }

  /// A map over the part of the photograph that the network saw.
  public func overlay(
    _ attribution: Attribution, of model: Model, sample: Int = 0,
    scaling: HeatMapScaling = .robust, width: Int = 296
  ) throws -> Image {
    let map = try HeatMap(attribution, sample: sample)
    let region = try model.inputSpec.tensor(from: image).geometry.regionInOriginal
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
    try PageFigure(
      overlay(attribution, of: model, sample: sample, scaling: scaling, width: width),
      description: "\(attribution.method) of \(name)", caption: caption)
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
