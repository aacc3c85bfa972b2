import Testing

@testable import NNIImages

@Suite struct ResampleWeightsTests {
  /// Weights are shares: their sum is one, up to half a unit of fixed point for each.
  @Test(arguments: [(100, 7), (7, 100), (1, 5), (5, 1), (4000, 341)])
  func sumsToOne(source: Int, target: Int) {
    for interpolation in [Interpolation.bilinear, .bicubic, .lanczos] {
      let table = ResampleWeights(from: source, to: target, interpolation: interpolation)
      for index in 0..<target {
        let start = index * table.stride
        let sum = table.weights[start..<(start + table.counts[index])].reduce(0, +)
        #expect(abs(Int(sum) - 1 << 22) <= table.counts[index])
        #expect(table.starts[index] + table.counts[index] <= source)
      }
    }
  }
}
