import NNIMethods
import NNITestSupport
import Testing

/// Facts of the original package that need no map: logits, sums of the drawn digits, laws between
/// methods.
@Suite struct OriginalModelTests {
  /// Logits of the drawn 1, as the original printed them: four digits.
  static let logits: [(checkpoint: String, architecture: String, logits: [Double])] = [
    (
      "model_cnn", "general_cnn",
      [-6.6669, 8.6492, -4.3676, -7.4523, 0.2571, -8.9105, -6.4192, 0.2986, -1.2991, -3.7742]
    ),
    (
      "model_am", "am_cnn",
      [-17.9852, 12.6235, 0.9858, -15.6740, -4.8947, -5.7331, -2.7982, -13.2329, -3.1349, -8.5289]
    ),
    (
      "mc_dropout_cnn", "cnn_dropout",
      [-15.2609, 12.9986, -2.1124, -9.0553, -3.5155, -10.8075, -6.2049, -2.0791, -4.9070, -6.5927]
    ),
    (
      "evidential_cnn", "general_cnn",
      [
        -21.0381, 36.4250, -20.0701, -18.5720, -6.4478, -26.5297, -21.4957, -10.3522, -22.0222,
        -24.6004,
      ]
    ),
    (
      "cam_classifier", "cam_mnist_classifier",
      [
        -11.1634, 11.3724, -16.3372, -23.7402, -8.1441, -13.3592, -14.5318, -0.5406, -19.0105,
        -7.9503,
      ]
    ),
    (
      "cam_extended_classifier", "cam_mnist_extended_classifier",
      [2.1561, 10.7705, -5.4323, -16.8812, 1.0542, -6.3644, -2.2730, 2.6015, -5.5178, 0.3879]
    ),
  ]

  @Test(arguments: logits.indices) func logitsAreTheOriginals(index: Int) throws {
    let (checkpoint, architecture, wanted) = Self.logits[index]
    let model = try OriginalPackage.model(checkpoint, as: architecture)
    let found = try model(OriginalPackage.Digit.one.image()).doubles()
    // Half of the last digit that was printed, and as much again for single precision.
    expectClose(found, wanted, relative: 0, absolute: 1e-4)
  }

  @Test func theDigitsAreTheOriginals() throws {
    for (digit, sum) in zip(
      OriginalPackage.Digit.allCases, [71.746826, 102.705933, 152.972885])
    {
      #expect(abs(try digit.image().sum().item() - sum) < 2e-5)
    }
  }

  @Test func theZeroImageHasTheOriginalsLogits() throws {
    let found = try OriginalPackage.model()(.full([1, 1, 28, 28], 0, dtype: .float64)).doubles()
    expectClose(
      found,
      [
        -0.250217, 0.265367, -0.167910, -0.972733, 0.113663, 0.063095, -0.132900, 0.291427,
        -0.502775, -0.115101,
      ], relative: 0, absolute: 2e-6)
  }

  /// The original's full reconstruction starts from all logits.
  ///
  /// Scaled to 0…1, it differs from the reconstruction of one class by the relative distances that were
  /// measured with Captum.
  @Test(arguments: zip(OriginalPackage.Digit.allCases, [0.096, 0.158, 0.202]))
  func theFullReconstructionIsNotThatOfOneClass(
    _ digit: OriginalPackage.Digit, _ distance: Double
  ) throws {
    let model = try OriginalPackage.model()
    func map(_ seed: DeconvNet.Seed) throws -> [Double] {
      let method = DeconvNet(seed: seed)
      let result = try method.attribute(
        model, input: digit.image(), target: .class(digit.label))
      return OriginalPackage.minmax(try result.map.doubles())
    }
    let found = try OriginalPackage.relativeDistance(map(.logits), map(.target))
    #expect(abs(found - distance) < 6e-4, "\(found)")
  }

  /// The box of MNIST is 0…1; the original's −1…1 changes the map by these relative distances.
  @Test(arguments: zip(OriginalPackage.Digit.allCases, [0.198, 0.221, 0.183]))
  func theBoxMatters(_ digit: OriginalPackage.Digit, _ distance: Double) throws {
    let model = try OriginalPackage.model()
    func map(_ low: Double) throws -> [Double] {
      try LRP(.zero, input: .zBox, low: .numbers([low]), high: .numbers([1]))
        .attribute(model, input: digit.image(), target: .class(digit.label)).map.doubles()
    }
    let found = try OriginalPackage.relativeDistance(map(-1), map(0))
    #expect(abs(found - distance) < 6e-4, "\(found)")
  }

  /// All rules sum to the difference of the scores.
  ///
  /// The rows of RevealCancel in the fixture come from a variant that carries its two parts from layer to
  /// layer; ours is the paper's. Both sum to the same.
  @Test(arguments: zip(OriginalPackage.Digit.allCases, [8.383862, 11.538832, 12.959181]))
  func deepLIFTSumsToTheDifference(
    _ digit: OriginalPackage.Digit, _ difference: Double
  ) throws {
    let model = try OriginalPackage.model()
    for rule in [DeepLIFT.Rule.rescale, .revealCancel, .genomics] {
      let ledger = try DeepLIFT(rule).attribute(
        model, input: digit.image(), target: .class(digit.label)
      ).ledger
      #expect(abs(ledger.sum[0] - difference) < 3e-6)
      #expect(abs(ledger.residual[0]) < 1e-10)
    }
  }

  /// Deep Taylor decomposition of a rectified network is nowhere negative.
  @Test(arguments: OriginalPackage.Digit.allCases)
  func deepTaylorIsNotNegative(_ digit: OriginalPackage.Digit) throws {
    let result = try DeepTaylor(low: .numbers([0]), high: .numbers([1])).attribute(
      OriginalPackage.model(), input: digit.image(), target: .class(digit.label))
    #expect(try result.map.doubles().allSatisfy { $0 >= 0 })
  }
}
