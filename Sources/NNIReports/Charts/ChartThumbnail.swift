public import NNIImages

/// A small picture below a place of a chart's x axis.
public struct ChartThumbnail: Sendable, Hashable {
  /// Where it belongs, in units of x.
  public var x: Double
  /// The picture.
  public var image: Image

  /// Describes a thumbnail.
  public init(x: Double, image: Image) {
    self.x = x
    self.image = image
  }
}

extension ChartThumbnail {
  /// One picture for each place, or none at all.
  static func row(_ pictures: [Image], at places: [Double]) throws -> [ChartThumbnail] {
    guard !pictures.isEmpty else { return [] }
    try checkColumns("row of pictures", [("places", places.count), ("pictures", pictures.count)])
    return zip(places, pictures).map { ChartThumbnail(x: $0, image: $1) }
  }
}
