import NNIMethods
import NNITestSupport
import Testing

@Suite struct LayerPathMethodTests {
  @Test func conductanceSumsToTheDifferenceOnASmoothNet() throws {
    let model = try SampleNets.mixed(activation: ActivationLayer(.softplus))
    let result = try LayerPathMethod(.conductance, layer: "relu1", steps: 200).attribute(
      model, input: SampleNets.mixedInput(2), target: .predicted)
    #expect(result.map.shape == [2, 4, 9, 7])
    for sample in 0..<2 {
      let ledger = result.ledger
      let change = ledger.score[sample] - ledger.reference[sample]
      #expect(abs(ledger.residual[sample]) < 2e-3 * max(1, abs(change)))
    }
  }

  @Test func conductanceAtTheInputIsIntegratedGradients() throws {
    let model = try SampleNets.mixed(activation: ActivationLayer(.tanh))
    let input = try SampleNets.mixedInput(2)
    let here = try LayerPathMethod(.conductance, layer: "image", steps: 40).attribute(
      model, input: input, target: .class(3))
    let known = try IntegratedGradients(steps: 40, quadrature: .midpoint).attribute(
      model, input: input, target: .class(3))
    try expectClose(here.map, known.map, relative: 1e-9)
  }

  @Test func influenceIsTheMeanGradient() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let result = try LayerPathMethod(.influence, layer: "concat", steps: 3).attribute(
      model, input: input, target: .class(3))
    var sum: Tensor?
    for position in [1.0 / 6, 0.5, 5.0 / 6] {
      let part = try Gradient().attribute(
        model, input: input * position, target: .class(3), at: "concat"
      ).map
      sum = try sum.map { try $0 + part } ?? part
    }
    let total = try #require(sum)
    try expectClose(result.map, total / 3)
  }

  @Test func aToleranceIsMet() throws {
    let model = try SampleNets.mixed(activation: ActivationLayer(.softplus))
    let result = try IntegratedGradients(steps: 8, tolerance: 1e-4).attribute(
      model, input: SampleNets.mixedInput(2), target: .predicted)
    let nodes = try #require(result.details["nodes"]).doubles()
    let errors = try #require(result.details["error-estimate"]).doubles()
    for sample in 0..<2 {
      let change = result.ledger.score[sample] - result.ledger.reference[sample]
      #expect(abs(result.ledger.residual[sample]) <= errors[sample] + 1e-12)
      #expect(errors[sample] <= 1e-4 * max(1, abs(change)))
      #expect(nodes[sample] >= 8 && nodes[sample] <= 4096)
    }
  }
}
