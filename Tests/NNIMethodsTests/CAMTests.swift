import NNIMethods
import NNITestSupport
import Testing

@Suite struct CAMTests {
  /// What may stand for global average pooling.
  static let heads: [any Layer] = [
    GlobalAveragePoolLayer(), AdaptiveAveragePoolLayer([1, 1]),
    ReductionLayer(over: [2, 3], isKeepingAxes: false, isMean: true),
    ReductionLayer(over: [-1, -2], isKeepingAxes: true, isMean: true),
  ]

  private func network(_ pool: any Layer) throws -> Model {
    var numbers = SeededNumbers(8)
    var graph = Graph(input: "image")
    let layers: [(NodeID, any Layer)] = [
      ("conv", ConvolutionLayer(weight: try numbers.tensor([6, 3, 3, 2]))),
      ("relu", ActivationLayer(.relu)), ("drop", DropoutLayer()), ("pool", pool),
      ("flat", FlattenLayer()),
      ("dense", DenseLayer(weight: try numbers.tensor([4, 6]), bias: try numbers.tensor([4]))),
    ]
    for (id, layer) in layers { try graph.add(layer, as: id, after: [graph.output]) }
    return try Model(graph)
  }

  @Test(arguments: heads.indices) func theMapAddsUpToTheLogit(index: Int) throws {
    let model = try network(Self.heads[index])
    let input = try SampleNets.mixedInput()
    let result = try CAM().attribute(model, input: input, target: .classes([3, 0, 2]))
    let dense = try #require(try model.graph["dense"].layer as? DenseLayer)
    let bias = try #require(try dense.bias?.doubles())
    #expect(result.map.shape == [3, 1, 7, 6])
    for (sample, own) in [3, 0, 2].enumerated() {
      let total = result.ledger.sum[sample] / 42 + bias[own]
      #expect(abs(total - result.ledger.score[sample]) < 1e-12)
    }
    let gradCAM = try GradCAM(layer: "relu", relu: false).attribute(
      model, input: input, target: .classes([3, 0, 2]))
    try expectClose(result.map, gradCAM.map * 42)
    // The gradient is the same at all places.
    let hiRes = try WeightedCAM(.hiRes, layer: "relu", relu: false).attribute(
      model, input: input, target: .classes([3, 0, 2]))
    try expectClose(hiRes.map, gradCAM.map)
  }

  @Test func aDifferenceOfClassesIsTheDifferenceOfTheirMaps() throws {
    let model = try network(GlobalAveragePoolLayer())
    let input = try SampleNets.mixedInput()
    let maps = try [Target.difference(3, 1), .class(3), .class(1)].map { target in
      try CAM().attribute(model, input: input, target: target).map
    }
    try expectClose(maps[0], maps[1] - maps[2])
  }

  @Test func otherNetworksAreRefused() throws {
    for model in [
      try SampleNets.mixed(), try network(AdaptiveAveragePoolLayer([2, 1])),
      try network(ReductionLayer(over: [2, 3], isKeepingAxes: false, isMean: false)),
    ] {
      let error = #expect(throws: InterpretabilityError.self) {
        try CAM().attribute(model, input: SampleNets.mixedInput(), target: .predicted)
      }
      #expect(error != nil)
    }
  }
}
