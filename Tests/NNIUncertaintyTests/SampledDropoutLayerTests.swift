import NNIUncertainty
@testable import NNIModels
import NNITestSupport
import Testing

@Suite struct SampledDropoutLayerTests {
  private let random = CounterRandom(seed: 11)

  @Test func eachRowIsTheLiteralMaskOfItsStream() throws {
    let streams: [UInt64] = [4, 9, 4]
    let layer = try SampledDropoutLayer(rate: 0.3, random: random, streams: streams)
    let input = try SampleNets.mixedInput(3)
    let found = try layer.forward([input]).doubles()
    let plain = try input.doubles()
    for (row, stream) in streams.enumerated() {
      let numbers = random.uniforms(3 * 9 * 7, stream: stream)
      for place in 0..<189 {
        let expected = numbers[place] < 0.3 ? 0 : plain[row * 189 + place] * (1 / 0.7)
        #expect(found[row * 189 + place] == expected)
      }
    }
  }

  @Test func wholeChannelsAreDroppedTogether() throws {
    let layer = try SampledDropoutLayer(
      rate: 0.5, dropsChannels: true, random: random, streams: [1, 2])
    let ones = try Tensor.full([2, 40, 2, 3], 1, dtype: .float64)
    let sums = try layer.forward([ones]).sum(over: [2, 3]).doubles()
    #expect(sums.allSatisfy { $0 == 0 || $0 == 12 })
    let kept = sums.count { $0 == 12 }
    #expect((20...60).contains(kept))
    #expect(Array(sums[..<40]) != Array(sums[40...]))
  }

  @Test func theShareOfDroppedElementsIsTheRate() throws {
    for rate in [0.1, 0.5, 0.9] {
      let layer = try SampledDropoutLayer(rate: rate, random: random, streams: [3])
      let ones = try Tensor.full([1, 40_000], 1, dtype: .float64)
      let values = try layer.forward([ones]).doubles()
      let share = Double(values.count { $0 == 0 }) / 40_000
      // Four deviations of a binomial share.
      #expect(abs(share - rate) < 4 * (rate * (1 - rate) / 40_000).squareRoot())
      #expect(abs(values.reduce(0, +) / 40_000 - 1) < 0.05)
    }
  }

  @Test func aRateOfZeroPassesTheInputOn() throws {
    let layer = try SampledDropoutLayer(rate: 0, random: random, streams: [3])
    let input = try SampleNets.mixedInput(2)
    #expect(try layer.forward([input]).doubles() == input.doubles())
  }

  @Test(arguments: [1, 1.5, -0.1, Double.nan, .infinity])
  func aRateThatIsNoneIsRefused(rate: Double) throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try SampledDropoutLayer(rate: rate, random: random, streams: [0])
    }
    #expect(error?.code == .invalidOption)
    #expect(throws: InterpretabilityError.self) {
      try SampledDropoutLayer(rate: 0.5, random: random, streams: [])
    }
  }

  @Test func rowsWithoutAStreamAreRefused() throws {
    let layer = try SampledDropoutLayer(rate: 0.3, random: random, streams: [1, 2])
    let error = #expect(throws: InterpretabilityError.self) {
      try layer.forward([SampleNets.mixedInput(3)])
    }
    #expect(error?.message.contains("2 rows") == true)
  }

  @Test func itsDerivativeIsTheMask() throws {
    let layer = try SampledDropoutLayer(rate: 0.3, random: random, streams: [5])
    let input = try SampleNets.mixedInput(2)
    let factors = try layer.forward([input.onesLike()])
    let back = try Tape([input], layer.forward).pullback(input)[0]
    #expect(try back.doubles() == (input * factors).doubles())
  }

  @Test func onlyDropoutBecomesRandom() throws {
    let model = try DropoutNets.mixed()
    let graph = try model.graph.sampledDropout(random: random, draw: MemberDraw(pass: 1))
    for (before, after) in zip(model.graph.nodes, graph.nodes) {
      #expect(before.id == after.id)
      #expect((before.layer is DropoutLayer) == (after.layer is SampledDropoutLayer))
      #expect(before.layer is DropoutLayer || type(of: before.layer) == type(of: after.layer))
    }
    let plain = try DropoutNets.mixed(rate: 0)
    let input = try SampleNets.mixedInput(2)
    let none = try plain.graph.sampledDropout(random: random, draw: MemberDraw(pass: 1))
    #expect(try none.forward(input).doubles() == plain.graph.forward(input).doubles())
    #expect(try graph.forward(input).doubles() != model.graph.forward(input).doubles())
  }

  @Test func aNetworkWithoutDropoutIsRefused() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try MonteCarloDropout(SampleNets.mixed(), passes: 3)
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("no dropout") == true)
  }

  @Test func aRateOfTheModelThatIsNoneNamesItsNode() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try MonteCarloDropout(DropoutNets.mixed(rate: 1), passes: 3)
    }
    #expect(error?.node == "drop_channels")
  }

  @Test func streamsOfDifferentPlacesDiffer() throws {
    var seen: Set<UInt64> = []
    for pass in [0, 1, 77, MemberDraw.passLimit - 1] {
      for sample in [0, 1, 4095, 1 << 31] {
        for place in [0, 1, 4095] {
          seen.insert(try MemberDraw(pass: pass, sample: sample).stream(place: place))
        }
      }
    }
    #expect(seen.count == 48)
    #expect(throws: InterpretabilityError.self) {
      try MemberDraw(pass: MemberDraw.passLimit).stream(place: 0)
    }
  }
}
