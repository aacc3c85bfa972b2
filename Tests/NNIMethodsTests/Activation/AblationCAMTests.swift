import NNIMethods
import NNITestSupport
import Testing

@Suite struct AblationCAMTests {
  @Test(arguments: ["relu1", "concat", "max", "mean"]) func equalsOneChannelAtATime(
    layer: String
  ) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let result = try AblationCAM(layer: NodeID(layer), relu: false).attribute(
      model, input: input, target: .classes([1, 3]))
    for (row, index) in [1, 3].enumerated() {
      let one = try input.narrowed(axis: 0, to: row..<(row + 1))
      let maps = try model.graph.trace(one, to: NodeID(layer)).output
      let score = try model(one).doubles()[index]
      var expected = [Double](repeating: 0, count: maps.shape[2] * maps.shape[3])
      for channel in 0..<maps.shape[1] {
        // The whole network with a layer put in that silences one channel.
        var silenced = Graph(input: model.graph.input)
        for node in model.graph.nodes.dropFirst() {
          let inputs = node.inputs.map { $0 == NodeID(layer) ? "silent" : $0 }
          try silenced.add(node.layer, as: node.id, after: inputs)
          if node.id == NodeID(layer) {
            try silenced.add(SilencingLayer(channel: channel), as: "silent", after: [node.id])
          }
        }
        let without = try silenced.forward(one).doubles()[index]
        let plane = try maps.selected(axis: 1, index: channel).doubles()
        for pixel in expected.indices {
          expected[pixel] += (score - without) / score * plane[pixel]
        }
      }
      expectClose(try result.map.selected(axis: 0, index: row).doubles(), expected)
    }
    let cut = try AblationCAM(layer: NodeID(layer)).attribute(
      model, input: input, target: .classes([1, 3]))
    #expect(try cut.map.doubles() == result.map.positivePart().doubles())
  }

  @Test func aTargetBesideTheLayerIsRefused() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try AblationCAM(layer: "branch").attribute(
        SampleNets.mixed(), input: SampleNets.mixedInput(), target: .neuron("stem", [1, 2, 3]))
    }
    #expect(error?.message.contains("does not depend on this layer") == true)
  }

  @Test func aScoreOfZeroIsRefused() throws {
    var silent = try SampleNets.mixed()
    silent.graph = try silent.graph.mapParameters { try $0 * 0 }
    let error = #expect(throws: InterpretabilityError.self) {
      try AblationCAM(layer: "concat").attribute(
        silent, input: SampleNets.mixedInput(), target: 1)
    }
    #expect(error?.message.contains("score-cam") == true)
  }

  private struct SilencingLayer: Layer {
    let channel: Int
    var kind: LayerKind { .structural }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
      let before = try inputs[0].narrowed(axis: 1, to: 0..<channel)
      let one = try inputs[0].narrowed(axis: 1, to: channel..<(channel + 1))
      let after = try inputs[0].narrowed(axis: 1, to: (channel + 1)..<inputs[0].shape[1])
      return try .concatenated([before, one.zerosLike(), after], axis: 1)
    }
  }
}
