/// What becomes of a class's probability while pixels are taken away or put back, the most important
/// first.
///
/// Petsiuk, Das and Saenko 2018, `petsiuk2018rise`: a good map lets the deletion curve fall soon and
/// the insertion curve rise soon.
public struct ComparisonCurves: Sendable, Hashable, Codable {
  /// The shares of the pixels that have changed, from 0 to 1.
  public var shares: [Double]
  /// The probability after so many pixels were taken away.
  public var deletion: [Double]
  /// The probability after so many pixels were put back.
  public var insertion: [Double]
  /// The area below the deletion curve, 0 to 1; low is good.
  public var deletionArea: Double
  /// The area below the insertion curve, 0 to 1; high is good.
  public var insertionArea: Double

  /// States both curves.
  public init(
    shares: [Double], deletion: [Double], insertion: [Double], deletionArea: Double,
    insertionArea: Double
  ) {
    self.shares = shares
    self.deletion = deletion
    self.insertion = insertion
    self.deletionArea = deletionArea
    self.insertionArea = insertionArea
  }
}
