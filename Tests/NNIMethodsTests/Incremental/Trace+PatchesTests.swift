@testable import NNIMethods
import NNITestSupport
import Testing

/// Judged by complete passes of every changed input.
@Suite struct TracePatchesTests {
  private static let complete = Recomputation(isIncremental: false)

  private func compare(
    _ model: Model, _ input: Tensor, _ method: Occlusion, memory: Int, target: Target = 2,
    relative: Double = 1e-10
  ) throws {
    let recording = try Recording(model, input: input)
    let patches = try WindowGrid(over: input.shape, window: method.window, stride: method.stride)
      .patches(samples: input.shape[0])
    let recomputation = Recomputation(worthwhileShare: .infinity, memory: memory)
    let end = try target.resolved(recording.trace).node
    let schedule = try recomputation.schedule(#require(patches), recording.trace, to: end)
    #expect(schedule != nil, "the graph has a local part")
    let found = try method.attribute(recording, target: target, recomputation)
    let expected = try method.attribute(recording, target: target, Self.complete)
    try expectClose(
      #require(found.details["scores"]), #require(expected.details["scores"]), relative: relative)
  }

  @Test(arguments: 0..<40) func equalsCompletePasses(seed: Int) throws {
    let model = try RandomNets.net(UInt64(seed))
    let input = try RandomNets.input()
    let windows = [(3, 2), (1, 1), (5, 5), (4, 3), (8, 4)]
    let (window, stride) = windows[seed % windows.count]
    let memory = [1, 30_000, 1 << 25][seed % 3]
    try compare(
      model, input, Occlusion(window: window, stride: stride, fill: .mean), memory: memory)
  }

  @Test(arguments: ["mixed", "residual", "dense", "depthwise", "smooth"])
  func equalsCompletePassesOfTheSampleNets(name: String) throws {
    let input = try SampleNets.mixedInput(2)
    try compare(
      SampleNets.net(name), input, Occlusion(window: 2, stride: 1, fill: .numbers([1, -1, 0.5])),
      memory: 1 << 20)
  }

  @Test func float32IsCloseToo() throws {
    let model = try RandomNets.net(3).converted(to: .float32)
    let input = try RandomNets.input().converted(to: .float32)
    try compare(model, input, Occlusion(window: 4, stride: 2), memory: 1 << 20, relative: 1e-5)
  }

  @Test(arguments: ["stem", "relu2", "skip", "max", "flat"])
  func aNeuronOfAnyNodeMayBeTheTarget(node: String) throws {
    try compare(
      SampleNets.mixed(), SampleNets.mixedInput(2), Occlusion(window: 3, stride: 2),
      memory: 1 << 20, target: .neuron(NodeID(node), []))
  }

  /// Labels in every order, each sample its own, some of which a sample lacks; one a channel's own.
  @Test(arguments: [[1, 1, 19, 16], [2, 1, 19, 16], [2, 4, 19, 16]])
  func groupsOfAnyShape(shape: [Int]) throws {
    var numbers = SeededNumbers(8)
    let columns = shape[3]
    let labels = try Tensor(
      (0..<shape.reduce(1, *)).map { place in
        let (row, column) = (place / columns % 19, place % columns)
        return Double((row / 5 + 1) * (column / 6)) + (numbers.uniform() < 0.02 ? 7 : 0)
      }, shape: shape)
    let method = FeatureAblation(mask: .tensor(labels, name: "m"), fill: .numbers([0.3]))
    let recording = try Recording(RandomNets.net(4), input: RandomNets.input())
    let found = try method.attribute(
      recording, target: 1, Recomputation(worthwhileShare: .infinity, memory: 20_000))
    let expected = try method.attribute(recording, target: 1, Self.complete)
    try expectClose(found.map, expected.map)
    #expect(try expected.map.magnitude().sum().item() > 0)
  }
}
