import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// AttnLRP as its paper writes it, with relevance that is divided by every output, in loops over numbers: one block of
/// attention with a skip connection, a layer norm, a GELU and a mean over tokens.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, equations 8, 9 and 15 and propositions 3.1 and 3.4
///   (`achtibat2024attnlrp`).
struct LiteralAttentionTests {
  private typealias Matrix = [[Double]]
  private static let (tokens, width, hidden, classes) = (4, 3, 5, 2)

  /// Weights as rows of outputs, and biases.
  private struct Dense {
    let weight: Matrix
    let bias: [Double]
    let layer: DenseLayer

    init(_ inputs: Int, _ outputs: Int, _ numbers: inout SeededNumbers) throws {
      let weight = try numbers.tensor([outputs, inputs])
      let bias = try numbers.tensor([outputs], scale: 0.3)
      layer = DenseLayer(weight: weight, bias: bias)
      self.weight = try LiteralAttentionTests.matrix(weight)
      self.bias = try bias.doubles()
    }

    func callAsFunction(_ x: Matrix) -> Matrix {
      x.map { row in
        zip(weight, bias).map { weights, bias in zip(weights, row).map(*).reduce(bias, +) }
      }
    }

    /// The inputs' relevance, `R_i = Σ_j x_i w_ji R_j / z_j`.
    func relevance(_ R: Matrix, of x: Matrix, _ z: Matrix) -> Matrix {
      x.indices.map { t in
        x[t].indices.map { i in
          z[t].indices.reduce(0) { $0 + x[t][i] * weight[$1][i] * R[t][$1] / z[t][$1] }
        }
      }
    }
  }

  private static func matrix(_ tensor: Tensor) throws -> Matrix {
    let (values, columns) = (try tensor.doubles(), tensor.shape.last ?? 1)
    return stride(from: 0, to: values.count, by: columns).map {
      Array(values[$0..<$0 + columns])
    }
  }

