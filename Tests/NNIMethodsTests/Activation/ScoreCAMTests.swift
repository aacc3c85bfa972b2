import NNIMethods
import Foundation
import NNITestSupport
import Testing

@Suite struct ScoreCAMTests {
  /// Bilinear interpolation with half-pixel centres, one number at a time.
  private func enlarged(
    _ plane: [Double], _ size: (Int, Int), to large: (Int, Int)
  ) -> [Double] {
    func taps(_ index: Int, _ from: Int, _ to: Int) -> [(Int, Double)] {
      let center = max((Double(index) + 0.5) * Double(from) / Double(to) - 0.5, 0)
      let low = min(Int(center), from - 1)
      return [(low, 1 - center + Double(low)), (min(low + 1, from - 1), center - Double(low))]
    }
    return (0..<large.0 * large.1).map { pixel in
      taps(pixel / large.1, size.0, large.0).reduce(0) { sum, row in
        taps(pixel % large.1, size.1, large.1).reduce(sum) {
          $0 + row.1 * $1.1 * plane[row.0 * size.1 + $1.0]
        }
      }
    }
  }

  @Test(arguments: ["relu1", "concat", "max", "mean"]) func equalsOneChannelAtATime(
    layer: String
  ) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let result = try ScoreCAM(layer: NodeID(layer), relu: false).attribute(
      model, input: input, target: .classes([1, 3]))
    for (row, index) in [1, 3].enumerated() {
      let one = try input.narrowed(axis: 0, to: row..<(row + 1))
      let maps = try model.graph.trace(one, to: NodeID(layer)).output
      let (channels, height, width) = (maps.shape[1], maps.shape[2], maps.shape[3])
      let planes = try (0..<channels).map {
        try maps.selected(axis: 1, index: $0).doubles()
      }
      let scores = try planes.map { plane in
        let large = enlarged(plane, (height, width), to: (9, 7))
        let (low, high) = (large.min() ?? 0, large.max() ?? 0)
        let mask = large.map { ($0 - low) / (high - low + 1e-8) }
        let values = try one.doubles().enumerated().map { $1 * mask[$0 % 63] }
        return try model(Tensor(values, shape: [1, 3, 9, 7])).doubles()[index]
      }
      let total = scores.map { exp($0) }.reduce(0, +)
      let expected = (0..<height * width).map { pixel in
        zip(scores, planes).reduce(0) { $0 + exp($1.0) / total * $1.1[pixel] }
      }
      expectClose(try result.map.selected(axis: 0, index: row).doubles(), expected)
    }
    #expect(result.layer == NodeID(layer))
    let cut = try ScoreCAM(layer: NodeID(layer)).attribute(
      model, input: input, target: .classes([1, 3]))
    #expect(try cut.map.doubles() == result.map.positivePart().doubles())
  }

  @Test func aLayerWithoutFeatureMapsIsRefused() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try ScoreCAM(layer: "flat").attribute(
        SampleNets.mixed(), input: SampleNets.mixedInput(), target: .predicted)
    }
    #expect(error?.node == "flat")
  }
}
