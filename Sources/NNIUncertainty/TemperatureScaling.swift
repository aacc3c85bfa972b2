internal import Foundation

/// One number by which all logits are divided, so that probabilities are neither too sure nor too shy:
/// `p = softmax(z / T)`.
///
/// `T` minimises the negative log-likelihood of held-out samples. That is convex in `1/T`, with the
/// derivative `E_p[z] − z_y`, of which the one root is bracketed and then found by Newton's method on
/// `ln T` to the last digits. The predicted class never changes, and the likelihood of the samples that it
/// was fitted to never gets worse.
///
/// ```swift
/// let scaling = try TemperatureScaling(logits: model(inputs), labels: labels)
/// let calibrated = try scaling.applied(to: model)
/// ```
///
/// - Reference: Guo et al. 2017, *On Calibration of Modern Neural Networks*, section 4.2
///   (`guo2017calibration`). The original package takes a hundred small steps of Adam, which end far from
///   the minimum.
public struct TemperatureScaling: Sendable, Codable, Equatable {
  /// `T`, from 0.001 to 1000.
  public let temperature: Double
  /// The samples' mean negative log-likelihood with `T = 1`, in nats.
  public let likelihoodBefore: Double
  /// The samples' mean negative log-likelihood with this `T`, in nats.
  public let likelihoodAfter: Double
  /// What a user must know of the fit; empty when there is a minimum in the range.
  public let note: String

  /// The temperatures that are looked at.
  static let range = 1e-3...1e3

  /// Fits a temperature to logits `[N, classes]` of samples that the network was not trained on.
  ///
  /// - Throws: ``InterpretabilityError`` without samples, for a label that has no logit, or for logits
  ///   that are not finite.
  public init(logits: Tensor, labels: [Int]) throws {
    try self.init(logits: logits.rows(), labels: labels)
  }

  /// Fits a temperature to rows of logits.
  public init(logits: [[Double]], labels: [Int]) throws {
    let data = try LabelledLogits(logits, labels)
    let (low, high) = (log(Self.range.lowerBound), log(Self.range.upperBound))
    // The slope by β = 1/T rises with β, and so falls with ln T.
    func slope(_ s: Double) -> (slope: Double, curvature: Double) {
      let found = data.likelihood(scale: exp(-s))
      return (found.slope, found.curvature)
    }
    let found: Double
    if data.rows.allSatisfy({ row in row.allSatisfy { $0 == row[0] } }) {
      found = 0
      note = "all logits of a sample are equal, so that no temperature changes anything"
    } else if slope(low).slope <= 0 {
      found = low
      note = """
        the likelihood still rises at the lowest temperature of the range, which was taken: either every \
        label has the largest logit, and more samples are needed, or the logits are tiny
        """
    } else if slope(high).slope >= 0 {
      found = high
      note = """
        the likelihood still rises at the highest temperature of the range, which was taken: the logits \
        say nothing of the labels, or the opposite, or they are huge
        """
    } else {
      found = Self.root(low, high, slope)
      note = ""
    }
    let (before, after) = (
      data.likelihood(scale: 1).value, data.likelihood(scale: exp(-found)).value
    )
    // Equal up to rounding where T is 1 already.
    temperature = after <= before ? exp(found) : 1
    likelihoodBefore = before
    likelihoodAfter = min(after, before)
  }

  /// The root of a slope that is positive at `low` and negative at `high`: Newton's steps on the slope by
  /// `ln T`, and halving where they leave the bracket.
  private static func root(
    _ low: Double, _ high: Double, _ slope: (Double) -> (slope: Double, curvature: Double)
  ) -> Double {
    var (low, high) = (low, high)
    var s = 0.0
    for _ in 0..<200 {
      let (value, curvature) = slope(s)
      if value == 0 { return s }
      if value > 0 { low = s } else { high = s }
      // d slope / d ln T = −β · curvature.
      let step = curvature > 0 ? value / (exp(-s) * curvature) : .infinity
      let next = s + step
      let chosen = next > low && next < high ? next : (low + high) / 2
      if abs(chosen - s) <= 1e-15 * max(1, abs(s)) || high - low < 1e-15 { return chosen }
      s = chosen
    }
    return s
  }

  /// The probabilities of rows of logits.
  public func probabilities(_ logits: [[Double]]) -> [[Double]] {
    logits.map { row in LabelledLogits.softmax(row.map { $0 / temperature }).probabilities }
  }

  /// The model whose logits are divided by `T`: every method runs on it.
  ///
  /// - Throws: ``InterpretabilityError`` when `T`, as read from a file, is none.
  public func applied(to model: Model) throws -> Model {
    guard temperature > 0, temperature.isFinite else {
      throw InterpretabilityError(
        .invalidOption, "a temperature of \(temperature); wanted a number above 0")
    }
    let factor = try Tensor([1 / temperature], shape: [1], dtype: model.parameterType)
    return try model.appending(AffineLayer(weight: factor), as: "temperature")
  }
}

extension Model {
  /// The model with a layer after its output.
  func appending(_ layer: any Layer, as name: String) throws -> Model {
    var copy = self
    let id = graph.unusedName(name)
    try copy.graph.add(layer, as: id, after: [graph.output])
    return copy
  }
}
