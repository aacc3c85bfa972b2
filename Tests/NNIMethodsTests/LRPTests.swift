import NNIMethods
import NNITestSupport
import Testing

@Suite struct LRPTests {
  /// Every rule and preset, with nothing to absorb relevance but rounding.
  static var conserving: [any AttributionMethod] {
    let tiny = 1e-14
    let box = (ChannelValues.numbers([-4]), ChannelValues.numbers([4]))
    let rules: [any AttributionMethod] = LRP.Rule.allCases.map {
      LRP($0, epsilon: 0, stabilizer: tiny, bias: .zero)
    }
    let inputs: [any AttributionMethod] = LRP.InputRule.allCases.map {
      LRP(.epsilon, epsilon: 0, input: $0, low: box.0, high: box.1, stabilizer: tiny, bias: .zero)
    }
    let presets: [any AttributionMethod] = LRPComposite.Preset.allCases.map {
      LRPComposite($0, epsilon: 0, low: box.0, high: box.1, stabilizer: tiny, bias: .zero)
    }
    let pools = [LRP(.epsilon, epsilon: 0, stabilizer: tiny, maxPool: .average, bias: .zero)]
    return rules + inputs + presets + pools
      + [DeepTaylor(low: box.0, high: box.1, stabilizer: tiny, bias: .zero)]
  }

  @Test(arguments: conserving.indices) func relevanceIsConservedWithoutBiases(index: Int) throws {
    let method = Self.conserving[index]
    let model = try SampleNets.mixed()
    let ledger = try method.attribute(
      model, input: SampleNets.mixedInput(), target: .predicted
    ).ledger
    #expect(ledger.causes[.bias] == nil)
    for sample in ledger.score.indices {
      let score = ledger.score[sample]
      // Units that no input excites have nobody to hand relevance to: z⁺, αβ, w² and flat meet some
      // in this net, and the ledger shows what they kept.
      let kept = Self.canMeetIdleUnits(method) ? ledger.causes[.stabilizer]?[sample] ?? 0 : 0
      #expect(
        abs(ledger.sum[sample] + kept - score) <= 1e-8 * abs(score),
        "\(method.name) \(method.optionValues)")
    }
  }

  private static func canMeetIdleUnits(_ method: any AttributionMethod) -> Bool {
    switch method {
    case let method as LRP: ![.zero, .epsilon, .gamma].contains(method.rule)
    case let method as LRPComposite: ![.epsilonGammaBox, .montavon].contains(method.preset)
    default: true
    }
  }

  @Test(arguments: conserving.indices) func whatIsMissingIsBiasAndStabilizer(index: Int) throws {
    let name = Self.conserving[index].name
    var options = Self.conserving[index].optionValues
    options["bias"] = .text("share")
    options["stabilizer"] = .number(1e-3)
    if options["epsilon"] != nil { options["epsilon"] = .number(0.1) }
    let method = try Catalog.method(name, options)
    let ledger = try method.attribute(
      SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted
    ).ledger
    for (unexplained, score) in zip(ledger.causes[.unexplained] ?? [0, 0, 0], ledger.score) {
      #expect(abs(unexplained) <= 1e-8 * abs(score), "\(name) \(options)")
    }
  }

  @Test func epsilonZeroIsGradientTimesInputWithoutBias() throws {
    // For ReLUs, max pools, sums and linear layers the two coincide, biases or not.
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let relevance = try LRP(.zero, stabilizer: 1e-14, batchNorm: .exact).attribute(
      model, input: input, target: .predicted)
    let product = try GradientTimesInput().attribute(model, input: input, target: .predicted)
    try expectClose(relevance.map, product.map, relative: 1e-8)
  }

  @Test func alphaMinusBetaMustBeOne() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try LRP(.alphaBeta, alpha: 2, beta: 0.5).attribute(
        SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted)
    }
    #expect(error?.code == .invalidOption)
  }

  @Test func theBoxMustBeKnown() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try DeepTaylor().attribute(
        SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted)
    }
    #expect(error?.message.contains("low") == true)
  }
}
