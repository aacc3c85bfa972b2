import NNIMethods
import NNITestSupport
import Testing

/// Blocks of 7 × 7 white pixels side by side, and the probability that each leaves to the digit's class.
@Suite struct OriginalOcclusionTests {
  static let rows: [(digit: OriginalPackage.Digit, base: Double, probabilities: [Double])] = [
    (
      .one, 0.999483,
      [
        0.9949, 0.1750, 0.9894, 0.9998, 0.9666, 0.0247, 0.8620, 0.8964, 0.9973, 0.5408, 0.5717,
        0.9914, 1.0000, 0.9997, 0.9987, 0.9994,
      ]
    ),
    (
      .seven, 0.999554,
      [
        0.9996, 0.9998, 0.9992, 0.9999, 0.9999, 0.2979, 0.9984, 0.9998, 0.9894, 0.7983, 0.9819,
        0.9918, 0.9942, 0.9443, 0.0270, 0.9912,
      ]
    ),
    (
      .zero, 0.999752,
      [
        0.9998, 1.0000, 0.9999, 0.9998, 0.9995, 0.9978, 0.9951, 0.9999, 0.9999, 0.9991, 0.9941,
        1.0000, 0.9993, 0.9998, 0.9961, 0.9877,
      ]
    ),
  ]

  @Test(arguments: rows.indices) func theProbabilitiesAreTheOriginals(index: Int) throws {
    let (digit, base, probabilities) = Self.rows[index]
    let method = Occlusion(window: 7, stride: 7, fill: .numbers([1]), score: .probability)
    let result = try method.attribute(
      OriginalPackage.model(), input: digit.image(), target: .class(digit.label))
    #expect(abs(result.ledger.score[0] - base) < 1e-6)
    let scores = try #require(result.details["scores"])
    #expect(scores.shape == [1, 4, 4])
    // Four digits are printed.
    try expectClose(scores.doubles(), probabilities, relative: 0, absolute: 5.1e-5)

    // Each pixel lies in one block.
    let map = try result.map.doubles()
    let wanted = (0..<784).map { pixel in
      base - probabilities[pixel / 28 / 7 * 4 + pixel % 28 / 7]
    }
    expectClose(map, wanted, relative: 0, absolute: 5.2e-5)
  }
}
