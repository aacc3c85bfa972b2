public import NNIModels

extension SampleNets {
  /// One net of each shape that the laws are tested on, each with five classes and an input `[N, 3, 9, 7]`.
  public static let shapes = ["mixed", "chain", "residual", "dense", "depthwise", "smooth"]

  /// The net of that name.
  public static func net(_ shape: String) throws -> Model {
    switch shape {
    case "mixed": try mixed()
    case "smooth": try mixed(activation: ActivationLayer(.softplus))
    default: try net(shape, seed: 31)
    }
  }

  private static func net(_ shape: String, seed: UInt64) throws -> Model {
    var numbers = SeededNumbers(seed)
    func convolution(_ from: Int, _ to: Int, _ kernel: Int, groups: Int = 1) throws
      -> ConvolutionLayer
    {
      ConvolutionLayer(
        weight: try numbers.tensor([to, from / groups, kernel, kernel], scale: 0.4),
        bias: try numbers.tensor([to], scale: 0.3), padding: [kernel / 2, kernel / 2],
        groups: groups)
    }
    let relu = ActivationLayer(.relu)
    var graph = Graph(input: "image")
    try graph.add(convolution(3, 4, 3), as: "stem", after: ["image"])
    try graph.add(relu, as: "relu", after: ["stem"])
    switch shape {
    case "residual":
      try graph.add(convolution(4, 4, 3), as: "first", after: ["relu"])
      try graph.add(relu, as: "inner", after: ["first"])
      try graph.add(convolution(4, 4, 3), as: "second", after: ["inner"])
      try graph.add(SumLayer(), as: "sum", after: ["second", "relu"])
      try graph.add(relu, as: "concat", after: ["sum"])
    case "dense":
      try graph.add(convolution(4, 2, 3), as: "first", after: ["relu"])
      try graph.add(relu, as: "inner", after: ["first"])
      try graph.add(ConcatenationLayer(), as: "all", after: ["relu", "inner"])
      try graph.add(convolution(6, 4, 1), as: "mix", after: ["all"])
      try graph.add(relu, as: "concat", after: ["mix"])
    case "depthwise":
      try graph.add(convolution(4, 4, 3, groups: 4), as: "each", after: ["relu"])
      try graph.add(ActivationLayer(.clip(0, 6)), as: "inner", after: ["each"])
      try graph.add(convolution(4, 4, 1), as: "mix", after: ["inner"])
      try graph.add(SumLayer(), as: "sum", after: ["mix", "relu"])
      try graph.add(relu, as: "concat", after: ["sum"])
    default:
      try graph.add(convolution(4, 4, 3), as: "first", after: ["relu"])
      try graph.add(relu, as: "concat", after: ["first"])
    }
    try graph.add(GlobalAveragePoolLayer(), as: "pool", after: ["concat"])
    try graph.add(FlattenLayer(), as: "flat", after: ["pool"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([5, 4]), bias: numbers.tensor([5], scale: 0.3)),
      as: "logits", after: ["flat"])
    return try Model(graph, name: shape)
  }

  /// A linear network without biases: the score is `w · x`.
  public static func linear() throws -> (model: Model, weights: Tensor) {
    var numbers = SeededNumbers(77)
    let weights = try numbers.tensor([5, 3 * 9 * 7])
    var graph = Graph(input: "image")
    try graph.add(FlattenLayer(), as: "flat", after: ["image"])
    try graph.add(DenseLayer(weight: weights), as: "logits", after: ["flat"])
    return (try Model(graph, name: "linear"), weights)
  }
}
