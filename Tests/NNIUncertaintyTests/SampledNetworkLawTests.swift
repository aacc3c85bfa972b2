import NNIUncertainty
@testable import NNIMethods
import NNITestSupport
import Testing

/// Laws of methods on networks whose dropout draws, with a skip connection and a concatenation.
@Suite struct SampledNetworkLawTests {
  /// Methods that compute as many rows as they are given.
  static let rowwise = Catalog.methods.filter { !$0.readsAttention }.map(\.name).filter { name in
    let method = try? Catalog.method(name)
    return method is any RecordedMethod && !(method is any ForwardMethod) && name != "cam"
  }

  private static let draws = [
    MemberDraw(pass: 2, sample: 0), MemberDraw(pass: 0, sample: 1), MemberDraw(pass: 7, sample: 5),
  ]

  private func method(_ name: String) throws -> any AttributionMethod {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    var options: [String: OptionValue] = [:]
    let known = entry.options.map(\.name)
    if known.contains("low") { options = ["low": .number(-4), "high": .number(4)] }
    if known.contains("layer") { options["layer"] = .text("concat") }
    if known.contains("window") { options["window"] = .number(4) }
    return try entry.method(options)
  }

  @Test(arguments: rowwise) func rowsOfABatchEqualSingleRuns(name: String) throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 21)
    let batch = try SampleNets.mixedInput(3)
    let method = try method(name)
    let together = try method.attribute(
      members.member(Self.draws), input: batch, target: .classes([1, 4, 2]))
    for (row, target) in [1, 4, 2].enumerated() {
      let alone = try method.attribute(
        members.member([Self.draws[row]]), input: batch.narrowed(axis: 0, to: row..<(row + 1)),
        target: .class(target))
      try expectClose(
        together.map.narrowed(axis: 0, to: row..<(row + 1)), alone.map, relative: 1e-9)
    }
  }

  /// What expands a batch sees one thinned network.
  @Test(arguments: Catalog.methods.filter { !$0.readsAttention }.map(\.name).filter { $0 != "cam" })
  func everyMethodExplainsAThinnedNetwork(name: String) throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 22)
    let model = try members.member([MemberDraw(pass: 3)])
    let batch = try SampleNets.mixedInput(2)
    let method = try method(name)
    let result = try method.attribute(model, input: batch, target: .classes([1, 4]))
    let one = try batch.narrowed(axis: 0, to: 1..<2)
    let alone = try method.attribute(model, input: one, target: .class(4))
    try expectClose(result.map.narrowed(axis: 0, to: 1..<2), alone.map, relative: 1e-9)
    let ledger = result.ledger
    for sample in 0..<2 {
      let explained = ledger.sum[sample] + ledger.causes.values.reduce(0) { $0 + $1[sample] }
      #expect(abs(ledger.score[sample] - ledger.reference[sample] - explained) < 1e-9)
    }
  }

  @Test(arguments: LRP.Rule.allCases) func relevanceIsConserved(rule: LRP.Rule) throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 23)
    let result = try LRP(rule, bias: .zero, batchNorm: .exact).attribute(
      members.member(Self.draws), input: SampleNets.mixedInput(3), target: .predicted)
    for unexplained in result.ledger.causes[.unexplained] ?? [] { #expect(abs(unexplained) < 1e-9) }
    let drops = ["drop_channels", "drop_conv", "drop_hidden"]
    #expect(result.absorbed.keys.allSatisfy { !drops.contains($0.name) })
  }

  @Test(
    arguments: ["deeplift-rescale", "deeplift-reveal-cancel", "deeplift-genomics"])
  func contributionsAreComplete(name: String) throws {
    var numbers = SeededNumbers(56)
    let reference = try numbers.tensor([3, 3, 9, 7])
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 24)
    let ledger = try Catalog.method(name, ["baseline": .tensor(reference, name: "random")])
      .attribute(
        members.member(Self.draws), input: SampleNets.mixedInput(3), target: .predicted
      ).ledger
    for row in 0..<3 {
      let change = ledger.score[row] - ledger.reference[row]
      #expect(abs(ledger.residual[row]) < 1e-10 * max(1, abs(change)))
    }
  }

  @Test func contributionsAreCompleteUnderNoiseOnActivations() throws {
    let members = try ActivationNoise(
      DropoutNets.mixed(), at: ["stem", "relu2", "hidden"], deviation: 0.5, passes: 8, seed: 2)
    for rule in [DeepLIFT.Rule.rescale, .revealCancel] {
      let ledger = try DeepLIFT(rule).attribute(
        members.member(Self.draws), input: SampleNets.mixedInput(3), target: .predicted
      ).ledger
      for row in 0..<3 { #expect(abs(ledger.residual[row]) < 1e-10) }
    }
  }

  @Test func theGradientIsThatOfFiniteDifferences() throws {
    let smooth = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 25)
      .member([MemberDraw(pass: 5)])
    let input = try SampleNets.mixedInput(1)
    let gradient = try Gradient().attribute(smooth, input: input, target: .class(2)).map.doubles()
    let values = try input.doubles()
    let step = 1e-6
    for place in stride(from: 0, to: 189, by: 7) {
      func score(_ shift: Double) throws -> Double {
        var moved = values
        moved[place] += shift
        return try smooth(Tensor(moved, shape: [1, 3, 9, 7])).doubles()[2]
      }
      let slope = try (score(step) - score(-step)) / (2 * step)
      #expect(abs(slope - gradient[place]) < 1e-6)
    }
  }

  @Test func batchNormIsNotMovedThroughDropout() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 26)
    let model = try members.member(Self.draws)
    let input = try SampleNets.mixedInput(3)
    let plain = try model.graph.forward(input)
    for preparation in [
      GraphPreparation.mergedBatchNorm(.exact), .fused(keeping: []),
      .fused(keeping: ["conv"], rectifiersApart: true),
    ] {
      try expectClose(model.prepared(preparation).forward(input), plain, relative: 1e-12)
    }
  }

  @Test func preparedMembersAreThoseOfTheMembersGraph() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 27)
    let input = try SampleNets.mixedInput(1)
    for pass in 0..<3 {
      let model = try members.member([MemberDraw(pass: pass)])
      let fresh = try GraphPreparation.fused(keeping: []).apply(to: model.graph)
      #expect(try model(input).doubles() == fresh.forward(input).doubles())
    }
  }

  @Test func occlusionThatComputesOnlyChangesIsThatOfCompletePasses() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 8, seed: 28)
    let recording = try Recording(
      members.member([MemberDraw(pass: 1)]), input: SampleNets.mixedInput(2),
      isPropagatable: false)
    let method = Occlusion(window: 3, stride: 2)
    var (fast, slow) = (Recomputation(), Recomputation())
    fast.worthwhileShare = .infinity
    slow.isIncremental = false
    try expectClose(
      method.attribute(recording, target: .predicted, fast).map,
      method.attribute(recording, target: .predicted, slow).map, relative: 1e-10)
  }

  @Test func theClassActivationMapSumsToTheLogitOfTheThinnedNetwork() throws {
    let members = try MonteCarloDropout(DropoutNets.pooled(), passes: 8, seed: 29)
    let model = try members.member(Self.draws)
    let input = try SampleNets.mixedInput(3)
    let result = try CAM().attribute(model, input: input, target: .classes([0, 3, 4]))
    let bias = try #require((model.graph["logits"].layer as? DenseLayer)?.bias).doubles()
    let sums = try result.map.sumPerSample().doubles()
    for (row, target) in [0, 3, 4].enumerated() {
      #expect(abs(sums[row] / 35 + bias[target] - result.ledger.score[row]) < 1e-10)
    }
    let plain = try CAM().attribute(members.model, input: input, target: .classes([0, 3, 4]))
    #expect(try plain.map.doubles() != result.map.doubles())
  }
}