  private static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    a.map { row in
      b[0].indices.map { column in row.indices.reduce(0) { $0 + row[$1] * b[$1][column] } }
    }
  }

  private static func transposed(_ a: Matrix) -> Matrix {
    a[0].indices.map { column in a.map { $0[column] } }
  }

  private static func sum(_ a: Matrix, _ b: Matrix) -> Matrix {
    zip(a, b).map { zip($0, $1).map(+) }
  }

  /// Half of the relevance of a product `A B = z` to each factor.
  private static func halves(_ R: Matrix, _ a: Matrix, _ b: Matrix, _ z: Matrix) -> (
    Matrix, Matrix
  ) {
    var (first, second) = (a.map { $0.map { _ in 0.0 } }, b.map { $0.map { _ in 0.0 } })
    for i in a.indices {
      for k in b.indices {
        for j in b[0].indices {
          let share = 0.5 * a[i][k] * b[k][j] * R[i][j] / z[i][j]
          first[i][k] += share
          second[k][j] += share
        }
      }
    }
    return (first, second)
  }

  @Test(arguments: [1, 2, 3])
  func `Multipliers give what relevance divided by outputs gives`(seed: Int) throws {
    var numbers = SeededNumbers(UInt64(seed))
    let (tokens, width, hidden) = (Self.tokens, Self.width, Self.hidden)
    let query = try Dense(width, width, &numbers)
    let key = try Dense(width, width, &numbers)
    let value = try Dense(width, width, &numbers)
    let up = try Dense(width, hidden, &numbers)
    let head = try Dense(hidden, Self.classes, &numbers)
    let (scale, shift) = (try numbers.tensor([width]), try numbers.tensor([width]))
    let input = try numbers.tensor([1, tokens, width])

    var graph = Graph(input: "x")
    try graph.add(query.layer, as: "q", after: ["x"])
    try graph.add(key.layer, as: "k", after: ["x"])
    try graph.add(value.layer, as: "v", after: ["x"])
    try graph.add(TransposeLayer([0, 2, 1]), as: "kT", after: ["k"])
    try graph.add(MatrixProductLayer(), as: "scores", after: ["q", "kT"])
    try graph.add(SoftmaxLayer(axis: 2), as: "weights", after: ["scores"])
    try graph.add(MatrixProductLayer(), as: "mixed", after: ["weights", "v"])
    try graph.add(SumLayer(), as: "skip", after: ["x", "mixed"])
    try graph.add(
      LayerNormLayer(scale: scale, shift: shift, epsilon: 1e-5), as: "norm", after: ["skip"])
    try graph.add(up.layer, as: "up", after: ["norm"])
    try graph.add(ActivationLayer(.gelu(isApproximate: false)), as: "gelu", after: ["up"])
    try graph.add(
      ReductionLayer(over: [1], isKeepingAxes: false, isMean: true), as: "mean", after: ["gelu"])
    try graph.add(head.layer, as: "logits", after: ["mean"])
    let found = try LRP(.zero, stabilizer: 0).attribute(
      Model(graph), input: input, target: .class(1))

    // Forward.
    let x = try Self.matrix(input)
    let (q, k, v) = (query(x), key(x), value(x))
    let scores = Self.product(q, Self.transposed(k))
    let weights = scores.map { row in
      let powers = row.map { exp($0) }
      return powers.map { $0 / powers.reduce(0, +) }
    }
    let mixed = Self.product(weights, v)
    let skip = Self.sum(x, mixed)
    let (w, b) = (try scale.doubles(), try shift.doubles())
    var deviations: [Double] = []
    let norm = skip.map { row in
      let mean = row.reduce(0, +) / Double(width)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      deviations.append((variance + 1e-5).squareRoot())
      return row.indices.map { w[$0] * (row[$0] - mean) / deviations[deviations.count - 1] + b[$0] }
    }
    let raised = up(norm)
    let gelu = raised.map { $0.map { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) } }
    let mean = [gelu[0].indices.map { d in gelu.reduce(0) { $0 + $1[d] } / Double(tokens) }]
    let logits = head(mean)

    // Relevance, from the logit down.
    let atMean = head.relevance([[0, logits[0][1]]], of: mean, logits)[0]
    let atGELU = gelu.map { row in
      row.indices.map { row[$0] / Double(tokens) / mean[0][$0] * atMean[$0] }
    }
    // An activation passes all.
    let atNorm = up.relevance(atGELU, of: norm, raised)
    let atSkip = skip.indices.map { t in
      (0..<width).map { i in
        (0..<width).reduce(0) { total, j in
          let derivative = w[j] * ((i == j ? 1 : 0) - 1 / Double(width)) / deviations[t]
          return total + skip[t][i] * derivative * atNorm[t][j] / norm[t][j]
        }
      }
    }
    func share(_ part: Matrix) -> Matrix {
      part.indices.map { t in
        part[t].indices.map { part[t][$0] / skip[t][$0] * atSkip[t][$0] }
      }
    }
    let (atWeights, atValues) = Self.halves(share(mixed), weights, v, mixed)
    let atScores = scores.indices.map { t in
      let total = atWeights[t].reduce(0, +)
      return scores[t].indices.map { scores[t][$0] * (atWeights[t][$0] - weights[t][$0] * total) }
    }
    let (atQueries, atKeys) = Self.halves(atScores, q, Self.transposed(k), scores)
    let wanted = [
      share(x), query.relevance(atQueries, of: x, q),
      key.relevance(Self.transposed(atKeys), of: x, k), value.relevance(atValues, of: x, v),
    ].reduce(x.map { $0.map { _ in 0 } }, Self.sum)
    expectClose(try found.map.doubles(), wanted.flatMap { $0 }, relative: 1e-8)
    let softmax = (atWeights.flatMap { $0 } + atScores.flatMap { $0.map { -$0 } }).reduce(0, +)
    expectClose(found.ledger.causes[.softmax] ?? [], [softmax], relative: 1e-8)
  }
}
