public import ArgumentParser
public import NNInterpretability

/// What images are to raise.
struct MaximizeGoals: ParsableArguments {
  @Option(name: .customLong("class"), help: "A class by number or name; may be repeated.")
  var classes: [String] = []

  @Option(
    name: .customLong("channel"), help: "NODE:CHANNEL, such as conv5:42; may be repeated.")
  var channels: [String] = []

  @Flag(help: "An image of each class.")
  var allClasses = false

  @Option(
    name: .customLong("objective"),
    help: "A sum of terms, such as 'conv5:42 + 0.5*class:281 - 1e-3*tv'; may be repeated.")
  var objectives: [String] = []

  @Option(
    help: "How a class scores: class (its logit) or logprob (the logarithm of its probability).")
  var score: ClassObjective.Score = .logit

  @Option(
    name: .customLong("regularizer"),
    help:
      "TERM=FACTOR, which is subtracted, such as l2=0.01, tv=1e-4 or mean-l2norm=0.01; may be repeated."
  )
  var regularizers: [String] = []

  @Option(help: "How many images of each; the term diversity makes them differ.")
  var count = 1

  func validate() throws {
    guard allClasses || !(classes.isEmpty && channels.isEmpty && objectives.isEmpty) else {
      throw ValidationError(
        "Say what to raise: --class, --channel, --all-classes or --objective.")
    }
    guard (1...1024).contains(count) else { throw ValidationError("--count is 1 to 1024.") }
  }

  /// One thing to raise.
  struct Goal {
    let name: String
    let objective: Objective
    /// The class, if it is one.
    let index: Int?
  }

  /// What each image is to raise, in the order of the options.
  func wanted(in context: ObjectiveContext) throws -> [Goal] {
    let labels = context.model.inputSpec
    var goals: [Goal] = []
    var indices = try classes.map { try labels.classIndex(named: $0) }
    if allClasses {
      indices += 0..<(try classCount(context.model))
    }
    for index in indices {
      goals.append(
        Goal(
          name: labels.label(index), objective: Objective(ClassObjective(index, score: score)),
          index: index))
    }
    for channel in channels {
      let parsed = try Objective(parsing: "\"\(channel)\"".withColonsOutside, in: context)
      guard let term = parsed.terms.first?.quantity as? ActivationObjective, !term.indices.isEmpty
      else {
        throw InterpretabilityError(
          .invalidOption, "--channel takes NODE:CHANNEL, such as conv5:42, not “\(channel)”")
      }
      goals.append(Goal(name: channel, objective: parsed, index: nil))
    }
    for text in objectives {
      goals.append(
        Goal(name: text, objective: try Objective(parsing: text, in: context), index: nil))
    }
    return goals.flatMap { [Goal](repeating: $0, count: count) }
  }

  /// What is subtracted from every image's objective.
  func penalty(in context: ObjectiveContext) throws -> Objective {
    var penalty = Objective([])
    for text in regularizers {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let factor = Double(parts[1]), factor.isFinite, factor >= 0 else {
        throw InterpretabilityError(
          .invalidOption, "--regularizer takes TERM=FACTOR, such as l2=0.01, not “\(text)”")
      }
      penalty = penalty - factor * (try Objective(parsing: String(parts[0]), in: context))
    }
    return penalty
  }

  private func classCount(_ model: Model) throws -> Int {
    if !model.inputSpec.labels.isEmpty { return model.inputSpec.labels.count }
    guard let shape = model.sampleShape else {
      throw InterpretabilityError(
        .invalidOption, "the model does not say how many classes it has; give --class for each")
    }
    let output = try model(.full([1] + shape, 0, dtype: model.parameterType))
    guard output.rank == 2, output.shape[1] <= 1024 else {
      throw InterpretabilityError(
        .invalidOption,
        "--all-classes needs at most 1024 classes; the network's output has shape \(output.shape)")
    }
    return model.outputMeaning.classCount(width: output.shape[1])
  }
}

extension String {
  /// A quoted text whose last colon stands outside the quotes: `"a b:3"` becomes `"a b":3`.
  fileprivate var withColonsOutside: String {
    guard let colon = lastIndex(of: ":") else { return self }
    return self[..<colon] + "\":" + self[index(after: colon)...].dropLast()
  }
}

extension ClassObjective.Score: ExpressibleByArgument {}
