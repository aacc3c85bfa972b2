import NNIModels
import NNITestSupport
import Testing

@testable import NNIGraph

@Suite struct TraceReplacingTests {
  /// Every node of the net in turn: also those beside which recorded values are needed.
  @Test(arguments: ["image", "stem", "relu1", "conv", "skip", "relu4", "concat", "flat", "logits"])
  func equalsTheNetworkWhoseNodeIsThatValue(name: String) throws {
    let node = NodeID(name)
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let trace = try model.graph.trace(input, readable: [])
    var numbers = SeededNumbers(5)
    let values = try numbers.tensor([6] + trace[node].shape.dropFirst())
    let result = try trace.forward(replacing: node, with: values)

    for row in 0..<6 {
      let one = try values.narrowed(axis: 0, to: row..<(row + 1))
      let sample = try input.narrowed(axis: 0, to: (row / 3)..<(row / 3 + 1))
      let expected: Tensor
      if node == model.graph.input {
        expected = try model(one)
      } else {
        let fixed = Graph.Replacement(layer: FixedLayer(value: one), inputs: [model.graph.input])
        expected = try model.graph.replacing([node: fixed]).forward(sample)
      }
      try expectClose(result.narrowed(axis: 0, to: row..<(row + 1)), expected)
    }
  }

  @Test func whatDoesNotDependOnTheNodeStays() throws {
    let model = try SampleNets.mixed()
    let trace = try model.graph.trace(SampleNets.mixedInput(2), readable: [])
    let values = try trace["branch"].repeatedInterleaving(2)
    let result = try trace.forward(replacing: "branch", with: values, to: "conv")
    #expect(try result.doubles() == trace["conv"].repeatedInterleaving(2).doubles())
  }

  @Test func aLayerThatRefusesIsNamed() throws {
    let model = try SampleNets.mixed()
    let trace = try model.graph.trace(SampleNets.mixedInput(1), readable: [])
    let error = #expect(throws: InterpretabilityError.self) {
      try trace.forward(replacing: "stem", with: Tensor.full([1, 9, 9, 7], 1, dtype: .float64))
    }
    #expect(error?.node == "norm")
  }

  private struct FixedLayer: Layer {
    let value: Tensor
    var kind: LayerKind { .structural }
    func forward(_ inputs: [Tensor]) throws -> Tensor { value }
  }
}
