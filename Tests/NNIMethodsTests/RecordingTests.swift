import NNIMethods
import NNITestSupport
import Testing

@Suite struct RecordingTests {
  private static let readable: [String] = Catalog.methods.map(\.name).filter {
    (try? Catalog.method($0)) is any LayerReadableMethod
  }

  private func method(_ name: String) throws -> any LayerReadableMethod {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    let hasBox = entry.options.contains { $0.name == "low" }
    let method = try entry.method(hasBox ? ["low": .number(-4), "high": .number(4)] : [:])
    return try #require(method as? any LayerReadableMethod)
  }

  @Test func sharedRecordingsChangeNothing() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    var shared = SharedRecordings(model, input: input)
    for name in Self.readable {
      for target in [Target.class(2), .difference(1, 3)] {
        let method = try method(name)
        let alone = try method.attribute(model, input: input, target: target)
        try expectClose(shared.attribute(method, target: target).map, alone.map, "\(name)")
      }
    }
  }

  /// All of the score flows through `relu1`, so that what is read there sums to what is read at the
  /// input and what the nodes below keep.
  @Test(arguments: readable) func theInputIsTheLastOfTheNodes(name: String) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let method = try method(name)
    let here = try method.attribute(model, input: input, target: .class(1), at: "image")
    let usual = try method.attribute(model, input: input, target: .class(1))
    try expectClose(here.map, usual.map)
    let hidden = try method.attribute(model, input: input, target: .class(1), at: "relu1")
    #expect(hidden.map.shape == [3, 4, 9, 7])
    #expect(hidden.layer == "relu1")
  }

  @Test func relevanceAtALayerLosesOnlyWhatIsKeptAboveIt() throws {
    let model = try SampleNets.mixed()
    let method = LRP(.epsilon, epsilon: 0, stabilizer: 1e-14)
    let ledger = try method.attribute(
      model, input: SampleNets.mixedInput(), target: .predicted, at: "relu1"
    ).ledger
    for unexplained in ledger.causes[.unexplained] ?? [] { #expect(abs(unexplained) < 1e-9) }
  }

  @Test(arguments: [DeepLIFT.Rule.rescale, .revealCancel, .genomics])
  func contributionsAtALayerThatAllPassesThroughAreComplete(rule: DeepLIFT.Rule) throws {
    var numbers = SeededNumbers(21)
    let baseline = Baseline.tensor(try numbers.tensor([3, 3, 9, 7]), name: "random")
    let ledger = try DeepLIFT(rule, baseline: baseline).attribute(
      SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted, at: "relu1"
    ).ledger
    for residual in ledger.residual { #expect(abs(residual) < 1e-10) }
  }

  @Test func aChannelIsTheSumOfItsNeurons() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(1)
    let channel = try Gradient().attribute(model, input: input, target: .neuron("max", [2]))
    var sum = try input.zerosLike()
    for row in 0..<5 {
      for column in 0..<4 {
        sum =
          try sum
          + Gradient().attribute(
            model, input: input, target: .neuron("max", [2, row, column])
          ).map
      }
    }
    try expectClose(channel.map, sum)
    let all = try Gradient().attribute(model, input: input, target: .neuron("max", []))
    #expect(all.map.shape == input.shape)
  }

  @Test func unknownNodesAndNeuronsAreNamed() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let node = #expect(throws: InterpretabilityError.self) {
      try Gradient().attribute(model, input: input, target: 1, at: "relu9")
    }
    #expect(node?.message.contains("relu") == true)
    let neuron = #expect(throws: InterpretabilityError.self) {
      try Gradient().attribute(model, input: input, target: .neuron("stem", [4]))
    }
    #expect(neuron?.code == .invalidTarget)
  }
}
