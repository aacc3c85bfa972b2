internal import Foundation

/// A factor and a summand for each class: `p = softmax(w ⊙ z + b)`.
///
/// They minimise the negative log-likelihood of held-out samples, which is convex, by L-BFGS from `w = 1`,
/// `b = 0`. It has more freedom than ``TemperatureScaling``: classes may change, and with few samples it
/// overfits.
///
/// - Reference: Guo et al. 2017, section 4.2 (`guo2017calibration`); Liu and Nocedal 1989, *On the Limited
///   Memory BFGS Method for Large Scale Optimization*, algorithm 2.1 (`liu1989limited`).
public struct VectorScaling: Sendable, Codable, Equatable {
  /// `w`, one for each class.
  public let scale: [Double]
  /// `b`, one for each class; they sum to 0, for a common summand changes nothing.
  public let offset: [Double]
  /// The samples' mean negative log-likelihood before, in nats.
  public let likelihoodBefore: Double
  /// The samples' mean negative log-likelihood after, in nats.
  public let likelihoodAfter: Double
  /// What a user must know of the fit; empty when it is at the minimum.
  public let note: String

  /// Fits to logits `[N, classes]` of samples that the network was not trained on.
  ///
  /// - Throws: ``InterpretabilityError`` without samples, for a label that has no logit, or for logits
  ///   that are not finite.
  public init(logits: Tensor, labels: [Int]) throws {
    try self.init(logits: logits.rows(), labels: labels)
  }

  /// Fits to rows of logits.
  public init(logits: [[Double]], labels: [Int]) throws {
    let data = try LabelledLogits(logits, labels)
    let classes = data.classCount
    let start =
      [Double](repeating: 1, count: classes) + [Double](repeating: 0, count: classes)
    let found = LimitedMemoryBFGS().minimum(from: start) { Self.likelihood($0, data) }
    let mean = found.point[classes...].reduce(0, +) / Double(classes)
    scale = Array(found.point[..<classes])
    offset = found.point[classes...].map { $0 - mean }
    likelihoodBefore = Self.likelihood(start, data).value
    likelihoodAfter = found.value
    note =
      found.isAtMinimum
      ? ""
      : "the likelihood has no minimum within reach, as when a class can be told apart without error; "
        + "more samples are needed"
  }

  /// The mean negative log-likelihood and its derivatives by `w` and `b`.
  private static func likelihood(
    _ point: [Double], _ data: LabelledLogits
  ) -> (value: Double, gradient: [Double]) {
    let classes = data.classCount
    var value = 0.0
    var gradient = [Double](repeating: 0, count: 2 * classes)
    var scaled = [Double](repeating: 0, count: classes)
    for (row, label) in zip(data.rows, data.labels) {
      for k in 0..<classes { scaled[k] = point[k] * row[k] + point[classes + k] }
      let (p, logSum) = LabelledLogits.softmax(scaled)
      value += logSum - scaled[label]
      for k in 0..<classes {
        let error = p[k] - (k == label ? 1 : 0)
        gradient[k] += error * row[k]
        gradient[classes + k] += error
      }
    }
    let count = Double(data.rows.count)
    return (value / count, gradient.map { $0 / count })
  }

  /// The probabilities of rows of logits.
  ///
  /// - Throws: ``InterpretabilityError`` for rows of another number of classes.
  public func probabilities(_ logits: [[Double]]) throws -> [[Double]] {
    try logits.map { row in
      try check(row.count, of: "a row of logits")
      return LabelledLogits.softmax(row.indices.map { scale[$0] * row[$0] + offset[$0] })
        .probabilities
    }
  }

  private func check(_ count: Int, of what: String) throws {
    guard count == scale.count, count == offset.count else {
      throw InterpretabilityError(
        .invalidOption,
        "the scaling has \(scale.count) factors and \(offset.count) summands; \(what) has "
          + "\(count) classes")
    }
  }

  /// The model whose logits are scaled: every method runs on it.
  ///
  /// - Throws: ``InterpretabilityError`` when the model is known to have another number of classes.
  public func applied(to model: Model) throws -> Model {
    try check(model.outputWidth ?? scale.count, of: model.name)
    let dtype = try model.parameterType
    return try model.appending(
      AffineLayer(
        weight: Tensor(scale, shape: [scale.count], dtype: dtype),
        bias: Tensor(offset, shape: [offset.count], dtype: dtype)), as: "vector-scaling")
  }
}
