import NNIGraph
import NNITestSupport
import Testing
import TorchTensor

/// Products in bfloat16 against the same products of rounded factors in float64.
@Suite(.enabled(if: ProductPrecision.bfloat16.isAvailable)) struct ProductPrecisionTests {
  /// To the nearest number with a mantissa of 8 bits, ties to even.
  private func rounded(_ tensor: Tensor) throws -> Tensor {
    let numbers: [Float] = try tensor.elements().map { (number: Float) -> Float in
      let bits = number.bitPattern
      return Float(bitPattern: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) & 0xFFFF_0000)
    }
    return try Tensor(numbers, shape: tensor.shape)
  }

  private func numbers(_ seed: UInt64, _ shape: [Int]) throws -> Tensor {
    var numbers = SeededNumbers(seed)
    return try numbers.tensor(shape).converted(to: .float32)
  }

  /// Whether two tensors differ by float32's rounding of sums alone.
  private func expectEqual(_ found: Tensor, _ wanted: Tensor, _ comment: Comment) throws {
    let difference = try (found.converted(to: .float64) - wanted).magnitude()
    let scale = try wanted.magnitude().maximum(over: Array(0..<wanted.rank)).item()
    #expect(
      try difference.maximum(over: Array(0..<wanted.rank)).item() < 2e-6 * scale, comment)
  }

  private func check(_ layer: some LinearLayer, _ wide: some LinearLayer, _ shape: [Int]) throws {
    let input = try numbers(5, shape)
    let tape = try Tape([input]) { try layer.forward($0) }
    let exact = try Tape([rounded(input).converted(to: .float64)]) { try wide.forward($0) }
    try expectEqual(tape.output, exact.output, "forward")
    let cotangent = try numbers(6, tape.output.shape)
    let back = try exact.pullback(rounded(cotangent).converted(to: .float64))[0]
    try expectEqual(tape.pullback(cotangent)[0], back, "backward")
    try expectEqual(layer.transposed(cotangent, like: input), back, "transposed")
  }

  /// What is arranged of a square weight for one direction has the shape of the other's.
  @Test(arguments: [48, 64]) func denseLayersRoundTheirFactors(units: Int) throws {
    let (weight, bias) = (try numbers(1, [units, 64]), try numbers(2, [units]))
    var layer = DenseLayer(weight: weight, bias: bias)
    layer.precision = .bfloat16
    let wide = DenseLayer(
      weight: try rounded(weight).converted(to: .float64),
      bias: try bias.converted(to: .float64))
    try check(layer, wide, [2, 40, 64])
  }

  @Test(arguments: [(1, 1, 3), (2, 1, 3), (1, 0, 1), (2, 0, 1)])
  func convolutionsRoundTheirFactors(stride: Int, padding: Int, kernel: Int) throws {
    let weight = try numbers(1, [64, 32, kernel, kernel])
    let bias = try numbers(2, [64])
    let (strides, paddings) = ([stride, stride], [padding, padding])
    var layer = ConvolutionLayer(weight: weight, bias: bias, stride: strides, padding: paddings)
    layer.precision = .bfloat16
    let wide = ConvolutionLayer(
      weight: try rounded(weight).converted(to: .float64), bias: try bias.converted(to: .float64),
      stride: strides, padding: paddings)
    try check(layer, wide, [2, 32, 14, 11])
  }

  @Test func aNetworkIsSetAsAWhole() throws {
    var graph = Graph(input: "x")
    try graph.add(
      ConvolutionLayer(weight: numbers(1, [16, 16, 3, 3]), padding: [1, 1]), as: "conv",
      after: ["x"])
    try graph.add(FlattenLayer(), as: "flat", after: ["conv"])
    try graph.add(DenseLayer(weight: numbers(3, [4, 16 * 36])), as: "dense", after: ["flat"])
    let input = try numbers(4, [40, 16, 6, 6])
    let plain = try graph.forward(input).doubles()
    #expect(graph.productPrecision == .full)
    graph.productPrecision = .bfloat16
    #expect(graph.productPrecision == .bfloat16)
    let narrow = try graph.forward(input).doubles()
    #expect(narrow != plain)
    let largest = plain.map(abs).max() ?? 1
    for (a, b) in zip(narrow, plain) { #expect(abs(a - b) < 0.02 * largest) }
    graph.productPrecision = .full
    #expect(try graph.forward(input).doubles() == plain)
  }
}
