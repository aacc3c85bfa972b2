import NNIModels
import NNITestSupport

/// Small float64 networks with dropout, for inputs `[N, 3, 9, 7]`, with five classes.
enum DropoutNets {
  /// A skip connection, a concatenation, batch norm, both poolings, and dropout of channels after a
  /// convolution, of elements on the skip, before and after the dense layers.
  static func mixed(rate: Double = 0.4, seed: UInt64 = 3) throws -> Model {
    var numbers = SeededNumbers(seed)
    func convolution(_ from: Int, _ to: Int, _ kernel: Int) throws -> ConvolutionLayer {
      ConvolutionLayer(
        weight: try numbers.tensor([to, from, kernel, kernel], scale: 0.4),
        bias: try numbers.tensor([to], scale: 0.3), padding: [kernel / 2, kernel / 2])
    }
    let relu = ActivationLayer(.relu)
    var graph = Graph(input: "image")
    try graph.add(convolution(3, 4, 3), as: "stem", after: ["image"])
    try graph.add(
      DropoutLayer(rate: rate, dropsChannels: true), as: "drop_channels", after: ["stem"])
    try graph.add(
      BatchNormLayer(
        scale: numbers.tensor([4]), shift: numbers.tensor([4]), mean: numbers.tensor([4]),
        variance: numbers.tensor([4]).squared() + 0.5), as: "norm", after: ["drop_channels"])
    try graph.add(relu, as: "relu1", after: ["norm"])
    try graph.add(convolution(4, 4, 3), as: "conv", after: ["relu1"])
    try graph.add(DropoutLayer(rate: rate), as: "drop_conv", after: ["conv"])
    try graph.add(SumLayer(), as: "skip", after: ["drop_conv", "relu1"])
    try graph.add(relu, as: "relu2", after: ["skip"])
    try graph.add(convolution(4, 3, 1), as: "branch", after: ["relu1"])
    try graph.add(ConcatenationLayer(), as: "concat", after: ["relu2", "branch"])
    try graph.add(
      MaxPoolLayer(Window([3, 3], stride: [2, 2], padding: [1, 1])), as: "max", after: ["concat"])
    try graph.add(AveragePoolLayer(Window([2, 2], stride: [1, 1])), as: "mean", after: ["max"])
    try graph.add(FlattenLayer(), as: "flat", after: ["mean"])
    try graph.add(
      DenseLayer(
        weight: numbers.tensor([20, 7 * 4 * 3], scale: 0.15), bias: numbers.tensor([20], scale: 0.3)
      ),
      as: "hidden", after: ["flat"])
    try graph.add(relu, as: "relu3", after: ["hidden"])
    try graph.add(DropoutLayer(rate: rate), as: "drop_hidden", after: ["relu3"])
    try graph.add(
      DenseLayer(
        weight: numbers.tensor([5, 20], scale: 0.25), bias: numbers.tensor([5], scale: 0.3)),
      as: "logits", after: ["drop_hidden"])
    return try Model(graph, name: "dropout")
  }

  /// A network that ends in a global average pool, dropout and a dense layer.
  static func pooled(rate: Double = 0.4, seed: UInt64 = 5) throws -> Model {
    var numbers = SeededNumbers(seed)
    var graph = Graph(input: "image")
    try graph.add(
      ConvolutionLayer(
        weight: numbers.tensor([6, 3, 3, 3], scale: 0.4), bias: numbers.tensor([6], scale: 0.3)),
      as: "conv", after: ["image"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["conv"])
    try graph.add(GlobalAveragePoolLayer(), as: "pool", after: ["relu"])
    try graph.add(DropoutLayer(rate: rate), as: "drop", after: ["pool"])
    try graph.add(FlattenLayer(), as: "flat", after: ["drop"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([5, 6]), bias: numbers.tensor([5], scale: 0.3)),
      as: "logits", after: ["flat"])
    return try Model(graph, name: "pooled")
  }
}
