public import NNIModels

/// Small float64 networks that the laws are tested on.
public enum SampleNets {
  /// A net with a skip connection, a concatenation, a reused layer, batch norm and both poolings, for
  /// inputs `[N, 3, 9, 7]`, with five classes.
  public static func mixed(seed: UInt64 = 1, activation: ActivationLayer = .init(.relu)) throws
    -> Model
  {
    var numbers = SeededNumbers(seed)
    func convolution(_ from: Int, _ to: Int, _ kernel: Int) throws -> ConvolutionLayer {
      ConvolutionLayer(
        weight: try numbers.tensor([to, from, kernel, kernel], scale: 0.4),
        bias: try numbers.tensor([to], scale: 0.3), padding: [kernel / 2, kernel / 2])
    }
    let shared = try convolution(4, 4, 3)
    var graph = Graph(input: "image")
    try graph.add(convolution(3, 4, 3), as: "stem", after: ["image"])
    try graph.add(batchNorm(4, &numbers), as: "norm", after: ["stem"])
    try graph.add(activation, as: "relu1", after: ["norm"])
    try graph.add(shared, as: "conv", after: ["relu1"])
    try graph.add(activation, as: "relu2", after: ["conv"])
    try graph.add(shared, as: "conv_again", after: ["relu2"])
    try graph.add(SumLayer(), as: "skip", after: ["conv_again", "relu1"])
    try graph.add(activation, as: "relu3", after: ["skip"])
    try graph.add(convolution(4, 3, 1), as: "branch", after: ["relu1"])
    try graph.add(activation, as: "relu4", after: ["branch"])
    try graph.add(ConcatenationLayer(), as: "concat", after: ["relu3", "relu4"])
    try graph.add(
      MaxPoolLayer(Window([3, 3], stride: [2, 2], padding: [1, 1])), as: "max", after: ["concat"])
    try graph.add(
      AveragePoolLayer(Window([2, 2], stride: [1, 1])), as: "mean", after: ["max"])
    try graph.add(FlattenLayer(), as: "flat", after: ["mean"])
    try graph.add(
      DenseLayer(
        weight: numbers.tensor([5, 7 * 4 * 3], scale: 0.3), bias: numbers.tensor([5], scale: 0.3)),
      as: "logits", after: ["flat"])
    return try Model(graph, name: "mixed")
  }

  /// A batch for ``mixed(seed:activation:)``.
  public static func mixedInput(_ samples: Int = 3, seed: UInt64 = 7) throws -> Tensor {
    var numbers = SeededNumbers(seed)
    return try numbers.tensor([samples, 3, 9, 7])
  }

  private static func batchNorm(
    _ channels: Int, _ numbers: inout SeededNumbers
  ) throws -> BatchNormLayer {
    BatchNormLayer(
      scale: try numbers.tensor([channels]), shift: try numbers.tensor([channels]),
      mean: try numbers.tensor([channels]),
      variance: try numbers.tensor([channels]).squared() + 0.5)
  }
}
