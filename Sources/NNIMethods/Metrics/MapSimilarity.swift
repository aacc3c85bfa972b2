/// How alike two explanations of one input are.
///
/// Both by the magnitudes of their pixels (see ``PixelMap``), so that a map and its negative are the same.
struct MapSimilarity {
  /// Spearman's rank correlation; `nil` when one of the maps is flat.
  let rankCorrelation: Double?
  /// ``StructuralSimilarity`` of the maps scaled to 0…1 each; `nil` unless they are images of at least 11 × 11,
  /// and for a flat one.
  let structuralSimilarity: Double?

  /// Compares the maps of one sample.
  init(_ first: PixelMap, _ second: PixelMap, sample: Int) throws {
    let (first, extents) = (first.values[sample].map(\.magnitude), first.extents)
    let second = second.values[sample].map(\.magnitude)
    rankCorrelation = RankCorrelation.spearman(first, second)
    guard extents.count == 2, let one = Self.scaled(first), let other = Self.scaled(second) else {
      structuralSimilarity = nil
      return
    }
    structuralSimilarity = try StructuralSimilarity.mean(
      one, other, height: extents[0], width: extents[1])
  }

  private static func scaled(_ values: [Double]) -> [Double]? {
    guard let low = values.min(), let high = values.max(), high > low else { return nil }
    return values.map { ($0 - low) / (high - low) }
  }
}
