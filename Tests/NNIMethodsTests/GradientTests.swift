import NNIMethods
import NNITestSupport
import Testing

@Suite struct GradientTests {
  /// Activations whose derivative exists everywhere, and rectifiers, whose kinks no sample hits.
  static let functions: [ActivationLayer.Function] = [
    .relu, .clip(0, 6), .leakyReLU(0.1), .elu(0.7), .selu, .gelu(isApproximate: false),
    .gelu(isApproximate: true), .silu, .hardSigmoid(0.2, 0.5), .hardSwish, .sigmoid, .tanh,
    .softplus, .mish,
  ]

  @Test(arguments: functions) func equalsFiniteDifferences(
    _ function: ActivationLayer.Function
  ) throws {
    let model = try SampleNets.mixed(activation: ActivationLayer(function))
    let input = try SampleNets.mixedInput(2)
    let target = Target.difference(2, 0)
    let map = try Gradient().attribute(model, input: input, target: target).map.doubles()

    let step = 1e-6
    let values = try input.doubles()
    for index in stride(from: 0, to: values.count, by: 17) {
      func score(_ shift: Double) throws -> Double {
        var moved = values
        moved[index] += shift
        let logits = try model(Tensor(moved, shape: input.shape)).doubles()
        let sample = index / (values.count / 2)
        return logits[sample * 5 + 2] - logits[sample * 5]
      }
      let slope = try (score(step) - score(-step)) / (2 * step)
      #expect(abs(map[index] - slope) < 1e-6 * max(1, abs(slope)), "\(function) at \(index)")
    }
  }

  @Test func saliencyIsItsMagnitude() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let gradient = try Gradient().attribute(model, input: input, target: .predicted)
    let saliency = try Saliency().attribute(model, input: input, target: .predicted)
    #expect(try saliency.map.doubles() == gradient.map.doubles().map(\.magnitude))
  }

  @Test func aHiddenNeuronCanBeTheTarget() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(1)
    let result = try Gradient().attribute(
      model, input: input, target: .neuron("stem", [2, 4, 3]))
    // The stem is one convolution: its derivative is its kernel.
    guard let stem = try model.graph["stem"].layer as? ConvolutionLayer else {
      Issue.record("the stem is a convolution")
      return
    }
    let kernel = try stem.weight.selected(axis: 0, index: 2)
    let window = try result.map.selected(axis: 0, index: 0)
      .narrowed(axis: 1, to: 3..<6).narrowed(axis: 2, to: 2..<5)
    try expectClose(window, kernel)
    #expect(abs(try result.map.sum().item() - kernel.sum().item()) < 1e-12)
  }
}
