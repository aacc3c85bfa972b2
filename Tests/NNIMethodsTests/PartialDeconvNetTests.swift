import NNIMethods
import NNITestSupport
import Testing

/// A reconstruction of a layer is that of a network that ends there.
@Suite struct PartialDeconvNetTests {
  static let layers = ["relu1", "conv_again", "concat", "max"]

  /// The network up to a layer, or to one channel of it.
  private func truncated(_ layer: String, channel: Int? = nil) throws -> Model {
    var graph = try SampleNets.mixed().graph
    try graph.setOutput(NodeID(layer))
    if let channel {
      try graph.add(
        SliceLayer([.init(axis: 1, start: channel, end: channel + 1)]), as: "one channel",
        after: [NodeID(layer)])
    }
    return try Model(graph)
  }

  private func full(_ model: Model, _ input: Tensor) throws -> Tensor {
    try DeconvNet(seed: .logits).attribute(model, input: input, target: .class(0)).map
  }

  @Test(arguments: layers) func allIsTheFullReconstruction(layer: String) throws {
    let input = try SampleNets.mixedInput()
    let result = try PartialDeconvNet(layer: NodeID(layer), channel: .all).attribute(
      SampleNets.mixed(), input: input, target: .predicted)
    try expectClose(result.map, full(truncated(layer), input))
    let channels = try #require(result.details["channels"])
    for channel in 0..<channels.shape[1] {
      try expectClose(
        channels.selected(axis: 1, index: channel),
        full(truncated(layer, channel: channel), input))
    }
  }

  @Test(arguments: layers) func aChannelIsTheReconstructionOfItAlone(layer: String) throws {
    let input = try SampleNets.mixedInput()
    for channel in [0, 2] {
      let result = try PartialDeconvNet(layer: NodeID(layer), channel: .index(channel)).attribute(
        SampleNets.mixed(), input: input, target: .predicted)
      try expectClose(result.map, full(truncated(layer, channel: channel), input))
    }
  }

  /// The channel, and the place in it, with the largest value of each sample.
  private func strongest(
    _ layer: String, _ sample: Tensor
  ) throws -> (channel: Int, place: [Int], value: Double) {
    let values = try truncated(layer)(sample)
    let shape = values.shape
    let list = try values.doubles()
    let best = list.indices.max { list[$0] < list[$1] } ?? 0
    let area = shape[2] * shape[3]
    return (
      best / area, [best / area, best % area / shape[3], best % shape[3]], list[best]
    )
  }

  @Test(arguments: layers) func theStrongestChannelHasTheLargestValue(layer: String) throws {
    let input = try SampleNets.mixedInput(5)
    let result = try PartialDeconvNet(layer: NodeID(layer)).attribute(
      SampleNets.mixed(), input: input, target: .predicted)
    for index in 0..<5 {
      let sample = try input.narrowed(axis: 0, to: index..<(index + 1))
      let channel = try strongest(layer, sample).channel
      try expectClose(
        result.map.narrowed(axis: 0, to: index..<(index + 1)),
        full(truncated(layer, channel: channel), sample))
    }
  }

  @Test(arguments: layers) func theStrongestPlaceIsOneNeuron(layer: String) throws {
    let input = try SampleNets.mixedInput(5)
    let model = try SampleNets.mixed()
    let result = try PartialDeconvNet(layer: NodeID(layer), position: .strongest).attribute(
      model, input: input, target: .predicted)
    for index in 0..<5 {
      let sample = try input.narrowed(axis: 0, to: index..<(index + 1))
      let (_, place, value) = try strongest(layer, sample)
      // A reconstruction of one neuron doubles with its value, which is positive here.
      let one = try DeconvNet().attribute(
        model, input: sample, target: .neuron(NodeID(layer), place)
      ).map
      try expectClose(result.map.narrowed(axis: 0, to: index..<(index + 1)), one * value)
      #expect(abs(result.ledger.score[index] - value) < 1e-12)
    }
  }

  @Test func aChannelThatIsNotThereIsRefused() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try PartialDeconvNet(layer: "concat", channel: .index(7)).attribute(
        SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted)
    }
    #expect(error?.message.contains("from 0 to 6") == true)
  }
}
