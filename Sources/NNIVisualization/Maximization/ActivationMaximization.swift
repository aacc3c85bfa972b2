/// Images that raise an objective as far as they can: what a network looks for.
///
/// ```swift
/// let maximization = ActivationMaximization(.channel("features.8", 42), count: 4)
/// var state = try maximization.begin(on: model)
/// try maximization.run(on: model, from: &state) { print($0.step, $0.scores) }
/// let images = try maximization.images(state, for: model)
/// ```
///
/// The same seed gives the same bits, whatever the number of threads and the budget of memory. A run that
/// is cancelled leaves a state that can be continued.
///
/// - Reference: Erhan et al. 2009, *Visualizing Higher-Layer Features of a Deep Network*
///   (`erhan2009visualizing`); Simonyan et al. 2014, *Deep Inside Convolutional Networks*, section 2
///   (`simonyan2014deep`); Olah et al. 2017, *Feature Visualization* (`olah2017feature`).
public struct ActivationMaximization: Sendable {
  /// What is raised; subtract norms and the like to keep images plain.
  public var objective: Objective
  /// What images are made of.
  public var parameterization: any Parameterization
  /// What the first images look like.
  public var start: ImageStart
  /// How many random starts are tried for each image; the one with the highest objective is taken.
  public var candidates: Int
  /// What happens to an image before the network sees it.
  public var transforms: ImageTransforms
  /// How parameters follow the derivative.
  public var method: AscentMethod
  /// How far one step goes.
  public var learningRate: Double
  /// How many steps there are at most.
  public var steps: Int
  /// When an image is good enough.
  public var stopping: StoppingRule
  /// The class of each image, for ``StoppingRule/probability``; one class may stand for all.
  public var classes: [Int]
  /// How many images are made together.
  public var count: Int
  /// Height and width of the images; empty for what the model states.
  public var size: [Int]
  /// How many intermediate images are kept of each, beside the last.
  public var snapshots: Int
  /// Decides all random numbers.
  public var seed: UInt64

  /// Creates an optimisation.
  ///
  /// Without a learning rate steps go as far as the parametrisation wants it, and without a number of
  /// candidates as many starts are tried as it wants.
  public init(
    _ objective: Objective, parameterization: any Parameterization = FourierParameterization(),
    start: ImageStart = .noise, candidates: Int? = nil, transforms: ImageTransforms = .none,
    method: AscentMethod = .adam, learningRate: Double? = nil, steps: Int = 256,
    stopping: StoppingRule = .never, classes: [Int] = [], count: Int = 1, size: [Int] = [],
    snapshots: Int = 0, seed: UInt64 = 0
  ) {
    self.objective = objective
    self.parameterization = parameterization
    self.start = start
    self.candidates = candidates ?? parameterization.candidates
    self.transforms = transforms
    self.method = method
    self.learningRate = learningRate ?? parameterization.learningRate
    self.steps = steps
    self.stopping = stopping
    self.classes = classes
    self.count = count
    self.size = size
    self.snapshots = snapshots
    self.seed = seed
  }

  /// All settings but the number of steps, which a continued run may change.
  ///
  /// - Throws: `TorchError` when the first images cannot be read.
  public func settings(for model: Model) throws -> String {
    try [
      "model \(model.name) \(model.digest)", "objective \(objective.text)",
      "parameterization \(parameterization.text)", "start \(start.text())",
      "candidates \(candidates)",
      "transforms \(transforms.text)", "method \(method.text)", "learning rate \(learningRate)",
      "stopping \(stopping.text)", "classes \(classes)", "images \(count)", "size \(size)",
      "seed \(seed)",
    ].joined(separator: "; ")
  }

  /// The state before the first step.
  ///
  /// - Throws: ``InterpretabilityError`` when an option is out of range, or the network's input does not
  ///   fit the parametrisation or the start.
  public func begin(on model: Model) throws -> MaximizationState {
    try validate()
    let canvas = try ImageCanvas(model, size: size)
    return MaximizationState(
      parameters: try bestStart(on: canvas, for: model), settings: try settings(for: model))
  }

  /// Of the random starts of each image the one that scores highest.
  private func bestStart(on canvas: ImageCanvas, for model: Model) throws -> Tensor {
    func parameters(_ purpose: String) throws -> Tensor {
      try parameterization.parameters(
        start, count: count, random: CounterRandom(seed: seed, purpose: purpose), on: canvas)
    }
    let first = try parameters("image start")
    guard candidates > 1, start.isRandom else { return first }
    let prepared = try PreparedObjective(objective, for: model)
    var best = (parameters: first, scores: try scores(first, prepared, canvas))
    try Computation.forEach(1..<candidates) { candidate in
      let other = try parameters("image start \(candidate)")
      let scores = try scores(other, prepared, canvas)
      let isBetter = zip(scores, best.scores).map { $0 > $1 }
      best.parameters = try other.rows(where: isBetter, otherwise: best.parameters)
      best.scores = zip(scores, best.scores).map(max)
    }
    return best.parameters
  }

  /// The objective of each image as the first step sees it.
  private func scores(
    _ parameters: Tensor, _ prepared: PreparedObjective, _ canvas: ImageCanvas
  ) throws -> [Double] {
    let images = try parameterization.images(parameters, on: canvas)
    let views = try transforms.applied(to: images, step: 0, seed: seed, on: canvas)
    let values = try prepared.scores(images, seenAs: views, copies: transforms.copies)
    let own = try prepared.parameters(parameters)?.values
    return try (own.map { try values + $0 } ?? values).doubles()
  }

  /// The images of a state, `[N, C, H, W]` as the network takes them.
  public func images(_ state: MaximizationState, for model: Model) throws -> Tensor {
    try parameterization.images(state.parameters, on: ImageCanvas(model, size: size))
  }

  /// - Throws: ``InterpretabilityError`` that names the option that is out of range.
  func validate() throws {
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidOption, message)
    }
    guard (1...4096).contains(count) else { throw refuse("\(count) images; wanted 1 to 4096") }
    guard (0...(1 << 32)).contains(steps) else { throw refuse("\(steps) steps; wanted 0 or more") }
    guard learningRate.isFinite, learningRate > 0 else {
      throw refuse("the learning rate is \(learningRate); wanted more than 0")
    }
    guard (0...10_000).contains(snapshots) else {
      throw refuse("\(snapshots) snapshots; wanted 0 to 10000")
    }
    guard (1...4096).contains(transforms.copies) else {
      throw refuse("\(transforms.copies) views of each image; wanted 1 to 4096")
    }
    guard (1...65_536).contains(candidates) else {
      throw refuse("\(candidates) candidates; wanted 1 to 65536")
    }
    try stopping.validate()
    guard stopping.probability == 0 || classes.count == 1 || classes.count == count else {
      throw refuse(
        "stopping at a probability needs a class for all images or for each of \(count), not "
          + "\(classes.count)")
    }
    if let image = objective.terms.compactMap(\.image).first(where: { !(0..<count).contains($0) }) {
      throw refuse("the objective is for image \(image), but \(count) are made, from 0")
    }
  }
}
