@testable import NNIMethods
import NNITestSupport
import Testing

@Suite struct OcclusionTests {
  @Test(arguments: [(1, 1), (3, 2), (4, 3), (5, 5), (7, 1), (7, 4)])
  func equalsOneWindowAtATime(window: Int, stride: Int) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let result = try Occlusion(window: window, stride: stride, fill: .numbers([0.1, -2, 0.7]))
      .attribute(model, input: input, target: .classes([3, 1]))
    let fill = try Tensor([0.1, -2, 0.7], shape: [1, 3, 1, 1]).expanded(to: input.shape)
    let slow = try SlowPerturbation.occlusion(
      model, input, classes: [3, 1], window: window, stride: stride, fill: fill)
    expectClose(try result.map.doubles(), slow.map)
    let scores = try #require(result.details["scores"])
    expectClose(try scores.doubles(), slow.scores)
    let rows = (9 - window + stride - 1) / stride + 1
    let columns = (7 - window + stride - 1) / stride + 1
    #expect(scores.shape == [2, rows, columns])
  }

  @Test(arguments: [[2, 11], [2, 3, 8], [2, 2, 5, 4, 6]])
  func takesAnyNumberOfAxes(shape: [Int]) throws {
    let model = try SlowPerturbation.denseModel(Array(shape.dropFirst()))
    let input = try SlowPerturbation.input(shape)
    let result = try Occlusion(window: 3, stride: 2).attribute(
      model, input: input, target: .classes([0, 3]))
    let slow = try SlowPerturbation.occlusion(
      model, input, classes: [0, 3], window: 3, stride: 2, fill: input.zerosLike())
    #expect(result.map.shape == shape)
    expectClose(try result.map.doubles(), slow.map)
    expectClose(try result.details["scores"]?.doubles() ?? [], slow.scores)
  }

  @Test func aProbabilityIsTheSoftmaxOfTheLogits() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let result = try Occlusion(window: 4, stride: 4, score: .probability).attribute(
      model, input: input, target: .classes([0, 2]))
    let slow = try SlowPerturbation.occlusion(
      model, input, classes: [0, 2], window: 4, stride: 4, fill: input.zerosLike(),
      isProbability: true)
    expectClose(try result.map.doubles(), slow.map)
    expectClose(try result.details["scores"]?.doubles() ?? [], slow.scores)
  }

  @Test(arguments: [1, 2, 5, 7, 1000]) func theChunkSizeChangesNothing(batch: Int) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(3)
    let method = Occlusion(window: 3, stride: 2, fill: .mean)
    let usual = try method.attribute(model, input: input, target: .predicted)
    let other = try method.attribute(
      Recording(model, input: input), target: .predicted,
      Recomputation(isIncremental: false, batch: batch))
    try expectClose(other.map, usual.map, relative: 1e-12)
  }

  @Test func theClassIsThatOfTheCleanInput() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(3)
    let predicted = try model(input).indexOfMaximum(along: 1).doubles().map { Int($0) }
    let method = Occlusion(window: 6, stride: 3, fill: .numbers([5]))
    let result = try method.attribute(model, input: input, target: .predicted)
    #expect(result.classes == predicted)
    let stated = try method.attribute(model, input: input, target: .classes(predicted))
    #expect(try result.map.doubles() == stated.map.doubles())
  }

  @Test func differencesAndNeuronsAreTargets() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let method = Occlusion(window: 3, stride: 3)
    let difference = try method.attribute(model, input: input, target: .difference(1, 4)).map
    let first = try method.attribute(model, input: input, target: 1).map
    let second = try method.attribute(model, input: input, target: 4).map
    try expectClose(difference, first - second)
    // A unit of the first layer sees three pixels; covering others changes nothing.
    let neuron = try method.attribute(model, input: input, target: .neuron("stem", [2, 1, 1]))
    #expect(try neuron.map.narrowed(axis: 2, to: 0..<3).magnitude().sum().item() > 0)
    #expect(try neuron.map.narrowed(axis: 2, to: 3..<9).magnitude().sum().item() == 0)
  }

  @Test(arguments: [
    (["window": 8], "window of 8 does not fit"), (["window": 2, "stride": 3], "leaves gaps"),
  ])
  func windowsThatDoNotFitAreRefused(options: [String: Int], message: String) throws {
    let method = try Catalog.method("occlusion", options.mapValues { .number(Double($0)) })
    let error = #expect(throws: InterpretabilityError.self) {
      try method.attribute(
        SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted)
    }
    #expect(error?.code == .invalidOption)
    #expect(error?.message.contains(message) == true)
  }

  @Test func theProbabilityOfANeuronIsRefused() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try Occlusion(window: 3, stride: 3, score: .probability).attribute(
        SampleNets.mixed(), input: SampleNets.mixedInput(), target: .neuron("stem", [0, 0, 0]))
    }
    #expect(error?.message.contains("score=logit") == true)
  }
}
