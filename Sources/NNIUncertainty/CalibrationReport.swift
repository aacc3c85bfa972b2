internal import Foundation

/// Whether probabilities are what they say: of samples that a network is 80 % sure of, 80 % should be
/// right.
///
/// The confidence of a sample is its largest probability. With bins `b` of `n_b` of all `N` samples:
///
/// | | |
/// |---|---|
/// | ``expectedError`` | ECE, `Σ_b n_b/N · \|accuracy_b − confidence_b\|` over bins of equal width `(lo, hi]` |
/// | ``adaptiveError`` | the same over bins of equal numbers of samples |
/// | ``maximumError`` | MCE, the largest `\|accuracy_b − confidence_b\|` |
/// | ``rootMeanSquareError`` | `√(Σ_b n_b/N · (accuracy_b − confidence_b)²)` |
///
/// An ECE is never zero for finitely many samples: ``chanceBand`` says what it would be if the network were
/// calibrated perfectly.
///
/// - Reference: Naeini et al. 2015, *Obtaining Well Calibrated Probabilities Using Bayesian Binning*,
///   section 3 (`naeini2015obtaining`); Guo et al. 2017, section 2 (`guo2017calibration`); Nixon et al.
///   2019, *Measuring Calibration in Deep Learning*, section 3 (`nixon2019measuring`), for adaptive bins.
public struct CalibrationReport: Sendable, Codable, Equatable {
  /// Accuracy, log-likelihood and Brier score.
  public let scores: ClassificationScores
  /// Bins of equal width.
  public let bins: [CalibrationBin]
  /// Bins of equal numbers of samples.
  public let adaptiveBins: [CalibrationBin]
  /// The expected calibration error.
  public let expectedError: Double
  /// The expected calibration error over bins of equal numbers of samples.
  public let adaptiveError: Double
  /// The maximum calibration error.
  public let maximumError: Double
  /// The root of the mean squared calibration error.
  public let rootMeanSquareError: Double
  /// The middle 95 % of the ECE of networks with the same confidences that are calibrated perfectly.
  public let chanceBand: [Double]

  /// How a report is made.
  public struct Options: Sendable, Codable, Equatable {
    /// How many bins there are.
    public var bins: Int
    /// How many perfectly calibrated networks the band is made of; 0 leaves it out.
    public var resamples: Int
    /// Decides which samples those have right.
    public var seed: UInt64

    /// Creates options.
    public init(bins: Int = 15, resamples: Int = 1000, seed: UInt64 = 0) {
      self.bins = bins
      self.resamples = resamples
      self.seed = seed
    }
  }

  /// Judges probabilities, `[N][classes]`.
  ///
  /// - Throws: ``InterpretabilityError`` without samples, for probabilities outside 0…1, a label that has
  ///   none, or options that are not positive.
  public init(
    probabilities: [[Double]], labels: [Int], options: Options = Options()
  ) throws {
    scores = try ClassificationScores(probabilities: probabilities, labels: labels)
    guard (1...10_000).contains(options.bins), (0...1_000_000).contains(options.resamples) else {
      throw InterpretabilityError(
        .invalidOption,
        "a calibration report with \(options.bins) bins and \(options.resamples) resamples; wanted "
          + "1 to 10000 and 0 to 1000000")
    }
    let samples = try zip(probabilities, labels).map { row, label in
      let best = row.indexOfLargest
      guard row.allSatisfy({ (0...1 + 1e-6).contains($0) }) else {
        throw InterpretabilityError(
          .invalidInput, "a probability is not in 0…1; give probabilities, not logits")
      }
      return (confidence: min(row[best], 1), isRight: best == label)
    }
    let count = options.bins
    let places = samples.map { Self.bin($0.confidence, of: count) }
    var grouped = [[(confidence: Double, isRight: Bool)]](repeating: [], count: count)
    for (sample, place) in zip(samples, places) { grouped[place].append(sample) }
    let bins = grouped.enumerated().map { place, own in
      CalibrationBin(
        bounds: [Double(place) / Double(count), Double(place + 1) / Double(count)], own)
    }
    self.bins = bins
    adaptiveBins = Self.adaptive(samples, count)
    let gaps = bins.filter { $0.count > 0 }
    let size = Double(samples.count)
    expectedError = Self.expectedError(bins, size)
    adaptiveError = Self.expectedError(adaptiveBins, size)
    maximumError = gaps.map { abs($0.gap) }.max() ?? 0
    rootMeanSquareError =
      gaps.reduce(0) { $0 + Double($1.count) / size * $1.gap * $1.gap }.squareRoot()
    chanceBand = Self.chanceBand(samples.map(\.confidence), places, options)
  }

  /// The bin `(lo, hi]` of a confidence; 0 lies in the first.
  private static func bin(_ confidence: Double, of count: Int) -> Int {
    // The division may round across a border, which the borders themselves then decide.
    var place = min(max(Int((confidence * Double(count)).rounded(.up)) - 1, 0), count - 1)
    if place > 0, confidence <= Double(place) / Double(count) { place -= 1 }
    if place < count - 1, confidence > Double(place + 1) / Double(count) { place += 1 }
    return place
  }

  /// Bins of almost the same number of samples: the first ones hold one more where it does not divide.
  private static func adaptive(
    _ samples: [(confidence: Double, isRight: Bool)], _ count: Int
  ) -> [CalibrationBin] {
    let sorted = samples.enumerated().sorted {
      ($0.element.confidence, $0.offset) < ($1.element.confidence, $1.offset)
    }.map(\.element)
    let (size, more) = sorted.count.quotientAndRemainder(dividingBy: count)
    var begin = 0
    return (0..<min(count, sorted.count)).map { place in
      let own = Array(sorted[begin..<(begin + size + (place < more ? 1 : 0))])
      begin += own.count
      return CalibrationBin(
        bounds: [own.first?.confidence ?? 0, own.last?.confidence ?? 0], own)
    }
  }

  private static func expectedError(_ bins: [CalibrationBin], _ size: Double) -> Double {
    bins.reduce(0) { $0 + Double($1.count) / size * abs($1.gap) }
  }

  /// Quantiles of the ECE when each sample is right with the probability of its confidence.
  private static func chanceBand(
    _ confidences: [Double], _ places: [Int], _ options: Options
  ) -> [Double] {
    guard options.resamples > 0 else { return [] }
    let random = CounterRandom(seed: options.seed, for: .calibration)
    var sums = [Double](repeating: 0, count: options.bins)
    for (confidence, place) in zip(confidences, places) { sums[place] += confidence }
    var errors = (0..<options.resamples).map { resample in
      var gaps = sums
      let numbers = random.uniforms(confidences.count, stream: UInt64(resample))
      for (sample, place) in places.enumerated()
      where Double(numbers[sample]) < confidences[sample] {
        gaps[place] -= 1
      }
      return gaps.reduce(0) { $0 + abs($1) } / Double(confidences.count)
    }
    errors.sort()
    return [errors.quantile(0.025), errors.quantile(0.975)]
  }
}
