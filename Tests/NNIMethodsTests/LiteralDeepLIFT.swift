import Foundation

/// DeepLIFT in loops over numbers, as its paper has it, on a stack of matrices and ReLUs.
///
/// The linear rule goes by the sign of each input's whole difference (section 3.5.1), RevealCancel by the
/// sums of the positive and of the negative contributions to a unit (3.5.3). The two are written here
/// contribution by contribution, and share no code with the rules that they judge.
struct LiteralDeepLIFT {
  struct Matrix {
    /// `weight[k][j]` leads from input j to unit k.
    var weight: [[Double]]
    var bias: [Double]

    func applied(to a: [Double]) -> [Double] {
      zip(weight, bias).map { row, b in zip(row, a).reduce(b) { $0 + $1.0 * $1.1 } }
    }
  }

  /// The matrices, with a ReLU between each two.
  let matrices: [Matrix]
  /// For each ReLU, whether RevealCancel stands there and not Rescale.
  let reveals: [Bool]

  func contributions(_ x: [Double], from x0: [Double], unit: Int) -> [Double] {
    let (inputs, outputs) = passes(x)
    let (inputs0, outputs0) = passes(x0)

    // The multipliers of the positive and of the negative part of each matrix's output.
    var positive = matrices[matrices.count - 1].bias.indices.map { $0 == unit ? 1.0 : 0 }
    var negative = positive
    for index in matrices.indices.reversed() {
      let change = zip(inputs[index], inputs0[index]).map(-)
      let m = multipliers(matrices[index], change, positive, negative)
      guard index > 0 else { return zip(m, change).map(*) }
      (positive, negative) = pastReLU(
        m, below: matrices[index - 1], change: zip(inputs[index - 1], inputs0[index - 1]).map(-),
        z: outputs[index - 1], z0: outputs0[index - 1], reveals: reveals[index - 1])
    }
    return []
  }

  /// What each matrix takes and gives.
  private func passes(_ x: [Double]) -> (inputs: [[Double]], outputs: [[Double]]) {
    var (inputs, outputs) = ([x], [[Double]]())
    for matrix in matrices {
      let z = matrix.applied(to: inputs[inputs.count - 1])
      outputs.append(z)
      inputs.append(z.map { max($0, 0) })
    }
    return (inputs, outputs)
  }

  /// The linear rule.
  private func multipliers(
    _ matrix: Matrix, _ change: [Double], _ positive: [Double], _ negative: [Double]
  ) -> [Double] {
    change.indices.map { j in
      matrix.weight.indices.reduce(0) { total, k in
        let w = matrix.weight[k][j]
        if change[j] == 0 { return total + 0.5 * w * (positive[k] + negative[k]) }
        // A contribution belongs to the positive part if it is positive.
        return total + w * (w * change[j] > 0 ? positive[k] : negative[k])
      }
    }
  }

  /// RevealCancel or Rescale at a ReLU.
  private func pastReLU(
    _ m: [Double], below: Matrix, change: [Double], z: [Double], z0: [Double], reveals: Bool
  ) -> ([Double], [Double]) {
    func f(_ z: Double) -> Double { max(z, 0) }
    func ratio(_ rise: Double, _ run: Double, _ z: Double) -> Double {
      abs(run) > 1e-12 ? rise / run : z > 0 ? 1 : 0
    }
    var (positive, negative) = (m, m)
    for k in m.indices {
      if reveals {
        let contributions = zip(below.weight[k], change).map(*)
        let up = contributions.filter { $0 > 0 }.reduce(0, +)
        let down = contributions.filter { $0 < 0 }.reduce(0, +)
        let risen =
          0.5 * (f(z0[k] + up) - f(z0[k])) + 0.5 * (f(z0[k] + up + down) - f(z0[k] + down))
        let fallen =
          0.5 * (f(z0[k] + down) - f(z0[k])) + 0.5 * (f(z0[k] + up + down) - f(z0[k] + up))
        positive[k] = m[k] * ratio(risen, up, z[k])
        negative[k] = m[k] * ratio(fallen, down, z[k])
      } else {
        positive[k] = m[k] * ratio(f(z[k]) - f(z0[k]), z[k] - z0[k], z[k])
        negative[k] = positive[k]
      }
    }
    return (positive, negative)
  }
}

extension LiteralDeepLIFT.Matrix {
  /// The matrix of a convolution `[K, C, h, w]` with padding, over images of a size, by its definition;
  /// `factor` and `summand` are those of a batch norm after it.
  init(
    kernel: [Double], shape: [Int], bias: [Double], padding: Int, height: Int, width: Int,
    factor: [Double], summand: [Double]
  ) {
    let (channels, size) = (shape[1], shape[2])
    let (rows, columns) = (height + 2 * padding - size + 1, width + 2 * padding - size + 1)
    self.init(weight: [], bias: [])
    for k in 0..<shape[0] {
      for row in 0..<rows {
        for column in 0..<columns {
          var line = [Double](repeating: 0, count: channels * height * width)
          for c in 0..<channels {
            for i in 0..<size {
              for j in 0..<size {
                let (y, x) = (row + i - padding, column + j - padding)
                guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                line[(c * height + y) * width + x] +=
                  kernel[((k * channels + c) * size + i) * size + j] * factor[k]
              }
            }
          }
          weight.append(line)
          self.bias.append(bias[k] * factor[k] + summand[k])
        }
      }
    }
  }
}
