import NNITraining
import Foundation
import NNITestSupport
import Testing

struct TrainingDistortionTests {
  /// The documented map, pixel by pixel, with a sample's own four numbers.
  private func literal(
    _ image: [Double], _ height: Int, _ width: Int, _ distortion: TrainingDistortion,
    sample: Int, seed: UInt64
  ) -> [Double] {
    let numbers = CounterRandom(seed: seed).uniforms(4, stream: UInt64(sample))
      .map { Double($0) * 2 - 1 }
    let angle = numbers[0] * distortion.degrees * Double.pi / 180
    let size = 1 + numbers[3] * distortion.scale
    func pixel(_ x: Int, _ y: Int) -> Double {
      (0..<width).contains(x) && (0..<height).contains(y) ? image[y * width + x] : 0
    }
    var result: [Double] = []
    for y in 0..<height {
      for x in 0..<width {
        let (dx, dy) = (Double(x) + 0.5 - Double(width) / 2, Double(y) + 0.5 - Double(height) / 2)
        // Turned, made smaller by the size, then shifted.
        let sourceX = (cos(angle) * dx - sin(angle) * dy) / size + numbers[1] * distortion.pixels
        let sourceY = (sin(angle) * dx + cos(angle) * dy) / size + numbers[2] * distortion.pixels
        let (px, py) = (sourceX + Double(width) / 2 - 0.5, sourceY + Double(height) / 2 - 0.5)
        let (x0, y0) = (px.rounded(.down), py.rounded(.down))
        let (fx, fy) = (px - x0, py - y0)
        let (ix, iy) = (Int(x0), Int(y0))
        result.append(
          (1 - fy) * ((1 - fx) * pixel(ix, iy) + fx * pixel(ix + 1, iy))
            + fy * ((1 - fx) * pixel(ix, iy + 1) + fx * pixel(ix + 1, iy + 1)))
      }
    }
    return result
  }

  @Test(arguments: [
    TrainingDistortion(degrees: 30), TrainingDistortion(pixels: 2.5),
    TrainingDistortion(scale: 0.3), TrainingDistortion(degrees: 15, pixels: 1, scale: 0.1),
  ])
  func `Pictures are moved as documented`(distortion: TrainingDistortion) throws {
    var numbers = SeededNumbers(6)
    let batch = try numbers.tensor([2, 1, 9, 6])
    let found = try distortion.apply(to: batch, samples: [4, 17], seed: 21)
    let values = try batch.doubles()
    let wanted = [4, 17].enumerated().flatMap { index, sample in
      literal(
        Array(values[(index * 54)..<(index * 54 + 54)]), 9, 6, distortion, sample: sample, seed: 21)
    }
    expectClose(try found.doubles(), wanted, relative: 1e-9)
    #expect(try (found - batch).norm() > 0.1)
  }

  @Test func `Without distortion anything passes, with it only pictures`() throws {
    let rows = try Tensor.full([2, 5], 1)
    #expect(try TrainingDistortion.none.apply(to: rows, samples: [0, 1], seed: 0).shape == [2, 5])
    #expect(throws: InterpretabilityError.self) {
      try TrainingDistortion(pixels: 1).apply(to: rows, samples: [0, 1], seed: 0)
    }
  }
}
