import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Scores that differ by more than the exponential's range.
@Suite struct SoftmaxDifferenceTests {
  @Test(arguments: [DType.float32, .float64], [false, true])
  func `Far scores give finite multipliers that sum to the difference`(
    dtype: DType, isLogarithmic: Bool
  ) throws {
    let rows: [[Double]] = [
      [95, 0, 0], [-95, 1, 2], [200, 0, -300], [0, 1000, 2], [-104, 104, 0], [0, 0, 0],
      [1e-3, -88, 88],
    ]
    var graph = Graph(input: "x")
    try graph.add(SoftmaxLayer(axis: 1, isLogarithmic: isLogarithmic), as: "softmax", after: ["x"])
    let input = try Tensor(rows.flatMap { $0 }, shape: [rows.count, 3], dtype: dtype)
    let reference = try Tensor([2, 0, -1], shape: [1, 3], dtype: dtype)
    let trace = try graph.trace(input)
    let other = try graph.trace(reference.expanded(to: input.shape))
    for index in 0..<3 {
      var seed = [Double](repeating: 0, count: 3 * rows.count)
      for row in rows.indices { seed[row * 3 + index] = 1 }
      let found = try trace.propagate(
        ["softmax": Signal(Tensor(seed, shape: input.shape, dtype: dtype))],
        using: [.any: .softmaxDifference], against: ReferenceTrace(trace, against: other))
      let multipliers = try found["x"]
      #expect(try multipliers.isFinite())
      let sums = try (multipliers * (input - reference)).sum(over: [1])
      let change = try (trace["softmax"] - other["softmax"]).selected(axis: 1, index: index)
      // As exact as numbers of the scores' size are.
      for row in rows.indices {
        let size = (rows[row] + [2]).map(abs).max() ?? 0
        let wanted = try change.doubles()[row]
        let found = try sums.doubles()[row]
        let bound = size * (dtype == .float64 ? 1e-14 : 2e-6)
        #expect(abs(found - wanted) < bound, "\(rows[row]), \(index): \(found), \(wanted)")
      }
    }
  }
}
