import NNITestSupport
import Testing

@testable import NNIMethods
@testable import NNIModels

/// The largest flow is the smallest cut, found by trying every one.
struct LayeredFlowTests {
  private static let tokens = 3

  /// The smallest sum of capacities over edges from a set with the start, and without the end, to the others.
  private func smallestCut(
    _ capacity: [Double], layers: Int, from start: Int, to end: Int
  ) -> Double {
    let tokens = Self.tokens
    let nodes = (layers + 1) * tokens
    var best = Double.infinity
    for set in 0..<(1 << nodes)
    where set >> start & 1 == 1 && set >> (layers * tokens + end) & 1 == 0 {
      var cut = 0.0
      for node in 0..<layers * tokens where set >> node & 1 == 1 {
        for next in 0..<tokens where set >> ((node / tokens + 1) * tokens + next) & 1 == 0 {
          cut += capacity[node * tokens + next]
        }
      }
      best = min(best, cut)
    }
    return best
  }

  @Test(arguments: 0..<12 as Range<UInt64>) func `A flow is the smallest cut`(seed: UInt64) {
    let (tokens, layers) = (Self.tokens, seed < 6 ? 2 : 3)
    var numbers = SeededNumbers(100 + seed)
    // Half of the edges are closed, so that paths must give way to others.
    let capacity = (0..<layers * tokens * tokens).map { _ in
      max(0, numbers.uniform() - 0.4)
    }
    var network = LayeredFlow(capacity, tokens: tokens)
    for start in 0..<tokens {
      for end in 0..<tokens {
        let flow = network.maximum(from: start, to: end)
        let cut = smallestCut(capacity, layers: layers, from: start, to: end)
        #expect(abs(flow - cut) < 1e-12)
      }
    }
  }

  @Test func `A first path that bars another gives way`() {
    // 0 → 0 → 0 is found first and stands in the way of 0 → 0 → 1 and 0 → 1 → 0 together.
    let first: [Double] = [1, 1, 0, 0, 0, 0, 0, 0, 0]
    let second: [Double] = [1, 1, 0, 1, 0, 0, 0, 0, 0]
    let third: [Double] = [1, 0, 0, 1, 0, 0, 0, 0, 0]
    var network = LayeredFlow(first + second + third, tokens: 3)
    #expect(network.maximum(from: 0, to: 0) == 2)
  }

  @Test func `Through one block it is the row`() throws {
    let step = try SeededNumbers.tensor([2, 5, 5], seed: 3).magnitude()
    let rows = try step / step.sum(over: [2], keepingAxes: true)
    let read = try Tensor([Double(0), 0, 1, 0, 0, 0, 0.5, 0, 0, 0.5], shape: [2, 1, 5])
    let flow = try AttentionFlow([rows])(read, to: 0..<5)
    try expectClose(
      flow, Tensor.call("aten::bmm", .tensor(read), .tensor(rows)).reshaped([2, 5]))
    let patches = try AttentionFlow([rows])(read, to: 1..<4)
    try expectClose(
      patches.narrowed(axis: 1, to: 1..<4), flow.narrowed(axis: 1, to: 1..<4))
    #expect(try patches.selected(axis: 1, index: 0).magnitude().sum().item() == 0)
  }
}
