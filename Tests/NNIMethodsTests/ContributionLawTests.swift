import NNIMethods
import NNITestSupport
import Testing

/// Laws for methods whose map holds contributions.
@Suite struct ContributionLawTests {
  /// Compared with zero, each of these must find `x ⊙ w` on a linear network without biases.
  static let exactOnLinearNets: [(name: String, options: [String: OptionValue])] = [
    ("gradient-x-input", [:]), ("integrated-gradients", ["steps": .number(3)]),
    ("integrated-gradients", ["tolerance": .number(1e-6)]), ("taylor-simple", [:]),
    ("lrp-zero", [:]), ("lrp-epsilon", ["epsilon": .number(1e-14)]), ("deeplift-rescale", [:]),
    ("deeplift-linear", [:]), ("deeplift-reveal-cancel", [:]), ("deeplift-genomics", [:]),
    ("conductance", ["layer": .text("image"), "steps": .number(2)]),
    (
      "smoothgrad",
      ["of": .text("gradient-x-input"), "noise": .number(0), "samples": .number(2)]
    ),
  ]

  @Test(arguments: exactOnLinearNets.indices)
  func aLinearNetworkIsExplainedExactly(index: Int) throws {
    let (name, options) = Self.exactOnLinearNets[index]
    let (model, weights) = try SampleNets.linear()
    let input = try SampleNets.mixedInput(2)
    let result = try Catalog.method(name, options).attribute(
      model, input: input, target: .classes([1, 3]))
    let rows = try Tensor.concatenated(
      [weights.narrowed(axis: 0, to: 1..<2), weights.narrowed(axis: 0, to: 3..<4)], axis: 0)
    try expectClose(result.map, input * rows.reshaped(input.shape), relative: 1e-9, "\(name)")
  }

  @Test func windowsOfAllChannelsAddUpOnALinearNetwork() throws {
    let (model, weights) = try SampleNets.linear()
    let input = try SampleNets.mixedInput(1)
    let result = try Catalog.method(
      "occlusion", ["window": .number(1), "stride": .number(1)]
    ).attribute(model, input: input, target: .class(2))
    let products = try input * weights.narrowed(axis: 0, to: 2..<3).reshaped(input.shape)
    let expected = try products.sum(over: [1], keepingAxes: true).expanded(to: input.shape)
    try expectClose(result.map, expected, relative: 1e-9)
  }

  /// Where an input equals its reference there is nothing to contribute.
  @Test(
    arguments: [
      "integrated-gradients", "deeplift-rescale", "deeplift-reveal-cancel", "deeplift-genomics",
      "deeplift-linear", "gradient-x-input", "taylor-simple",
    ], SampleNets.shapes)
  func noDifferenceNoContribution(name: String, shape: String) throws {
    let model = try SampleNets.net(shape)
    let full = try SampleNets.mixedInput(2)
    // The upper rows are zero, as the reference is.
    let input = try Tensor.concatenated(
      [full.narrowed(axis: 2, to: 0..<4).zerosLike(), full.narrowed(axis: 2, to: 4..<9)], axis: 2)
    let map = try Catalog.method(name).attribute(model, input: input, target: .predicted).map
    #expect(try map.narrowed(axis: 2, to: 0..<4).doubles().allSatisfy { $0 == 0 })
  }

  @Test(
    arguments: ["deeplift-rescale", "deeplift-reveal-cancel", "deeplift-genomics"],
    SampleNets.shapes)
  func contributionsAreCompleteForAnyReference(name: String, shape: String) throws {
    var numbers = SeededNumbers(55)
    let reference = try numbers.tensor([2, 3, 9, 7])
    let ledger = try Catalog.method(name, ["baseline": .tensor(reference, name: "random")])
      .attribute(SampleNets.net(shape), input: SampleNets.mixedInput(2), target: .predicted).ledger
    for sample in 0..<2 {
      let change = ledger.score[sample] - ledger.reference[sample]
      #expect(abs(ledger.residual[sample]) < 1e-10 * max(1, abs(change)))
    }
  }

  @Test(arguments: LRP.Rule.allCases, SampleNets.shapes)
  func relevanceIsAccountedFor(rule: LRP.Rule, shape: String) throws {
    let ledger = try LRP(rule).attribute(
      SampleNets.net(shape), input: SampleNets.mixedInput(2), target: .predicted
    ).ledger
    for unexplained in ledger.causes[.unexplained] ?? [] { #expect(abs(unexplained) < 1e-9) }
  }
}
