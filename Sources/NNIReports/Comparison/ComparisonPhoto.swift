public import NNIImages

/// A photograph in a ``Comparison``: what the network says, and what each method shows of each target.
public struct ComparisonPhoto: Sendable, Hashable {
  /// The file's name; any text.
  public var name: String
  /// The whole photograph.
  public var image: Image
  /// What the network saw of it, in its pixels.
  public var region: CropGeometry.Region
  /// The most probable classes, best first; those that are explained are marked.
  public var predictions: [ReportPrediction]
  /// What is explained.
  public var targets: [ComparisonTarget]

  /// Describes a photograph.
  public init(
    name: String, image: Image, region: CropGeometry.Region, predictions: [ReportPrediction],
    targets: [ComparisonTarget]
  ) {
    self.name = name
    self.image = image
    self.region = region
    self.predictions = predictions
    self.targets = targets
  }

  /// The end of the scale that all maps in logits share: the geometric mean of the ends that they
  /// would have alone, so that neither coarse maps with few large values nor fine ones with many small
  /// values decide it; `nil` without such maps.
  ///
  /// - Throws: ``ReportError`` for a scaling out of range.
  public func commonLimit() throws -> Double? {
    let limits = try targets.flatMap(\.entries)
      .filter { $0.isInLogits && !$0.tile.map.isZero }
      .map { try $0.tile.scaling.limit(of: $0.tile.map) }
    guard !limits.isEmpty else { return nil }
    return power(10, limits.reduce(0) { $0 + logarithm10($1) } / Double(limits.count))
  }
}
