import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels
@testable import NNIMethods

/// Which layer class activation maps read, and maps of series and volumes.
@Suite struct FeatureMapLayoutTests {
  @Test(arguments: ["series", "volume"])
  func `Maps have one or three spatial axes`(name: String) throws {
    let model = try OutputFixture.model(name)
    let input = try OutputFixture.tensor("\(name)/input")
    let wanted = try OutputFixture.tensor("\(name)/grad-cam")
    let found = try GradCAM().attribute(model, input: input, target: 1)
    #expect(found.layer == "relu")
    try expectClose(found.map, wanted, relative: 1e-5)
    // After a global average Σ_k w_k A_k is the number of places times Grad-CAM.
    let places = Double(wanted.shape.dropFirst(2).reduce(1, *))
    let cam = try CAM().attribute(model, input: input, target: 1)
    try expectClose(cam.map.positivePart() / places, wanted, relative: 1e-5)
    let others: [any AttributionMethod] = [
      WeightedCAM(.plusPlus), WeightedCAM(.xGrad), WeightedCAM(.hiRes), WeightedCAM(.layer),
      EigenCAM(), ScoreCAM(), AblationCAM(),
    ]
    for method in others {
      let map = try method.attribute(model, input: input, target: 1).map
      #expect(map.shape == wanted.shape, "\(method.name)")
    }
    // The derivative is the same at each place, so that these agree.
    let hiRes = try WeightedCAM(.hiRes).attribute(model, input: input, target: 1).map
    try expectClose(hiRes, wanted, relative: 1e-5)
    let guided = try GuidedGradCAM().attribute(model, input: input, target: 1).map
    #expect(guided.shape == input.shape)
  }

  /// Two branches of feature maps; only the first leads to `logits`.
  private func branches() throws -> Model {
    var graph = Graph()
    func convolution(_ seed: UInt64, _ inputs: Int, _ outputs: Int) throws -> ConvolutionLayer {
      let numbers = CounterRandom(seed: seed).normals(inputs * outputs * 9, stream: 0)
      return ConvolutionLayer(
        weight: try Tensor(numbers, shape: [outputs, inputs, 3, 3]).converted(to: .float64))
    }
    try graph.add(convolution(1, 2, 3), as: "first", after: ["input"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["first"])
    try graph.add(convolution(2, 3, 4), as: "second", after: ["relu"])
    try graph.add(convolution(3, 3, 4), as: "side", after: ["relu"])
    try graph.add(GlobalAveragePoolLayer(), as: "pool", after: ["second"])
    try graph.add(FlattenLayer(), as: "logits", after: ["pool"])
    return try Model(graph)
  }

  /// Which layer is read is told by values' shapes, and what is kept of a pass by the graph alone: here the last
  /// convolution has one place, and what is wanted lies before all that was kept.
  @Test func `Maps lie before a head of convolutions`() throws {
    var graph = try branches().graph
    let weight = try Tensor(
      CounterRandom(seed: 9).normals(20, stream: 0), shape: [5, 4, 1, 1]
    ).converted(to: .float64)
    try graph.add(ConvolutionLayer(weight: weight), as: "head", after: ["pool"])
    try graph.add(FlattenLayer(), as: "scores", after: ["head"])
    try graph.setOutput("scores")
    let model = try Model(graph)
    let input = try Tensor(
      CounterRandom(seed: 6).normals(2 * 2 * 81, stream: 0), shape: [2, 2, 9, 9]
    ).converted(to: .float64)
    for propagation in GradientPropagation.allCases {
      let found = try GradCAM(relu: false, propagation: propagation).attribute(
        model, input: input, target: 3)
      #expect(found.layer == "second")
      let stated = try GradCAM(layer: "second", relu: false, propagation: propagation).attribute(
        model, input: input, target: 3)
      try expectClose(found.map, stated.map)
      let shared = try GradCAM(relu: false, propagation: propagation).attribute(
        Recording(model, input: input), target: 3)
      try expectClose(found.map, shared.map)
    }
  }

  @Test func `The layer lies before the target`() throws {
    let model = try branches()
    let input = try Tensor(
      CounterRandom(seed: 5).normals(2 * 2 * 81, stream: 0), shape: [2, 2, 9, 9]
    )
    .converted(to: .float64)
    let usual = try GradCAM().attribute(model, input: input, target: 1)
    #expect(usual.layer == "second")
    let inner = try GradCAM().attribute(model, input: input, target: .neuron("second", [2]))
    #expect(inner.layer == "relu")
    let side = try GradCAM(relu: false).attribute(model, input: input, target: .neuron("relu", [0]))
    #expect(side.layer == "first")
    #expect {
      try GradCAM(layer: "side").attribute(model, input: input, target: 1)
    } throws: {
      "\($0)".contains("side")
    }
    #expect {
      try GradCAM(layer: "second").attribute(model, input: input, target: .neuron("relu", [0]))
    } throws: {
      "\($0)".contains("does not depend")
    }
    #expect(throws: InterpretabilityError.self) {
      try GradCAM().attribute(model, input: input, target: .neuron("first", [0]))
    }
  }

  @Test func `A map of zeros is said`() throws {
    let model = try branches()
    let input = try Tensor.full([1, 2, 9, 9], 0, dtype: .float64)
    let (result, manifest) = try Manifest.measuring(model, input: input) {
      try GradCAM().attribute(model, input: input, target: 1)
    }
    #expect(result.isZero == [true])
    #expect(
      manifest.warnings[0].contains { $0.contains("zero everywhere") && $0.contains("relu=false") })
    let other = try Tensor(CounterRandom(seed: 5).normals(2 * 81, stream: 0), shape: [1, 2, 9, 9])
      .converted(to: .float64)
    let some = try Gradient().attribute(model, input: other, target: 1)
    #expect(some.isZero == [false] && some.warnings(sample: 0).isEmpty)
  }
}
