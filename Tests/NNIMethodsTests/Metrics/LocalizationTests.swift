@testable import NNIMethods
import NNITestSupport
import Testing

/// Pointing game, relevance mass and rank, boxes.
@Suite struct LocalizationTests {
  /// A 4 × 5 image whose object is the 2 × 2 square in the lower right corner.
  private static let square = (0..<20).map { $0 / 5 >= 2 && $0 % 5 >= 3 ? 1.0 : 0 }

  private static func peak(at pixel: Int) -> [Double] {
    (0..<20).map { $0 == pixel ? 2 : $0 == 3 ? -9 : 1 }
  }

  @Test(arguments: [(13, 0.0), (19, 0), (8, 1), (7, 1.4142135623730951), (0, 3.605551275463989)])
  func theDistanceIsThatToTheNearestPixel(pixel: Int, distance: Double) throws {
    let subject = try MetricCase.map(
      Self.peak(at: pixel), height: 4, width: 5, inside: Self.square)
    let result = try PointingGame(tolerance: 1).evaluate(subject)
    expectClose(result.details["distance"]?.compactMap { $0 } ?? [], [distance])
    #expect(result.values == [distance <= 1 ? 1 : 0])
    #expect(try PointingGame().evaluate(subject).values == [1])
  }

  @Test func ofEqualPixelsTheFirstCounts() throws {
    let subject = try MetricCase.map(
      [Double](repeating: 1, count: 20), height: 4, width: 5, inside: Self.square)
    let result = try PointingGame(tolerance: 0).evaluate(subject)
    #expect(result.details["distance"] == [3.605551275463989 as Double?])
  }

  @Test func withoutAnObjectThereIsNoValue() throws {
    let nothing = [Double](repeating: 0, count: 20)
    let two = try MetricCase.map(
      Self.peak(at: 13) + Self.peak(at: 13), height: 4, width: 5, inside: nothing + Self.square)
    for entry in Catalog.metrics where entry.needsRegions {
      let result = try entry.metric().evaluate(two)
      #expect(result.values[0] == nil, "\(entry.name)")
      #expect(result.values[1] != nil, "\(entry.name)")
      let unknown = try MetricCase.map(Self.peak(at: 0), height: 4, width: 5)
      #expect(try entry.metric().evaluate(unknown).values == [nil], "\(entry.name)")
    }
  }

  @Test func massAndRankByHand() throws {
    var values = [Double](repeating: 0, count: 20)
    (values[13], values[14], values[0], values[1], values[2]) = (3, 1, 2, 4, -5)
    let subject = try MetricCase.map(values, height: 4, width: 5, inside: Self.square)
    expectClose(try RelevanceMass().evaluate(subject).values.compactMap { $0 }, [0.4])
    // The four highest are 1, 13, 0 and 14.
    expectClose(try RelevanceRank().evaluate(subject).values.compactMap { $0 }, [0.5])
    let flat = try MetricCase.map(
      [Double](repeating: 7, count: 20), height: 4, width: 5, inside: Self.square)
    let result = try RelevanceMass().evaluate(flat)
    expectClose(result.values.compactMap { $0 }, [0.2])
    expectClose(result.details["object"]?.compactMap { $0 } ?? [], [0.2])
  }

  @Test func theLargestPieceIsBoxed() throws {
    // Three pixels in an L in the upper left, a brighter one alone on the right.
    var values = [Double](repeating: 0.1, count: 20)
    (values[0], values[5], values[6], values[4]) = (1, 2, 1, 3)
    let square = (0..<20).map { $0 / 5 < 2 && $0 % 5 < 3 ? 1.0 : 0 }
    let subject = try MetricCase.map(values, height: 4, width: 5, inside: square)
    // Its box is 2 × 2 of the object's 2 × 3.
    expectClose(try LocalizationOverlap().evaluate(subject).values.compactMap { $0 }, [4.0 / 6])
    // Above the ones only the single pixels are left; the first of the largest is that on the right.
    expectClose(
      try LocalizationOverlap(threshold: 0.9).evaluate(subject).values.compactMap { $0 }, [0])
  }

  @Test func boxesHoldTheCentresOfTheirPixels() throws {
    let regions = try ObjectRegions(
      boxes: [
        [.init(left: 0.4, top: 0, right: 1.6, bottom: 1)], [],
        [
          .init(left: -3, top: 1, right: 1, bottom: 9),
          .init(left: 2.5, top: 0.5, right: 2.6, bottom: 0.6),
        ],
      ], height: 2, width: 3)
    let expected: [[Bool]?] = [
      [true, true, false, false, false, false], nil, [false, false, true, true, false, false],
    ]
    #expect(try regions.pixels() == expected)
  }

  @Test func masksOfAnotherSizeAreRefused() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try MetricCase.map(Self.peak(at: 0), height: 4, width: 5, inside: nil).with(
        ObjectRegions(mask: Tensor.full([1, 5, 4], 1)))
    }
    #expect(error?.code == .invalidInput)
  }
}

extension MetricCase {
  fileprivate func with(_ regions: ObjectRegions) throws -> MetricCase {
    try MetricCase(
      model, input: input, method: method, target: target, attribution: attribution,
      regions: regions)
  }
}
