/// Layer-wise relevance propagation with different rules at different depths.
///
/// | preset | first weighted layer | convolutions | dense layers |
/// |---|---|---|---|
/// | `epsilon-plus` | as its kind | z⁺ | ε |
/// | `epsilon-plus-flat` | flat | z⁺ | ε |
/// | `epsilon-alpha2-beta1` | as its kind | α2β1 | ε |
/// | `epsilon-alpha2-beta1-flat` | flat | α2β1 | ε |
/// | `epsilon-gamma-box` | z-box | γ | ε |
/// | `montavon` | z-box | γ in the lower, ε in the middle, LRP-0 in the upper layers | the same |
///
/// "First" follows the data, not the order in which layers are declared as in zennit.
///
/// - Reference: Montavon et al. 2019, section 10.3 (`montavon2019layer`); Kohlbrenner et al. 2020,
///   *Towards Best Practice in Explaining Neural Network Decisions with LRP*
///   (`kohlbrenner2020towards`); presets and names as in Anders et al. 2021, *Software for
///   Dataset-wide XAI* (`anders2021software`).
public struct LRPComposite: RelevanceMethod {
  /// Which rule stands where.
  public enum Preset: String, Sendable, CaseIterable {
    case epsilonPlus = "epsilon-plus"
    case epsilonPlusFlat = "epsilon-plus-flat"
    case epsilonAlpha2Beta1 = "epsilon-alpha2-beta1"
    case epsilonAlpha2Beta1Flat = "epsilon-alpha2-beta1-flat"
    case epsilonGammaBox = "epsilon-gamma-box"
    case montavon
  }

  /// Which rule stands where.
  public var preset: Preset
  /// ε where that rule stands; 0 or more.
  public var epsilon: Double
  /// γ where that rule stands; 0 or more.
  public var gamma: Double
  /// The input's lowest value, for the z-box.
  public var low: ChannelValues
  /// The input's highest value, for the z-box.
  public var high: ChannelValues
  /// In `montavon`, up to which depth γ stands: 0 is the first weighted layer, 1 the last.
  public var lowerBorder: Double
  /// In `montavon`, from which depth on LRP-0 stands.
  public var upperBorder: Double
  /// Entries that come before the preset's.
  public var rules: RuleMapDescription
  public var stabilizer: Double
  public var maxPool: MaxPoolRelevance
  public var bias: BiasShare
  public var batchNorm: MergeBatchNormRewrite.Remnant

  /// Creates the method; the borders are those of the paper's VGG16, after its seventh and its
  /// thirteenth weighted layer of sixteen.
  public init(
    _ preset: Preset = .epsilonPlus, epsilon: Double = 1e-6, gamma: Double = 0.25,
    low: ChannelValues = .inputSpec, high: ChannelValues = .inputSpec, lowerBorder: Double = 0.43,
    upperBorder: Double = 0.83, rules: RuleMapDescription = .empty,
    stabilizer: Double = 1e-6, maxPool: MaxPoolRelevance = .winner,
    bias: BiasShare = .share,
    batchNorm: MergeBatchNormRewrite.Remnant = .zennit
  ) {
    self.preset = preset
    self.epsilon = epsilon
    self.gamma = gamma
    self.low = low
    self.high = high
    self.lowerBorder = lowerBorder
    self.upperBorder = upperBorder
    self.rules = rules
    self.stabilizer = stabilizer
    self.maxPool = maxPool
    self.bias = bias
    self.batchNorm = batchNorm
  }

  public var name: String { "lrp-composite" }

  public var options: [MethodOption<Self>] {
    [
      .choice("preset", \.preset, "which rule stands where"),
      .number("epsilon", \.epsilon, "ε where that rule stands", in: 0...(.infinity)),
      .number("gamma", \.gamma, "γ where that rule stands", in: 0...(.infinity)),
      .channelValues("low", \.low, "the input's lowest value, for the z-box"),
      .channelValues("high", \.high, "the input's highest value, for the z-box"),
      .number("lower-border", \.lowerBorder, "montavon: up to which depth γ stands", in: 0...1),
      .number("upper-border", \.upperBorder, "montavon: from which depth LRP-0 stands", in: 0...1),
      MethodOption(
        "rules", "a rule map whose entries come before the preset's", accepts: "a JSON file",
        get: { .text($0.rules.text) },
        set: { value, method in
          guard case .text(let text) = value else {
            throw MethodOption<Self>.refusal(value, "JSON")
          }
          method.rules = try text.isEmpty ? .empty : RuleMapDescription(json: text)
        }),
    ] + Self.relevanceOptions
  }

