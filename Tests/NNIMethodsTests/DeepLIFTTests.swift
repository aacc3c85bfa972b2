import NNIMethods
import NNITestSupport
import Testing

/// Laws of DeepLIFT, with random references: a reference of zeros hides most mistakes.
@Suite struct DeepLIFTTests {
  static let complete: [DeepLIFT.Rule] = [.rescale, .revealCancel, .genomics]
  static let classes = [0, 2, 1]

  private func baseline(_ samples: Int = 3) throws -> Baseline {
    .tensor(try DifferenceNets.input(samples, seed: 99), name: "reference")
  }

  @Test(arguments: DifferenceNets.names, complete)
  func contributionsSumToTheDifference(name: String, rule: DeepLIFT.Rule) throws {
    let model = try DifferenceNets.model(name)
    let method = DeepLIFT(rule, baseline: try baseline())
    let input = try DifferenceNets.input(seed: 5)
    for (dtype, tolerance) in [(DType.float64, 1e-10), (.float32, 1e-5)] {
      let ledger = try method.attribute(
        model.converted(to: dtype), input: input.converted(to: dtype),
        target: .classes(Self.classes)
      ).ledger
      for sample in 0..<3 {
        let difference = ledger.score[sample] - ledger.reference[sample]
        #expect(
          abs(ledger.residual[sample]) <= tolerance * max(abs(difference), 1),
          "\(dtype) \(ledger.residual[sample]) of \(difference)")
      }
    }
  }
}

extension DeepLIFTTests {
  @Test(arguments: DifferenceNets.names, complete)
  func aMapInABatchIsTheMapAlone(name: String, rule: DeepLIFT.Rule) throws {
    let model = try DifferenceNets.model(name)
    let input = try DifferenceNets.input(seed: 5)
    let reference = try DifferenceNets.input(seed: 99)
    let together = try DeepLIFT(rule, baseline: .tensor(reference, name: "all"))
      .attribute(model, input: input, target: .classes(Self.classes))
    for sample in 0..<3 {
      let range = sample..<(sample + 1)
      let one = try reference.narrowed(axis: 0, to: range)
      let alone = try DeepLIFT(rule, baseline: .tensor(one, name: "one")).attribute(
        model, input: input.narrowed(axis: 0, to: range), target: .class(Self.classes[sample]))
      try expectClose(
        together.map.narrowed(axis: 0, to: range), alone.map, relative: 1e-9, absolute: 1e-11)
    }
  }

  @Test(arguments: DifferenceNets.names, DeepLIFT.Rule.allCases)
  func aReferenceEqualToTheInputGivesZero(name: String, rule: DeepLIFT.Rule) throws {
    let input = try DifferenceNets.input(seed: 5)
    let result = try DeepLIFT(rule, baseline: .tensor(input, name: "input")).attribute(
      DifferenceNets.model(name), input: input, target: .classes(Self.classes))
    #expect(try result.map.doubles().allSatisfy { $0 == 0 })
    #expect(result.ledger.residual == [0, 0, 0])
  }

  @Test(arguments: DifferenceNets.names) func linearIsGradientTimesDifference(name: String) throws {
    let model = try DifferenceNets.model(name)
    let input = try DifferenceNets.input(seed: 5)
    let reference = try DifferenceNets.input(seed: 99)
    let map = try DeepLIFT(.linear, baseline: .tensor(reference, name: "reference"))
      .attribute(model, input: input, target: .classes(Self.classes)).map
    let gradient = try Gradient().attribute(model, input: input, target: .classes(Self.classes)).map
    try expectClose(map, gradient * (input - reference))
  }

  @Test(arguments: DeepLIFT.Rule.allCases)
  func severalReferencesGiveTheMeanOfTheirMaps(rule: DeepLIFT.Rule) throws {
    let model = try DifferenceNets.model("skip")
    let input = try DifferenceNets.input(seed: 5)
    let references: [Baseline] = [
      .zero, .tensor(try DifferenceNets.input(1, seed: 98), name: "one"), try baseline(),
    ]
    let together = try DeepLIFT(rule, baseline: .several(references)).attribute(
      model, input: input, target: .classes(Self.classes))
    var sum = try input.zerosLike()
    for reference in references {
      sum =
        try sum
        + DeepLIFT(rule, baseline: reference).attribute(
          model, input: input, target: .classes(Self.classes)
        ).map
    }
    try expectClose(together.map, sum / 3)
  }

  /// With ReLUs, max pools, sums and linear layers and no biases all values double with the input, and so
  /// Rescale from a zero image is the gradient times the input.
  @Test func rescaleFromZeroWithoutBiasesIsTheGradientTimesTheInput() throws {
    var graph = Graph(input: "image")
    let layers: [any Layer] = try {
      var numbers = SeededNumbers(3)
      return [
        ConvolutionLayer(weight: try numbers.tensor([5, 4, 3, 3])), ActivationLayer(.relu),
        MaxPoolLayer(Window([3, 3], stride: [1, 1])), FlattenLayer(),
        DenseLayer(weight: try numbers.tensor([3, 5 * 4 * 2])),
      ]
    }()
    for (index, layer) in layers.enumerated() {
      try graph.add(layer, as: NodeID("n\(index)"), after: [graph.output])
    }
    let model = try Model(graph)
    let input = try DifferenceNets.input(seed: 5)
    let rescale = try DeepLIFT(.rescale).attribute(model, input: input, target: .predicted)
    let product = try GradientTimesInput().attribute(model, input: input, target: .predicted)
    try expectClose(rescale.map, product.map)
  }

  /// `log z` with `z = 3a − 2b + 1`, from (0, 0) to (1, 1.5): `z₀ + Δz⁻ = −2`.
  @Test(arguments: complete) func aFunctionNeedNotBeDefinedBetween(rule: DeepLIFT.Rule) throws {
    var graph = Graph(input: "features")
    try graph.add(
      DenseLayer(
        weight: Tensor([3.0, -2], shape: [1, 2]), bias: Tensor([1.0], shape: [1])),
      as: "dense", after: ["features"])
    try graph.add(ActivationLayer(.logarithm), as: "log", after: ["dense"])
    let result = try DeepLIFT(rule).attribute(
      Model(graph), input: Tensor([1.0, 1.5], shape: [1, 2]), target: .class(0))
    #expect(abs(result.ledger.residual[0]) < 1e-12)
    #expect(try result.map.isFinite())
  }

  /// Where all of the network goes through a layer, what its elements contribute is complete too.
  @Test(
    arguments: [
      "max pool before ReLU", "batch norm after", "average pools", "affine", "constant border",
      "layer norm", "PReLU",
    ], complete)
  func contributionsOfALayerSumToTheDifference(name: String, rule: DeepLIFT.Rule) throws {
    let model = try DifferenceNets.model(name)
    let method = DeepLIFT(rule, baseline: try baseline())
    let input = try DifferenceNets.input(seed: 5)
    for node in model.graph.nodes.map(\.id) {
      let ledger = try method.attribute(
        model, input: input, target: .classes(Self.classes), at: node
      ).ledger
      for sample in 0..<3 {
        let difference = ledger.score[sample] - ledger.reference[sample]
        #expect(
          abs(ledger.residual[sample]) <= 1e-10 * max(abs(difference), 1), "at \(node)")
      }
    }
  }
}
