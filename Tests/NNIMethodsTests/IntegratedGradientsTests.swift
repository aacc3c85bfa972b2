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

  /// Only the trapezoid rule asks for the gradient at the baseline itself.
  ///
  /// At a constant one all windows of max pooling tie, and which element has the derivative is a convention:
  /// the first, as in PyTorch.
  @Test func `At a constant baseline the first element of each window has the derivative`() throws {
    var numbers = SeededNumbers(6)
    let weight = try numbers.tensor([2, 2 * 2 * 3])
    var graph = Graph(input: "image")
    try graph.add(MaxPoolLayer(Window([2, 2], stride: [2, 2])), as: "max", after: ["image"])
    try graph.add(FlattenLayer(), as: "flat", after: ["max"])
    try graph.add(DenseLayer(weight: weight), as: "logits", after: ["flat"])
    let input = try numbers.tensor([2, 2, 4, 6])
    let result = try IntegratedGradients(steps: 2, quadrature: .trapezoid).attribute(
      Model(graph), input: input, target: .class(1))

    let (x, w) = (try input.doubles(), Array(try weight.doubles()[12...]))
    var wanted = [Double](repeating: 0, count: x.count)
    for window in 0..<24 {
      let (plane, place) = (window / 6, window % 6)
      let corner = plane * 24 + place / 3 * 12 + place % 3 * 2
      let elements = [corner, corner + 1, corner + 6, corner + 7]
      let winner = elements.max { x[$0] < x[$1] } ?? corner
      for element in [corner, winner] { wanted[element] += 0.5 * x[element] * w[window % 12] }
    }
    expectClose(try result.map.doubles(), wanted, relative: 1e-12)
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
