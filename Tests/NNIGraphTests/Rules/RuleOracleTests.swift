import NNIGraph
import NNITestSupport
import Testing

/// Each rule against its formula, written out in loops over a matrix.
///
/// The matrix of any linear layer is found by applying it to unit vectors, so that convolutions with
/// padding, stride and groups are judged by the same loops as dense layers.
@Suite struct RuleOracleTests {
  /// One linear layer with input, relevance and its matrix: `z_k = Σ_j w_jk a_j + b_k`.
  struct Case: CustomTestStringConvertible {
    let name: String
    let layer: any LinearLayer
    let input: Tensor
    var testDescription: String { name }
  }

  static var cases: [Case] {
    get throws {
      var numbers = SeededNumbers(11)
      let dense = DenseLayer(
        weight: try numbers.tensor([4, 6]), bias: try numbers.tensor([4]))
      let convolution = ConvolutionLayer(
        weight: try numbers.tensor([4, 2, 3, 2]), bias: try numbers.tensor([4]), stride: [2, 1],
        padding: [1, 1], dilation: [1, 2], groups: 2)
      let transposed = TransposedConvolutionLayer(
        weight: try numbers.tensor([3, 2, 2, 3]), bias: try numbers.tensor([2]), stride: [2, 2],
        padding: [0, 1])
      return [
        Case(name: "dense", layer: dense, input: try numbers.tensor([2, 6])),
        Case(name: "convolution", layer: convolution, input: try numbers.tensor([2, 4, 5, 6])),
        Case(
          name: "after a ReLU", layer: convolution,
          input: try numbers.tensor([2, 4, 5, 6]).positivePart()),
        Case(name: "transposed", layer: transposed, input: try numbers.tensor([2, 3, 3, 4])),
      ]
    }
  }

  /// The formulas: share of unit k's relevance that goes to input j, given `a, w, b, z` and all of w.
  static let epsilon = 0.05
  static let stabilizer = 1e-6

  static func stabilized(_ z: Double, _ epsilon: Double) -> Double {
    z + (z < 0 ? -epsilon : epsilon)
  }

  typealias Formula = @Sendable (_ a: [Double], _ w: [Double], _ b: Double) -> [Double]

  static let formulas: [(name: String, rule: any PropagationRule, formula: Formula)] = [
    (
      "zero", .epsilon(0),
      { a, w, b in
        let z = zip(a, w).map(*).reduce(b, +)
        return zip(a, w).map { z == 0 ? 0 : $0 * $1 / z }
      }
    ),
    (
      "epsilon", .epsilon(epsilon),
      { a, w, b in
        let z = zip(a, w).map(*).reduce(b, +)
        return zip(a, w).map { $0 * $1 / stabilized(z, epsilon) }
      }
    ),
    (
      "gamma", .gamma(0.25),
      { a, w, b in
        let z = zip(a, w).map(*).reduce(b, +)
        func favoured(_ w: Double, _ isRising: Bool) -> Double {
          w + 0.25 * (isRising ? max(w, 0) : min(w, 0))
        }
        if z == 0 { return a.map { _ in 0 } }
        let terms = zip(a, w).map { a, w in
          max(a, 0) * favoured(w, z > 0) + min(a, 0) * favoured(w, z < 0)
        }
        let total = terms.reduce(favoured(b, z > 0), +)
        return terms.map { $0 / stabilized(total, stabilizer) }
      }
    ),
    (
      "alpha-beta", .alphaBeta(2, 1),
      { a, w, b in
        let rising = zip(a, w).map { max($0 * $1, 0) }
        let falling = zip(a, w).map { min($0 * $1, 0) }
        let above = stabilized(rising.reduce(max(b, 0), +), stabilizer)
        let below = stabilized(falling.reduce(min(b, 0), +), stabilizer)
        return zip(rising, falling).map { 2 * $0 / above - $1 / below }
      }
    ),
    (
      "z-plus", .zPlus(),
      { a, w, b in
        let rising = zip(a, w).map { max($0 * $1, 0) }
        return rising.map { $0 / stabilized(rising.reduce(max(b, 0), +), stabilizer) }
      }
    ),
    (
      "w-square", .wSquare,
      { _, w, _ in
        let squares = w.map { $0 * $0 }
        return squares.map { $0 / stabilized(squares.reduce(0, +), stabilizer) }
      }
    ),
    (
      "z-box", .zBox(low: boxTensor(-3), high: boxTensor(2.5)),
      { a, w, _ in
        let terms = zip(a, w).map { a, w in a * w + 3 * max(w, 0) - 2.5 * min(w, 0) }
        return terms.map { $0 / stabilized(terms.reduce(0, +), stabilizer) }
      }
    ),
  ]

