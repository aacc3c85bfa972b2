public import ArgumentParser
public import NNInterpretability

/// Over which networks a command is uncertain.
struct DistributionArguments: ParsableArguments {
  @Option(
    help: """
      What is random: dropout, ensemble (with --member), input-noise or activation-noise (with --noise), \
      or none.
      """)
  var over: DistributionKind = .dropout

  @Option(
    name: .customLong("member"),
    help: "Another network of the ensemble: a file or a name; may be repeated.",
    completion: .file())
  var members: [String] = []

  @Option(help: "How many passes; an ensemble has one for each network.")
  var passes: Int = 100

  @Option(help: "The rate of dropout, instead of the one that the network was trained with.")
  var rate: Double?

  @Option(
    name: .customLong("dropout"),
    help: """
      Puts dropout after a node that has none, as exporters leave it: NODE:RATE, such as /relu/Relu:0.5; may \
      be repeated.
      """)
  var insertions: [DropoutInsertion] = []

  @Option(help: "The deviation of noise, in units of the input or of the activation.")
  var noise: Double?

  @Option(
    name: .customLong("at"), help: "A node that gets noise (activation-noise); may be repeated.")
  var places: [String] = []

  @Option(help: "Decides all that is random.")
  var seed: UInt64 = 0

  func validate() throws {
    guard passes > 0 else { throw ValidationError("--passes must be at least 1.") }
    guard over == .ensemble || members.isEmpty else {
      throw ValidationError("--member is for --over ensemble.")
    }
    guard over != .ensemble || !members.isEmpty else {
      throw ValidationError("An ensemble needs more networks: --member FILE.")
    }
    let isNoise = over == .inputNoise || over == .activationNoise
    guard isNoise == (noise != nil) else {
      throw ValidationError(
        isNoise ? "Say how much noise: --noise 0.1." : "--noise is for --over input-noise.")
    }
    guard (over == .activationNoise) == !places.isEmpty else {
      throw ValidationError(
        places.isEmpty
          ? "Say where noise is added: --at NODE." : "--at is for --over activation-noise.")
    }
    guard over == .dropout || rate == nil else {
      throw ValidationError("--rate is for --over dropout.")
    }
    guard over == .dropout || insertions.isEmpty else {
      throw ValidationError("--dropout is for --over dropout.")
    }
  }

  /// Whether the network's dropout stays as it is.
  var isUnchanged: Bool { rate == nil && insertions.isEmpty }

  /// The members, of which the model is the first or the one without randomness.
  func distribution(
    of model: Model, _ open: (String) throws -> Model
  ) throws -> any ModelDistribution {
    switch over {
    case .dropout:
      return try MonteCarloDropout(
        model, passes: passes, seed: seed, rate: rate.map(DropoutRate.fixed) ?? .asTrained,
        inserting: insertions)
    case .ensemble: return try DeepEnsemble([model] + members.map(open))
    case .none: return try DeepEnsemble([model])
    case .inputNoise:
      return try InputNoise(model, deviation: noise ?? 0, passes: passes, seed: seed)
    case .activationNoise:
      return try ActivationNoise(
        model, at: places.map { NodeID($0) }, deviation: noise ?? 0, passes: passes, seed: seed)
    }
  }

  /// The options, where they are not the defaults, as they are written.
  var text: [String] {
    (over == .dropout ? [] : ["--over \(over.rawValue)"])
      + members.map { "--member \(CommandText.quoted($0))" }
      + (over == .ensemble || over == .none ? [] : ["--passes \(passes)"])
      + (rate.map { ["--rate \($0)"] } ?? [])
      + insertions.map { "--dropout \(CommandText.quoted($0.description))" }
      + (noise.map { ["--noise \($0)"] } ?? [])
      + places.map { "--at \(CommandText.quoted($0))" } + (seed == 0 ? [] : ["--seed \(seed)"])
  }
}

extension DropoutInsertion: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// What is random.
enum DistributionKind: String, ExpressibleByArgument, CaseIterable {
  case dropout, ensemble, none
  case inputNoise = "input-noise"
  case activationNoise = "activation-noise"
}
