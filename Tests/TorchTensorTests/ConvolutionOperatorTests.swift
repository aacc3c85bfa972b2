import Testing
import TorchTensor

/// `nni::convolution` and its derivative against libtorch's convolution in float64.
@Suite struct ConvolutionOperatorTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var input: [Int]
    var outputs: Int
    var kernel: [Int]
    var stride = [1, 1]
    var padding = [1, 1]
    var dilation = [1, 1]
    var groups = 1

    var testDescription: String {
      "\(input) → \(outputs), kernel \(kernel), stride \(stride), padding \(padding), dilation "
        + "\(dilation), groups \(groups)"
    }
  }

  static let shapes = [
    // Winograd's: whole tiles and cut ones, a batch, no padding, a kernel wider than the padding.
    Shape(input: [1, 32, 28, 28], outputs: 64, kernel: [3, 3]),
    Shape(input: [3, 64, 30, 17], outputs: 32, kernel: [3, 3]),
    Shape(input: [2, 48, 26, 26], outputs: 48, kernel: [3, 3], padding: [0, 0]),
    Shape(input: [1, 32, 40, 31], outputs: 32, kernel: [3, 3], padding: [1, 0]),
    // Small planes, where transforming the weights is most of the work.
    Shape(input: [1, 64, 7, 7], outputs: 64, kernel: [3, 3]),
    Shape(input: [1, 64, 14, 14], outputs: 32, kernel: [3, 3]),
    // All else.
    Shape(input: [2, 3, 32, 32], outputs: 64, kernel: [3, 3]),
    Shape(input: [1, 3, 37, 37], outputs: 16, kernel: [7, 7], stride: [2, 2], padding: [3, 3]),
    Shape(input: [2, 32, 15, 14], outputs: 48, kernel: [3, 3], stride: [2, 1]),
    Shape(input: [2, 64, 9, 9], outputs: 16, kernel: [1, 1], padding: [0, 0]),
    Shape(
      input: [1, 16, 20, 20], outputs: 32, kernel: [3, 3], padding: [2, 2], dilation: [2, 2]),
    Shape(input: [2, 32, 12, 12], outputs: 32, kernel: [3, 3], groups: 32),
    Shape(input: [2, 32, 12, 12], outputs: 64, kernel: [5, 3], padding: [2, 1], groups: 2),
    Shape(input: [2, 24, 11, 11], outputs: 10, kernel: [3, 3]),
    Shape(input: [1, 5, 6, 6], outputs: 7, kernel: [2, 2], padding: [0, 0]),
  ]

  private static func numbers(_ shape: [Int], _ seed: Int) throws -> Tensor {
    let count = shape.reduce(1, *)
    return try Tensor(
      (0..<count).map { Double((($0 + seed) &* 2_654_435_761) % 2_000_003) / 1e6 - 1 },
      shape: shape)
  }

  private static func factors(_ weight: Tensor, _ positive: Double, _ negative: Double) throws
    -> Tensor
  {
    try weight.positivePart() * positive + weight.negativePart() * negative
  }

  /// The largest difference, as a part of the largest value.
  private static func error(_ got: Tensor, _ wanted: Tensor) throws -> Double {
    let difference = try (got.converted(to: .float64) - wanted).magnitude()
    return try difference.doubles().reduce(0, max) / wanted.magnitude().doubles().reduce(0, max)
  }

  @Test(arguments: shapes, [(1.0, 1.0), (1, 0), (0, 1), (1.25, 1)])
  func agreesWithTheLiteralOne(shape: Shape, signs: (Double, Double)) throws {
    let input = try Self.numbers(shape.input, 1)
    let weight = try Self.numbers(
      [shape.outputs, shape.input[1] / shape.groups] + shape.kernel, 2)
    let bias = try Self.numbers([shape.outputs], 3)
    let settings: [OperatorArgument] = [
      .ints(shape.stride), .ints(shape.padding), .ints(shape.dilation),
    ]
    let tape = try Tape([input]) { inputs in
      try Tensor.tensors(
        of: "aten::convolution",
        [.tensor(inputs[0]), .tensor(Self.factors(weight, signs.0, signs.1)), .tensor(bias)]
          + settings + [.bool(false), .ints([0, 0]), .int(shape.groups)])[0]
    }
    let cotangent = try Self.numbers(tape.output.shape, 4)
    let derivative = try tape.pullback(cotangent)[0]

    let (x, w, b, g) = try (
      input.converted(to: .float32), weight.converted(to: .float32), bias.converted(to: .float32),
      cotangent.converted(to: .float32)
    )
    let more = settings + [.int(shape.groups), .double(signs.0), .double(signs.1)]
    func convolve(_ input: Tensor, isRectified: Bool = false) throws -> Tensor {
      try Tensor.tensors(
        of: "nni::convolution",
        [.tensor(input), .tensor(w), .tensor(b)] + more + [.bool(isRectified)])[0]
    }
    // Weights that are used often are kept in another form.
    for _ in 0..<5 {
      let value = try convolve(x)
      #expect(value.shape == tape.output.shape)
      #expect(try Self.error(value, tape.output) < 1e-5)
      let back = try Tensor.tensors(
        of: "nni::convolution_input_gradient",
        [.tensor(g), .tensor(w), .ints(shape.input)] + more)[0]
      #expect(back.shape == shape.input)
      #expect(try Self.error(back, derivative) < 1e-5)
    }
    let recorded = try Tape([x]) { try convolve($0[0]) }
    #expect(try Self.error(recorded.pullback(g)[0], derivative) < 1e-5)

    let rectified = try Tape([x]) { try convolve($0[0], isRectified: true) }
    #expect(try Self.error(rectified.output, tape.output.positivePart()) < 1e-5)
    let mask = try rectified.output.isGreater(than: 0)
    let gated = try recorded.pullback(g.selected(where: mask, otherwise: 0))[0]
    #expect(try Self.error(rectified.pullback(g)[0], gated.converted(to: .float64)) < 1e-6)
  }

  @Test func changedWeightsAreNoticed() throws {
    let input = try Self.numbers([1, 32, 24, 24], 1).converted(to: .float32)
    func sum(_ weight: Tensor) throws -> Double {
      try Tensor.call(
        "nni::convolution", .tensor(input), .tensor(weight), .none, .ints([1, 1]), .ints([1, 1]),
        .ints([1, 1]), .int(1)
      ).sum().item()
    }
    // Tensors come and go at the same places in memory.
    var sums: [Double] = []
    for factor in 1...6 {
      let weight = try Tensor.full([32, 32, 3, 3], Double(factor) / 100)
      sums.append(try sum(weight) / Double(factor))
    }
    #expect(sums.allSatisfy { abs($0 - sums[0]) <= 1e-4 * abs(sums[0]) }, "\(sums)")
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let input = try Tensor.full([1, 32, 8, 8], 1)
    func convolve(_ weight: [Int], padding: Int = 0) throws -> Tensor {
      try .call(
        "nni::convolution", .tensor(input), .tensor(Tensor.full(weight, 1)), .none, .ints([1, 1]),
        .ints([padding, padding]), .ints([1, 1]), .int(1))
    }
    #expect(throws: TorchError.self) { try convolve([32, 16, 3, 3]) }
    #expect(throws: TorchError.self) { try convolve([32, 32, 9, 9]) }
    #expect(try convolve([32, 32, 9, 9], padding: 1).shape == [1, 32, 2, 2])
  }
}
