import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels
@testable import NNIMethods

/// A map that cannot be right is an error, and a coarse integral is a warning.
@Suite struct SpotCheckTests {
  /// Doubles what comes back to it in float32 by a factor that a fault of a kernel might have.
  private struct FaultyLayer: Layer {
    let factor: Double

    var kind: LayerKind { .activation }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
      let x = inputs[0]
      guard x.dtype == .float32 else { return try x * x }
      // The value is x², the derivative is not 2x: what is added is zero and has a derivative.
      let frozen = try Tape([x]) { $0[0] }.output
      return try x * x + (x - frozen) * factor
    }
  }

  private func model(_ layer: any Layer) throws -> Model {
    var numbers = SeededNumbers(4)
    var graph = Graph(input: "image")
    try graph.add(
      ConvolutionLayer(weight: numbers.tensor([4, 3, 3, 3]), padding: [1, 1]), as: "conv",
      after: ["image"])
    try graph.add(layer, as: "layer", after: ["conv"])
    try graph.add(GlobalAveragePoolLayer(), as: "pool", after: ["layer"])
    try graph.add(FlattenLayer(), as: "flat", after: ["pool"])
    try graph.add(DenseLayer(weight: numbers.tensor([5, 4])), as: "logits", after: ["flat"])
    return try Model(graph, name: "faulty").converted(to: .float32)
  }

  private func input() throws -> Tensor { try SampleNets.mixedInput(3).converted(to: .float32) }

  @Test(arguments: ["integrated-gradients", "conductance"], [30.0, 1e12])
  func `A spoilt derivative is an error`(name: String, factor: Double) throws {
    var model = try model(FaultyLayer(factor: factor))
    let method = try Catalog.method(name, name == "conductance" ? ["layer": .text("conv")] : [:])
    let error = #expect(throws: InterpretabilityError.self) {
      try method.attribute(model, input: input(), target: .class(2))
    }
    #expect(error?.code == .brokenLaw)
    #expect(error?.message.contains("float64") == true)
    model.arithmeticCheck = .reported
    let asked = try method.attribute(model, input: input(), target: .class(2))
    #expect(asked.arithmeticWarnings.count == 1)
    let sample = try #require(asked.arithmeticWarnings.keys.first)
    #expect(asked.alerts(sample: sample).first?.contains("spoilt") == true)
  }

  @Test func `A coarse integral is a warning`() throws {
    let model = try SampleNets.mixed().converted(to: .float32)
    let coarse = try IntegratedGradients(steps: 1, quadrature: .right).attribute(
      model, input: input(), target: .classes([1, 4, 2]))
    #expect(coarse.ledger.missingShares.contains { $0 > 0.05 })
    #expect((0..<3).contains { !coarse.alerts(sample: $0).isEmpty })
    #expect(coarse.arithmeticWarnings.isEmpty)
  }

  @Test(arguments: [1, 10, 50]) func `Usual nets pass in float32`(steps: Int) throws {
    for shape in SampleNets.shapes {
      let model = try SampleNets.net(shape).converted(to: .float32)
      for baseline in [Baseline.zero, .tensor(try input() * 0.3, name: "b")] {
        let map = try IntegratedGradients(steps: steps, baseline: baseline).attribute(
          model, input: input(), target: .classes([1, 4, 2]))
        #expect(map.arithmeticWarnings.isEmpty)
      }
      for name in [
        "lrp-zero", "lrp-epsilon", "lrp-alpha-beta", "lrp-composite", "deeplift-rescale",
      ] {
        let map = try Catalog.method(name).attribute(
          model, input: input(), target: .classes([1, 4, 2]))
        #expect(map.arithmeticWarnings.isEmpty, "\(name) on \(shape)")
      }
    }
  }

  @Test func `A tolerance that is not reached is an error`() throws {
    var model = try SampleNets.mixed().converted(to: .float32)
    let method = IntegratedGradients(steps: 8, tolerance: 1e-12)
    let error = #expect(throws: InterpretabilityError.self) {
      try method.attribute(model, input: input(), target: .class(1))
    }
    #expect(error?.code == .brokenLaw)
    #expect(error?.message.contains("tolerance") == true)
    model.arithmeticCheck = .reported
    #expect(
      try !method.attribute(model, input: input(), target: .class(1)).arithmeticWarnings.isEmpty)
  }

  @Test func `A broken law of DeepLIFT names the node that decides otherwise`() throws {
    var numbers = SeededNumbers(4)
    var graph = Graph(input: "image")
    let bound = Operands([.computed, .constant(try Tensor.full([], 0.1, dtype: .float64))])
    try graph.add(DiscreteLayer(.greater, bound), as: "bright", after: ["image"])
    let low = try Tensor.full([], -1, dtype: .float64)
    let choice = Operands([.computed, .computed, .constant(low)])
    try graph.add(SelectionLayer(choice), as: "chosen", after: ["bright", "image"])
    try graph.add(GlobalAveragePoolLayer(), as: "pool", after: ["chosen"])
    try graph.add(FlattenLayer(), as: "flat", after: ["pool"])
    try graph.add(DenseLayer(weight: numbers.tensor([5, 3])), as: "logits", after: ["flat"])
    var model = try Model(graph, name: "jumping").converted(to: .float32)
    let error = #expect(throws: InterpretabilityError.self) {
      try DeepLIFT(.rescale).attribute(model, input: input(), target: .class(2))
    }
    #expect(error?.code == .brokenLaw)
    #expect(error?.message.contains("node bright decides otherwise") == true)
    #expect(error?.message.contains("node chosen jumps") == true)
    model.arithmeticCheck = .reported
    let asked = try DeepLIFT(.rescale).attribute(model, input: input(), target: .class(2))
    #expect(asked.arithmeticWarnings.values.contains { $0.contains("node bright") })
    // A reference on the same side of each decision has nothing that breaks.
    let near = Baseline.tensor(try input() * 0.999, name: "near")
    let kept = try DeepLIFT(.rescale, baseline: near).attribute(
      model, input: input(), target: .class(2))
    #expect(kept.arithmeticWarnings.isEmpty)
  }
}
