@testable import NNIMethods
import NNITestSupport
import Foundation
import Testing

@Suite struct FillTests {
  @Test func theMeanIsEachSamplesAndChannelsOwn() throws {
    let input = try SlowPerturbation.input([2, 3, 4, 5])
    let fill = try Fill.mean.resolved(for: input)
    let values = try input.doubles()
    for plane in 0..<6 {
      let mean = values[(plane * 20)..<(plane * 20 + 20)].reduce(0, +) / 20
      let filled = try fill.doubles()[(plane * 20)..<(plane * 20 + 20)]
      expectClose(Array(filled), [Double](repeating: mean, count: 20))
    }
    let features = try SlowPerturbation.input([2, 6])
    let means = try Fill.mean.resolved(for: features).doubles()
    expectClose(means[0], try features.doubles()[..<6].reduce(0, +) / 6)
  }

  @Test(arguments: [0.6, 2, 40]) func aBlurIsTheWeightedMeanAroundEachPixel(
    deviation: Double
  ) throws {
    let input = try SlowPerturbation.input([2, 2, 6, 4])
    let blurred = try Fill.blur(deviation: deviation).resolved(for: input).doubles()
    let values = try input.doubles()
    for (index, place) in SlowPerturbation.places([4, 6, 4]).enumerated() {
      var (sum, total) = (0.0, 0.0)
      for y in 0..<6 {
        for x in 0..<4 {
          let square = Double((y - place[1]) * (y - place[1]) + (x - place[2]) * (x - place[2]))
          let weight = exp(-square / (2 * deviation * deviation))
          sum += weight * values[place[0] * 24 + y * 4 + x]
          total += weight
        }
      }
      #expect(abs(blurred[index] - sum / total) < 1e-12)
    }
  }

  @Test func anOptionIsReadAndShown() throws {
    for (text, shown) in [
      ("0.5", "0.5"), ("0.1:0.2:0.3", "0.1:0.2:0.3"), ("mean", "mean"), ("blur", "blur:10"),
      ("blur:2.5", "blur:2.5"),
    ] {
      let method = try Catalog.method("occlusion", ["fill": .text(text)])
      #expect(method.optionValues["fill"]?.description == shown)
    }
    for text in ["", "grey", "blur:0", "blur:x", "mean:3", "nan", "1:x"] {
      let error = #expect(throws: InterpretabilityError.self) {
        try Catalog.method("occlusion", ["fill": .text(text)])
      }
      #expect(error?.message.contains("it takes a number") == true, "\(text)")
    }
  }

  @Test func whatDoesNotFitTheInputIsRefused() throws {
    let image = try SlowPerturbation.input([1, 3, 4, 4])
    let channels = #expect(throws: InterpretabilityError.self) {
      try Fill.numbers([1, 2]).resolved(for: image)
    }
    #expect(channels?.message.contains("3 channels") == true)
    let features = try SlowPerturbation.input([1, 3])
    let blur = #expect(throws: InterpretabilityError.self) {
      try Fill.blur(deviation: 1).resolved(for: features)
    }
    #expect(blur?.message.contains("spatial axes") == true)
  }

  private func expectClose(_ actual: Double, _ expected: Double) {
    #expect(abs(actual - expected) < 1e-12)
  }

  private func expectClose(_ actual: [Double], _ expected: [Double]) {
    NNITestSupport.expectClose(actual, expected)
  }
}
