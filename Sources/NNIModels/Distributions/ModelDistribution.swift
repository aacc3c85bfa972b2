/// Several networks in the place of one: what a prediction or an explanation is uncertain over.
///
/// A member is a network that is deterministic: its random numbers are fixed by the pass and the sample,
/// so that everything that works on a ``Model`` works on it, as often as it likes.
///
/// ```swift
/// let members = try MonteCarloDropout(model, passes: 100, seed: 0)
/// let prediction = try PredictiveDistribution(members, input: image)
/// let map = try UncertainAttribution(LRP(.epsilon), over: members)
///   .attribute(image, target: .predicted)
/// ```
///
/// - Reference: Bykov et al. 2021, *Explaining Bayesian Neural Networks*, section 3
///   (`bykov2021explaining`), for explanations as a distribution.
public protocol ModelDistribution: Sendable {
  /// The network without randomness; of several networks the first.
  var model: Model { get }
  /// How many members there are, `T`.
  var count: Int { get }
  /// In which way members differ, which decides what can be computed together.
  var layout: MemberLayout { get }
  /// All that is needed to make the members again, for a manifest.
  var record: [String: OptionValue] { get }
  /// The network that computes row `i` of a batch as the member of `draws[i]`; with one draw the network
  /// of that member for batches of any size.
  ///
  /// - Throws: ``InterpretabilityError`` when the draws belong to different networks.
  func member(_ draws: [MemberDraw]) throws -> Model
  /// What goes into the network for each row of a batch of clean inputs.
  func input(_ clean: Tensor, _ draws: [MemberDraw]) throws -> Tensor
  /// A member as a function of the clean input.
  func function(_ draw: MemberDraw) throws -> Graph
  /// The prediction without randomness: logits, or log-probabilities, `[N, classes]`.
  func pointLogits(_ input: Tensor) throws -> Tensor
}

/// In which way the members of a distribution differ.
public enum MemberLayout: Sendable {
  /// One network for all; only inputs differ.
  case inputs
  /// One network whose random layers have numbers for each row.
  case rows
  /// A network of its own for each pass.
  case networks
}

extension ModelDistribution {
  public func input(_ clean: Tensor, _ draws: [MemberDraw]) throws -> Tensor { clean }

  public func function(_ draw: MemberDraw) throws -> Graph { try member([draw]).graph }

  public func pointLogits(_ input: Tensor) throws -> Tensor { try model(input) }

  /// What every record says of the network.
  package func record(_ kind: String, _ more: [String: OptionValue]) -> [String: OptionValue] {
    let own: [String: OptionValue] = [
      "distribution": .text(kind), "members": .number(Double(count)), "model": .text(model.name),
      "model-digest": .text(model.digest),
    ]
    return own.merging(more) { _, new in new }
  }
}
