import NNIMethods
import NNITestSupport
import Testing

/// DeepLIFT against a literal implementation of its paper, and against Captum.
@Suite struct DeepLIFTOracleTests {
  /// For each rule, whether RevealCancel stands at a ReLU after a convolution, and after a dense layer.
  static let rules: [(rule: DeepLIFT.Rule, convolution: Bool, dense: Bool)] = [
    (.rescale, false, false), (.revealCancel, true, true), (.genomics, false, true),
  ]

  @Test(arguments: rules.indices) func aDenseNetIsAsThePaperSays(index: Int) throws {
    let rule = Self.rules[index]
    var numbers = SeededNumbers(21)
    let widths = [7, 9, 8, 3]
    var graph = Graph(input: "features")
    var matrices: [LiteralDeepLIFT.Matrix] = []
    for layer in 0..<3 {
      let weight = try numbers.tensor([widths[layer + 1], widths[layer]])
      let bias = try numbers.tensor([widths[layer + 1]])
      if layer > 0 {
        try graph.add(ActivationLayer(.relu), as: NodeID("relu\(layer)"), after: [graph.output])
      }
      try graph.add(
        DenseLayer(weight: weight, bias: bias), as: NodeID("dense\(layer)"), after: [graph.output])
      matrices.append(
        .init(weight: try Self.rows(weight), bias: try bias.doubles()))
    }
    let literal = LiteralDeepLIFT(matrices: matrices, reveals: [rule.dense, rule.dense])
    try expectLiteral(literal, Model(graph), rule.rule, input: [4, 7], classes: 3, &numbers)
  }

  @Test(arguments: rules.indices) func aConvolutionalNetIsAsThePaperSays(index: Int) throws {
    let rule = Self.rules[index]
    var numbers = SeededNumbers(22)
    let (height, width) = (5, 4)
    let kernels = try [numbers.tensor([3, 2, 3, 3], scale: 0.5), numbers.tensor([4, 3, 2, 2])]
    let biases = try [numbers.tensor([3]), numbers.tensor([4])]
    let norm = try BatchNormLayer(
      scale: numbers.tensor([3]), shift: numbers.tensor([3]), mean: numbers.tensor([3]),
      variance: numbers.tensor([3]).squared() + 0.5, epsilon: 1e-3)
    let dense = try [numbers.tensor([6, 4 * 4 * 3]), numbers.tensor([3, 6])]
    let denseBiases = try [numbers.tensor([6]), numbers.tensor([3])]

    var graph = Graph(input: "image")
    let layers: [any Layer] = [
      ConvolutionLayer(weight: kernels[0], bias: biases[0], padding: [1, 1]), norm,
      ActivationLayer(.relu), ConvolutionLayer(weight: kernels[1], bias: biases[1]),
      ActivationLayer(.relu), FlattenLayer(), DenseLayer(weight: dense[0], bias: denseBiases[0]),
      ActivationLayer(.relu), DenseLayer(weight: dense[1], bias: denseBiases[1]),
    ]
    for (position, layer) in layers.enumerated() {
      try graph.add(layer, as: NodeID("n\(position)"), after: [graph.output])
    }

    let (scale, shift) = (try norm.scale.doubles(), try norm.shift.doubles())
    let (mean, variance) = (try norm.mean.doubles(), try norm.variance.doubles())
    let factor = zip(scale, variance).map { $0 / ($1 + 1e-3).squareRoot() }
    let summand = factor.indices.map { shift[$0] - mean[$0] * factor[$0] }
    let literal = LiteralDeepLIFT(
      matrices: [
        .init(
          kernel: try kernels[0].doubles(), shape: [3, 2, 3], bias: try biases[0].doubles(),
          padding: 1, height: height, width: width, factor: factor, summand: summand),
        .init(
          kernel: try kernels[1].doubles(), shape: [4, 3, 2], bias: try biases[1].doubles(),
          padding: 0, height: height, width: width, factor: [1, 1, 1, 1],
          summand: [0, 0, 0, 0]),
        .init(weight: try Self.rows(dense[0]), bias: try denseBiases[0].doubles()),
        .init(weight: try Self.rows(dense[1]), bias: try denseBiases[1].doubles()),
      ], reveals: [rule.convolution, rule.convolution, rule.dense])
    try expectLiteral(
      literal, Model(graph), rule.rule, input: [4, 2, height, width], classes: 3, &numbers)
  }

  private func expectLiteral(
    _ literal: LiteralDeepLIFT, _ model: Model, _ rule: DeepLIFT.Rule, input shape: [Int],
    classes: Int, _ numbers: inout SeededNumbers
  ) throws {
    let input = try numbers.tensor(shape)
    // Some elements are those of the reference.
    let reference = try numbers.tensor(shape).selected(
      where: numbers.tensor(shape).isGreater(than: -1), otherwise: input)
    let targets = (0..<shape[0]).map { $0 % classes }
    let found = try DeepLIFT(rule, baseline: .tensor(reference, name: "reference"))
      .attribute(model, input: input, target: .classes(targets)).map
    let (x, x0) = (
      try Self.rows(input.flattened(from: 1)),
      try Self.rows(reference.flattened(from: 1))
    )
    let wanted = targets.indices.flatMap {
      literal.contributions(x[$0], from: x0[$0], unit: targets[$0])
    }
    try expectClose(found, Tensor(wanted, shape: shape), relative: 1e-11)
  }

  /// The rows of a matrix.
  private static func rows(_ matrix: Tensor) throws -> [[Double]] {
    let (values, width) = (try matrix.doubles(), matrix.shape[1])
    return (0..<matrix.shape[0]).map { Array(values[($0 * width)..<(($0 + 1) * width)]) }
  }

  /// See `Tests/Fixtures/deeplift/make.py`.
  @Test func rescaleIsCaptums() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("deeplift/rescale.safetensors"))
    func parameter(_ name: String) throws -> Tensor { try file["network.\(name)"] }
    func dense(_ name: String) throws -> DenseLayer {
      DenseLayer(weight: try parameter("\(name).weight"), bias: try parameter("\(name).bias"))
    }
    let layers: [any Layer] = [
      ConvolutionLayer(
        weight: try parameter("conv1.weight"), bias: try parameter("conv1.bias"), stride: [2, 2],
        padding: [1, 1]),
      BatchNormLayer(
        scale: try parameter("norm.weight"), shift: try parameter("norm.bias"),
        mean: try parameter("norm.running_mean"), variance: try parameter("norm.running_var")),
      ActivationLayer(.relu),
      ConvolutionLayer(
        weight: try parameter("conv2.weight"), bias: try parameter("conv2.bias"), groups: 2),
      ActivationLayer(.sigmoid), AveragePoolLayer(Window([2, 2])), FlattenLayer(),
      try dense("dense1"), ActivationLayer(.elu(0.7)), try dense("dense2"),
      ActivationLayer(.leakyReLU(0.1)), try dense("dense3"),
    ]
    var graph = Graph(input: "image")
    for (position, layer) in layers.enumerated() {
      try graph.add(layer, as: NodeID("n\(position)"), after: [graph.output])
    }
    let method = DeepLIFT(.rescale, baseline: .tensor(try file["reference"], name: "reference"))
    let found = try method.attribute(
      Model(graph), input: file["image"], target: .classes([0, 3, 1]))
    try expectClose(found.map, file["attribution"], relative: 1e-8)
  }
}
