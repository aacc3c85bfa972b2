import NNIReports
import NNITestSupport
import NNInterpretability
import Testing

@Suite struct HeatMapAttributionTests {
  /// A map that repeats a score for all channels shows the score, not so many times of it.
  @Test func whatCoversAllChannelsCountsOnce() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(1)
    let method = Occlusion(window: 3, stride: 3)
    let attribution = try method.attribute(model, input: input, target: 0)
    let map = try HeatMap(attribution, sample: 0)
    let plane = try attribution.map.doubles().prefix(map.width * map.height)
    for (found, expected) in zip(map.values, plane) {
      #expect(abs(abs(Double(found)) - abs(expected)) < 1e-6)
    }
    // One window, by hand.
    let covered = try #require(attribution.details["scores"]).doubles()[0]
    #expect(abs(Double(map.values[0]) - (attribution.ledger.score[0] - covered)) < 1e-5)
  }

  @Test func contributionsOfChannelsAreSummed() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(1)
    let attribution = try GradientTimesInput().attribute(model, input: input, target: 0)
    let map = try HeatMap(attribution, sample: 0)
    let values = try attribution.map.doubles()
    let size = map.width * map.height
    let first = stride(from: 0, to: values.count, by: size).reduce(0) { $0 + values[$1] }
    #expect(abs(Double(map.values[0]) - first) < 1e-5)
  }
}
