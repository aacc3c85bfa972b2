import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// Against `torch.distributions` in float64, a slow formula, and an integral.
struct EvidentialLossTests {
  private static let logits: [[Double]] = [[2, -1, 0.5], [0, 0, 0]]
  private static let labels = [0, 2]

  /// The formula of the documentation, number by number; ψ by a difference of ln Γ.
  private func literal(_ logits: [[Double]], _ labels: [Int], weight: Double) -> Double {
    let losses = zip(logits, labels).map { row, label in
      let alpha = row.map { max($0, 0) + 1 }
      let strength = alpha.reduce(0, +)
      var loss = 0.0
      for (k, a) in alpha.enumerated() {
        let (p, y) = (a / strength, k == label ? 1.0 : 0.0)
        loss += (y - p) * (y - p) + p * (1 - p) / (strength + 1)
      }
      let misleading = alpha.enumerated().map { $0.offset == label ? 1 : $0.element }
      return loss + weight * divergence(misleading)
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  private func divergence(_ alpha: [Double]) -> Double {
    func digamma(_ x: Double) -> Double { (lgamma(x + 1e-5) - lgamma(x - 1e-5)) / 2e-5 }
    let strength = alpha.reduce(0, +)
    return lgamma(strength) - lgamma(Double(alpha.count)) - alpha.map { lgamma($0) }.reduce(0, +)
      + alpha.map { ($0 - 1) * (digamma($0) - digamma(strength)) }.reduce(0, +)
  }

  private func value(
    _ logits: [[Double]], _ labels: [Int], annealing: Double = 10, epoch: Int
  ) throws -> Double {
    let tensor = try Tensor(logits.flatMap { $0 }, shape: [logits.count, logits[0].count])
    let wanted = try Tensor(labels.map(Int64.init), shape: [labels.count])
    return try EvidentialLoss(annealing: annealing).value(tensor, labels: wanted, epoch: epoch)
      .item()
  }

  @Test(arguments: [
    (0, 0.6194638694638696), (5, 0.6432827009861297), (10, 0.66710153250839),
    (1000, 0.66710153250839),
  ])
  func `The loss has PyTorch's values`(epoch: Int, wanted: Double) throws {
    #expect(try abs(value(Self.logits, Self.labels, epoch: epoch) - wanted) < 1e-13)
  }

  @Test func `The divergence has PyTorch's value`() throws {
    let found = try EvidentialLoss.divergence(Tensor([3.0, 1, 1.5], shape: [1, 3])).item()
    #expect(abs(found - 0.528382629865916) < 1e-13)
  }

  @Test(arguments: [0, 3, 7, 12]) func `The loss is the slow formula's`(epoch: Int) throws {
    var numbers = SeededNumbers(9)
    let values = try numbers.tensor([6, 4], scale: 4).doubles()
    let logits = (0..<6).map { Array(values[($0 * 4)..<($0 * 4 + 4)]) }
    let labels = [0, 1, 2, 3, 3, 0]
    let found = try value(logits, labels, annealing: 8, epoch: epoch)
    let wanted = literal(logits, labels, weight: min(1, Double(epoch) / 8))
    #expect(abs(found - wanted) < 1e-8)
  }

  @Test(arguments: [(3.0, 1.5), (1.0, 1.0), (7.25, 2.0)])
  func `Of two classes the divergence is the integral of p log p`(a: Double, b: Double) throws {
    // Dir(a, b) is a beta distribution; Dir(1, 1) has density one, so that KL = ∫ p ln p.
    let norm = lgamma(a + b) - lgamma(a) - lgamma(b)
    let count = 400_000
    var integral = 0.0
    for index in 0..<count {
      let x = (Double(index) + 0.5) / Double(count)
      let logarithm = norm + (a - 1) * log(x) + (b - 1) * log(1 - x)
      integral += exp(logarithm) * logarithm / Double(count)
    }
    let found = try EvidentialLoss.divergence(Tensor([a, b], shape: [1, 2])).item()
    #expect(abs(found - integral) < 1e-6)
  }

  @Test func `The gradient is that of finite differences`() throws {
    let labels = try Tensor([Int64(1), 0], shape: [2])
    let values = [1.5, 0.4, -0.7, 0.3, 2.2, 0.9]
    let loss = EvidentialLoss(annealing: 4)
    func value(_ values: [Double]) throws -> Tensor {
      try loss.value(Tensor(values, shape: [2, 3]), labels: labels, epoch: 3)
    }
    let gradient = try LossGradient(["z": Tensor(values, shape: [2, 3])]) {
      try loss.value(#require($0["z"]), labels: labels, epoch: 3)
    }
    let found = try #require(gradient.gradients["z"]).doubles()
    let wanted = try values.indices.map { index in
      var (up, down) = (values, values)
      up[index] += 1e-5
      down[index] -= 1e-5
      return try (value(up).item() - value(down).item()) / 2e-5
    }
    expectClose(found, wanted, relative: 1e-8)
  }
}
