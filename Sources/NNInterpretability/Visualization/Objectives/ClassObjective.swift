/// How much a class scores: its logit, or the logarithm of its probability.
///
/// `f_c(x)`, or `ln softmax(f(x))_c = f_c(x) − ln Σ_k exp f_k(x)`, the negative cross entropy; of outputs
/// with a sigmoid each `ln σ(f_c(x))`.
///
/// Of an output with spatial axes a class scores the mean over places.
///
/// - Reference: Simonyan et al. 2014, *Deep Inside Convolutional Networks*, section 2
///   (`simonyan2014deep`), which takes the logit.
public struct ClassObjective: ObjectiveTerm {
  /// What counts of a class.
  public enum Score: String, Sendable {
    /// The score before the softmax.
    case logit = "class"
    /// The logarithm of the probability.
    case logProbability = "logprob"
  }

  /// The class.
  public var index: Int
  /// What counts of it.
  public var score: Score

  /// Creates a term.
  public init(_ index: Int, score: Score = .logit) {
    self.index = index
    self.score = score
  }

  public var text: String { "\(score.rawValue):\(index)" }

  public func source(in graph: Graph) throws -> ObjectiveSource { .nodes([graph.output]) }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    let output = try only(inputs, in: batch)
    guard output.rank >= 2 else {
      throw InterpretabilityError(
        .invalidTarget, "the output has shape \(output.shape), which has no classes")
    }
    let width = output.shape[1]
    _ = try batch.output.element(ofClass: index, width: width)
    let logits = try batch.output.scores(
      output.rank > 2 ? output.mean(over: Array(2..<output.rank)) : output)
    let scores: Tensor
    let activation: OutputMeaning.Activation =
      score == .logit ? .none : batch.output.activation(width: width)
    switch activation {
    case .none where score == .logit: scores = logits
    case .none: throw batch.output.needsProbabilities(width)
    case .softmax: scores = try .call("aten::log_softmax.int", .tensor(logits), .int(1))
    case .sigmoid: scores = try .call("aten::log_sigmoid", .tensor(logits))
    }
    return try scores.selected(axis: 1, index: index)
  }
}

extension Objective {
  /// A class's score before the softmax.
  public static func classLogit(_ index: Int) -> Objective { Objective(ClassObjective(index)) }

  /// The logarithm of a class's probability.
  public static func classLogProbability(_ index: Int) -> Objective {
    Objective(ClassObjective(index, score: .logProbability))
  }

  /// How much more the first class scores than the second.
  public static func classDifference(_ first: Int, _ second: Int) -> Objective {
    classLogit(first) - classLogit(second)
  }
}