  public func rules(
    for graph: Graph, of model: Model, input: Tensor?
  ) throws -> RuleMap {
    guard lowerBorder <= upperBorder else {
      throw InterpretabilityError(
        .invalidOption,
        "lower-border (\(lowerBorder)) must not exceed upper-border (\(upperBorder))")
    }
    try RuleMapCheck(rules, of: model, in: graph).requireNames()
    return try ruleMap(
      try ownEntries(graph, model: model, input: input)
        + firstEntries(graph, model: model, input: input) + upperEntries, for: graph)
  }

  /// The entries of ``rules``.
  private func ownEntries(
    _ graph: Graph, model: Model, input: Tensor?
  ) throws -> [(NodeSelector, any PropagationRule)] {
    let names = RuleMapCheck(rules, of: model, in: graph)
    return try rules.entries.flatMap { entry in
      let selector = names.selector(of: entry)
      if entry.rule == "z-box" {
        let low = entry.parameters["low"].flatMap(ChannelValues.init) ?? low
        let high = entry.parameters["high"].flatMap(ChannelValues.init) ?? high
        return try InputBox(low, high, model: model, input: input)
          .rules(for: selector, in: graph, stabilizer: stabilizer)
      }
      if entry.rule == "values" {
        let shares = try graph.valueShares(of: selector, portion: 1)
        guard !shares.isEmpty else {
          throw InterpretabilityError(
            .invalidOption,
            "rule map: “values” is for the product of attention's weights and values, such as "
              + "{\"kind\": \"product\", \"rule\": \"values\"}, and the entry fits none")
        }
        return shares
      }
      let rule = try Catalog.entry(named: entry.rule, of: RuleEntry.self, called: "rule").build(
        RuleParameters(values: entry.parameters, stabilizer: stabilizer, bias: bias))
      return [(selector, rule)]
    }
  }

  private func firstEntries(
    _ graph: Graph, model: Model, input: Tensor?
  ) throws -> [(NodeSelector, any PropagationRule)] {
    switch preset {
    case .epsilonPlus, .epsilonAlpha2Beta1: return []
    case .epsilonPlusFlat, .epsilonAlpha2Beta1Flat:
      return [(.firstWeighted, FlatRule(stabilizer: stabilizer))]
    case .epsilonGammaBox, .montavon:
      return try InputBox(low, high, model: model, input: input)
        .rules(for: .firstWeighted, in: graph, stabilizer: stabilizer)
    }
  }

  private var upperEntries: [(NodeSelector, any PropagationRule)] {
    let absorbing = EpsilonRule(epsilon: epsilon, bias: bias)
    let favouring = GammaRule(gamma: gamma, stabilizer: stabilizer, bias: bias)
    switch preset {
    case .epsilonPlus, .epsilonPlusFlat:
      let exciting = AlphaBetaRule(alpha: 1, beta: 0, stabilizer: stabilizer, bias: bias)
      return [(.kind(.convolution), exciting), (.kind(.dense), absorbing)]
    case .epsilonAlpha2Beta1, .epsilonAlpha2Beta1Flat:
      let weighing = AlphaBetaRule(alpha: 2, beta: 1, stabilizer: stabilizer, bias: bias)
      return [(.kind(.convolution), weighing), (.kind(.dense), absorbing)]
    case .epsilonGammaBox:
      return [(.kind(.convolution), favouring), (.kind(.dense), absorbing)]
    case .montavon:
      return [
        (.both(.weighted, .depth(0...lowerBorder)), favouring),
        (.both(.weighted, .depth(upperBorder...1)), EpsilonRule(epsilon: 0, bias: bias)),
        (.weighted, absorbing),
      ]
    }
  }
}

extension LRPComposite: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        LRPComposite(), "Relevance with the rule that suits each depth.",
        cites: ["montavon2019layer", "kohlbrenner2020towards", "anders2021software"])
    ]
  }
}
