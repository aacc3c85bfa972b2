import NNIMethods
import NNITestSupport
import Testing

@Suite struct IntegratedGradientsTests {
  private func baseline() throws -> Baseline {
    .tensor(try SampleNets.mixedInput(3, seed: 31) * 0.5, name: "reference")
  }

  /// Everything smooth but the max pool, which is left out.
  private func smoothModel() throws -> Model {
    var numbers = SeededNumbers(4)
    var graph = Graph(input: "image")
    let layers: [any Layer] = [
      ConvolutionLayer(
        weight: try numbers.tensor([4, 3, 3, 3], scale: 0.2), bias: try numbers.tensor([4])),
      ActivationLayer(.softplus),
      ConvolutionLayer(
        weight: try numbers.tensor([3, 4, 2, 2], scale: 0.3), bias: try numbers.tensor([3])),
      ActivationLayer(.tanh), FlattenLayer(),
      DenseLayer(weight: try numbers.tensor([5, 3 * 6 * 4], scale: 0.2)), SoftmaxLayer(),
      DenseLayer(weight: try numbers.tensor([5, 5], scale: 5)),
    ]
    for (index, layer) in layers.enumerated() {
      try graph.add(layer, as: NodeID("n\(index)"), after: [graph.output])
    }
    return try Model(graph)
  }

  @Test func fiftyNodesAreCompleteOnASmoothNet() throws {
    let ledger = try IntegratedGradients(baseline: baseline()).attribute(
      smoothModel(), input: SampleNets.mixedInput(), target: .predicted
    ).ledger
    for sample in 0..<3 {
      let difference = ledger.score[sample] - ledger.reference[sample]
      #expect(abs(difference) > 0.1)
      #expect(abs(ledger.residual[sample]) < 1e-8 * max(abs(difference), 1))
    }
  }

  @Test(arguments: Quadrature.allCases) func itIsTheWeightedSumOfGradients(
    _ quadrature: Quadrature
  ) throws {
    let model = try SampleNets.mixed()
    let (input, start) = (
      try SampleNets.mixedInput(), try SampleNets.mixedInput(3, seed: 31) * 0.5
    )
    // Eleven nodes of three samples make several batches, the last of them smaller.
    let method = IntegratedGradients(steps: 11, quadrature: quadrature, baseline: try baseline())
    let result = try method.attribute(model, input: input, target: .predicted)
    var mean = try input.zerosLike()
    for (position, weight) in quadrature.nodes(11) {
      let point = try start + (input - start) * position
      let gradient = try Gradient().attribute(
        model, input: point, target: .classes(result.classes))
      mean = try mean + gradient.map * weight
    }
    try expectClose(result.map, (input - start) * mean)
  }

  private func worst(_ ledger: Ledger) -> Double {
    ledger.residual.indices.map {
      abs(ledger.residual[$0]) / max(abs(ledger.score[$0] - ledger.reference[$0]), 1)
    }.max() ?? .infinity
  }

  @Test func theToleranceAsksForNodesUntilItIsMet() throws {
    // With rectifiers the error falls only as 1/n.
    for (model, tolerance) in [(try SampleNets.mixed(), 1e-2), (try smoothModel(), 1e-9)] {
      func ledger(_ tolerance: Double) throws -> Ledger {
        try IntegratedGradients(steps: 2, baseline: baseline(), tolerance: tolerance)
          .attribute(model, input: SampleNets.mixedInput(), target: .predicted).ledger
      }
      #expect(worst(try ledger(0)) > tolerance)
      #expect(worst(try ledger(tolerance)) <= tolerance)
      #expect(try ledger(tolerance).causes.keys.allSatisfy { $0 == .quadrature })
    }
  }
}
