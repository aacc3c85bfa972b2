import NNIUncertainty
import NNIVisualization
import NNITestSupport

/// A smooth network in float64 that states its input, for checks by finite differences.
enum VisualizationNets {
  /// The smooth mixed net with colours that are normalised, for images `[N, 3, 9, 7]`.
  static func smooth() throws -> Model {
    var model = try SampleNets.net("smooth")
    model.inputSpec = InputSpec(
      size: [9, 7], mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3],
      labels: ["a", "b", "c d", "e", "f"])
    return model
  }

  /// A generator of images `[N, 3, 9, 7]` of codes of four numbers.
  static func generator(_ function: ActivationLayer.Function = .tanh) throws -> Model {
    var numbers = SeededNumbers(5)
    var graph = Graph(input: "code")
    try graph.add(
      DenseLayer(weight: numbers.tensor([3 * 9 * 7, 4], scale: 0.3)), as: "dense", after: ["code"])
    try graph.add(ActivationLayer(function), as: "end", after: ["dense"])
    try graph.add(ReshapeLayer([3, 9, 7]), as: "view", after: ["end"])
    return try Model(graph, name: "generator")
  }

  /// Some photographs' magnitudes.
  static func spectrum(on canvas: ImageCanvas) throws -> MagnitudeSpectrum {
    let images = CounterRandom(seed: 9).uniforms(4 * 189, stream: 1)
    return try MagnitudeSpectrum(
      canvas.normalized(Tensor(images, shape: [4, 3, 9, 7]).converted(to: .float64)), on: canvas)
  }

  /// Every parametrisation by a name.
  static func parameterization(_ name: String, on canvas: ImageCanvas) throws
    -> any Parameterization
  {
    switch name {
    case "free": PixelParameterization(bound: .none)
    case "sigmoid": PixelParameterization(noise: 0.5)
    case "fourier": FourierParameterization(noise: 0.5)
    case "plain-fourier": FourierParameterization(decorrelatesColors: false, noise: 0.5)
    case "maco": MACOParameterization(try spectrum(on: canvas))
    default: try CodeParameterization(generator())
    }
  }

  /// Every objective by a name.
  static func objective(_ name: String, _ model: Model) throws -> Objective {
    var numbers = SeededNumbers(12)
    switch name {
    case "logit": return .classLogit(2)
    case "logprob": return .classLogProbability(1)
    case "difference": return .classDifference(3, 0)
    case "neuron": return .neuron("concat", [1, 4, 2])
    case "middle": return .centralNeuron("concat", 2)
    case "channel": return .channel("conv", 3)
    case "layer": return .layer("skip")
    case "direction": return .direction("concat", try numbers.tensor([7]))
    case "whole": return .direction("conv", try numbers.tensor([4, 9, 7]))
    case "cosine": return .cosine("concat", try numbers.tensor([7]))
    case "dot-cosine":
      return Objective(
        DirectionObjective(
          "concat", try numbers.tensor([7]).magnitude(), measure: .dotTimesCosine(power: 2)))
    case "diversity": return .diversity("concat")
    case "inversion":
      return try .inversion(of: SampleNets.mixedInput(1, seed: 3), at: "conv", in: model)
    case "caricature":
      return try .caricature(of: SampleNets.mixedInput(1, seed: 3), at: "concat", in: model)
    case "norms":
      let center = try numbers.tensor([1, 3, 9, 7])
      return .l2 + 2 * .l2Norm - .l1 + .totalVariation
        + 0.5 * Objective(TotalVariationObjective(isSquared: true)) + .distance(to: center)
        + .codeNorm + Objective(NormObjective(.euclidean, of: .code))
    case "each": return .each([.classLogit(1), .channel("conv", 2) - 0.1 * .l2])
    case "entropy", "mutual-information":
      let members = try DeepEnsemble(
        (0..<3).map { seed in
          var member = try SampleNets.mixed(
            seed: UInt64(seed + 20), activation: ActivationLayer(.softplus))
          member.inputSpec = model.inputSpec
          return member
        })
      return name == "entropy"
        ? .predictiveEntropy(over: members) : .mutualInformation(over: members)
    default: return .channel("concat", 5) + 0.5 * .classLogit(4) - 1e-2 * .totalVariation
    }
  }

  static let objectives = [
    "logit", "logprob", "difference", "neuron", "middle", "channel", "layer", "direction", "whole",
    "cosine", "dot-cosine", "diversity", "inversion", "caricature", "norms", "each", "entropy",
    "mutual-information", "sum",
  ]

  static let parameterizations = ["free", "sigmoid", "fourier", "plain-fourier", "maco", "code"]

  static func transforms(_ name: String) -> ImageTransforms {
    switch name {
    case "pad": ImageTransforms([PadTransform(2)])
    case "jitter": ImageTransforms([JitterTransform(3)])
    case "scale": ImageTransforms([ScaleTransform(0.8...1.3)])
    case "rotate": ImageTransforms([RotationTransform(30)])
    case "crops": ImageTransforms([CropTransform(copies: 3)])
    case "noise": ImageTransforms([NoiseTransform(0.1)])
    case "all":
      ImageTransforms([
        PadTransform(1), JitterTransform(2), NoiseTransform(0.1), CropTransform(copies: 2),
        ScaleTransform(0.9...1.1), RotationTransform(10), JitterTransform(1),
      ])
    default: .none
    }
  }

  static let transformNames = ["none", "pad", "jitter", "scale", "rotate", "crops", "noise", "all"]
}
