import NNIMethods
import NNITestSupport
import Testing

/// Laws that hold for every method of the catalogue, on a net with a skip connection, a concatenation
/// and a reused layer, for inputs that are not square.
@Suite struct MethodLawTests {
  /// Every method; those that need the input's range are given one, and CAM its own kind of net.
  static let names = Catalog.methods.filter { !$0.readsAttention }.map(\.name).filter {
    $0 != "cam"
  }

  /// What starts from a hidden layer explains no class, and never runs the network to its output.
  static let withoutClass = ["deconvnet-partial"]

  private func method(_ name: String) throws -> any AttributionMethod {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    var options: [String: OptionValue] = [:]
    let known = entry.options.map(\.name)
    if known.contains("low") { options = ["low": .number(-4), "high": .number(4)] }
    if known.contains("layer") { options["layer"] = .text("concat") }
    if known.contains("window") { options["window"] = .number(4) }
    return try entry.method(options)
  }

  @Test(arguments: names, SampleNets.shapes)
  func aMapInABatchEqualsTheMapAlone(name: String, shape: String) throws {
    // On a net without ReLUs what acts on them refuses.
    let actsOnRectifiers = ["guided-backprop", "guided-grad-cam", "deconvnet", "deconvnet-partial"]
    guard shape != "smooth" || !actsOnRectifiers.contains(name) else { return }
    let model = try SampleNets.net(shape)
    let batch = try SampleNets.mixedInput(3)
    let method = try method(name)
    let together = try method.attribute(model, input: batch, target: .classes([1, 4, 2]))
    for (sample, target) in [1, 4, 2].enumerated() {
      let one = try batch.narrowed(axis: 0, to: sample..<(sample + 1))
      let alone = try method.attribute(model, input: one, target: .class(target))
      try expectClose(
        together.map.narrowed(axis: 0, to: sample..<(sample + 1)), alone.map, relative: 1e-9)
      #expect(Self.withoutClass.contains(name) || together.classes[sample] == target)
      #expect(abs(together.ledger.score[sample] - alone.ledger.score[0]) < 1e-12)
    }
  }

  @Test(arguments: names) func theLedgerAddsUp(name: String) throws {
    let model = try SampleNets.mixed()
    let result = try method(name).attribute(
      model, input: SampleNets.mixedInput(), target: .predicted)
    let ledger = result.ledger
    for sample in 0..<3 {
      let explained = ledger.sum[sample] + ledger.causes.values.reduce(0) { $0 + $1[sample] }
      #expect(abs(ledger.score[sample] - ledger.reference[sample] - explained) < 1e-9)
    }
  }

  @Test(arguments: names) func theInputAndTheModelStayAsTheyWere(name: String) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let before = try (input.doubles(), model(input).doubles())
    _ = try method(name).attribute(model, input: input, target: .predicted)
    #expect(try input.doubles() == before.0)
    #expect(try model(input).doubles() == before.1)
  }

  @Test(arguments: names.filter { !withoutClass.contains($0) })
  func aClassThatIsNotThereIsRefused(name: String) throws {
    let model = try SampleNets.mixed()
    let error = #expect(throws: InterpretabilityError.self) {
      try method(name).attribute(model, input: SampleNets.mixedInput(), target: .class(5))
    }
    #expect(error?.code == .invalidTarget)
    #expect(error?.message.contains("from 0 to 4") == true)
  }

  @Test(arguments: names) func anInputWithNaNIsRefused(name: String) throws {
    let model = try SampleNets.mixed()
    let broken = try Tensor.full([1, 3, 9, 7], .nan, dtype: .float64)
    let error = #expect(throws: InterpretabilityError.self) {
      try method(name).attribute(model, input: broken, target: .predicted)
    }
    #expect(error?.code == .invalidInput)
  }
}