  private static func boxTensor(_ value: Double) -> Tensor {
    do { return try Tensor([value], shape: [1]) } catch { preconditionFailure("\(error)") }
  }

  @Test(arguments: try cases) func everyRuleEqualsItsFormula(_ test: Case) throws {
    for (name, rule, formula) in Self.formulas {
      try compare(test, rule, formula, name)
    }
  }

  /// Flat needs to know which inputs a unit sees at all: those whose weight would not be zero if all
  /// weights were one.
  @Test(arguments: try cases) func flatSharesEquallyAmongRealInputs(_ test: Case) throws {
    var ones = test.layer
    ones.weight = try ones.weight.onesLike()
    ones.bias = nil
    let seen = Case(name: test.name, layer: ones, input: test.input)
    try compare(
      seen, .flat,
      { _, w, _ in
        let count = w.reduce(0, +)
        return w.map { $0 / Self.stabilized(count, Self.stabilizer) }
      }, "flat")
  }

  /// Below a ReLU, with relevance only where values are positive, one of γ's two lines is enough.
  @Test func gammaOfOneSideEqualsItsFormula() throws {
    let gamma = try #require(Self.formulas.first { $0.name == "gamma" })
    for test in try Self.cases {
      let rectified = Case(
        name: test.name, layer: test.layer, input: try test.input.positivePart())
      try compare(rectified, gamma.rule, gamma.formula, "gamma", isAbove: true)
    }
  }

  // isAbove: relevance arrives only where the layer's value is positive.
  private func compare(
    _ test: Case, _ rule: any PropagationRule, _ formula: Formula, _ name: String,
    isAbove: Bool = false
  ) throws {
    var graph = Graph(input: "a")
    try graph.add(test.layer, as: "z", after: ["a"])
    let trace = try graph.trace(test.input)
    var numbers = SeededNumbers(5)
    let anywhere = try numbers.tensor(trace.output.shape)
    let relevance =
      try isAbove
      ? anywhere.selected(where: trace.output.isGreater(than: 0), otherwise: 0) : anywhere
    let actual = try trace.propagate(["z": Signal(relevance: relevance)], using: [.any: rule])
      .signal(at: "a").relevance(of: test.input)
    // The same relevance as a multiplier of the value.
    let multiplier = try Signal(relevance / trace.output)
    let other = try trace.propagate(["z": multiplier], using: [.any: rule])
      .signal(at: "a").relevance(of: test.input)
    try expectClose(other, actual, relative: 1e-9, "\(test.name), \(name), as multiplier")

    let (matrix, bias) = try matrix(test)
    let samples = test.input.shape[0]
    let inputs = try test.input.reshaped([samples, -1])
    var expected: [Double] = []
    for sample in 0..<samples {
      let a = try inputs.selected(axis: 0, index: sample).doubles()
      let R = try relevance.reshaped([samples, -1]).selected(axis: 0, index: sample).doubles()
      var shares = [Double](repeating: 0, count: a.count)
      for k in R.indices {
        for (j, share) in formula(a, matrix[k], bias[k]).enumerated() { shares[j] += share * R[k] }
      }
      expected += shares
    }
    expectClose(try actual.doubles(), expected, relative: 1e-9, "\(test.name), \(name)")
  }

  /// `w_jk` as rows for each output k, and `b_k`.
  private func matrix(_ test: Case) throws -> (rows: [[Double]], bias: [Double]) {
    let count = try test.input.selected(axis: 0, index: 0).count
    var identity = [Double](repeating: 0, count: count * count)
    for j in 0..<count { identity[j * count + j] = 1 }
    let shape = [count] + test.input.shape.dropFirst()
    var bare = test.layer
    bare.bias = nil
    let columns = try bare.forward([Tensor(identity, shape: shape)]).reshaped([count, -1])
    let rows = try columns.transposed(0, 1)
    let zero = try test.input.narrowed(axis: 0, to: 0..<1).zerosLike()
    let bias = try test.layer.forward([zero]).flattened().doubles()
    return (try bias.indices.map { try rows.selected(axis: 0, index: $0).doubles() }, bias)
  }
}
