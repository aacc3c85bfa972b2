internal import Foundation

/// Networks that were trained apart for the same task.
///
/// The prediction is the mean of their probabilities.
///
/// - Reference: Lakshminarayanan et al. 2017, *Simple and Scalable Predictive Uncertainty Estimation using
///   Deep Ensembles*, section 2.4 (`lakshminarayanan2017simple`).
public struct DeepEnsemble: ModelDistribution {
  /// The networks.
  public let models: [Model]

  /// An ensemble of networks.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none, or they differ in their input or the number
  ///   of classes.
  public init(_ models: [Model]) throws {
    guard let first = models.first else {
      throw InterpretabilityError(.invalidOption, "an ensemble needs at least one network")
    }
    _ = try Self.checked(passes: models.count)
    let wanted = try first.classCount
    for model in models.dropFirst() {
      guard model.sampleShape == first.sampleShape else {
        throw InterpretabilityError(
          .invalidOption,
          "the ensemble's networks differ: \(model.name) takes \(Self.text(model.sampleShape)), "
            + "\(first.name) \(Self.text(first.sampleShape))")
      }
      guard model.inputSpec.mean == first.inputSpec.mean, model.inputSpec.std == first.inputSpec.std
      else {
        throw InterpretabilityError(
          .invalidOption,
          "the ensemble's networks \(first.name) and \(model.name) normalise their input differently"
        )
      }
      let (own, other) = (model.outputMeaning, first.outputMeaning)
      guard own.activation(width: 1) == other.activation(width: 1),
        own.activation(width: 2) == other.activation(width: 2)
      else {
        throw InterpretabilityError(
          .invalidOption,
          "the ensemble's networks differ: the output of \(model.name) is of kind "
            + "\(own.kind.rawValue), that of \(first.name) \(other.kind.rawValue)")
      }
      let count = try model.classCount
      guard count == wanted || count == nil || wanted == nil else {
        throw InterpretabilityError(
          .invalidOption,
          "the ensemble's networks differ: \(model.name) has \(count ?? 0) classes, "
            + "\(first.name) \(wanted ?? 0)")
      }
    }
    self.models = models
  }

  public var model: Model { models[0] }
  public var count: Int { models.count }
  public var layout: MemberLayout { .networks }

  public var record: [String: OptionValue] {
    record(
      "deep-ensemble",
      [
        "models": .list(models.map { .text($0.name) }),
        "model-digests": .list(models.map { .text($0.digest) }),
      ])
  }

  public func member(_ draws: [MemberDraw]) throws -> Model {
    let passes = Set(draws.map(\.pass))
    guard let pass = passes.first, passes.count == 1, models.indices.contains(pass) else {
      throw InterpretabilityError(
        .invalidOption, "a batch is for one network of the ensemble's \(models.count)")
    }
    return models[pass]
  }

  /// Logits of the mean of the probabilities: its logarithm, or with sigmoids that of its odds; of numbers
  /// the mean.
  public func pointLogits(_ input: Tensor) throws -> Tensor {
    let outputs = try models.map { try $0(input) }
    guard let first = outputs.first, Set(outputs.map(\.shape)).count == 1, first.rank >= 2 else {
      throw InterpretabilityError(
        .invalidOption, "the ensemble's networks have different numbers of classes")
    }
    func meanLogarithm(_ terms: [Tensor]) throws -> Tensor {
      let sum = try Tensor.call(
        "aten::logsumexp", .tensor(.concatenated(terms.map { try $0.unsqueezed(0) }, axis: 0)),
        .ints([0]), .bool(false))
      return try sum - log(Double(models.count))
    }
    func logarithm(_ logit: Tensor) throws -> Tensor {
      try .call("aten::log_sigmoid", .tensor(logit))
    }
    switch model.outputMeaning.activation(width: first.shape[1]) {
    case .softmax:
      return try meanLogarithm(
        outputs.map { try Tensor.call("aten::log_softmax.int", .tensor($0), .int(1)) })
    case .sigmoid:
      return try meanLogarithm(outputs.map(logarithm))
        - meanLogarithm(outputs.map { try logarithm($0.negated()) })
    case .none:
      return try outputs.dropFirst().reduce(first) { try $0 + $1 } / Double(outputs.count)
    }
  }

  private static func text(_ shape: [Int]?) -> String {
    shape.map(\.description) ?? "an input of unknown shape"
  }
}
