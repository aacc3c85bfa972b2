import Foundation
import NNITestSupport
import NNIVisualization
import Testing

/// The slope of the power spectrum, and how much of an image is black or white.
struct ImageStatisticsTests {
  /// Numbers of the same formula by NumPy (`fft2`, `hanning`, `polyfit` over twelve rings).
  @Test func `An image by NumPy's transform`() throws {
    let (height, width) = (24, 32)
    let pixels = (0..<(3 * height * width)).map { place -> Double in
      let (c, y, x) = (place / (height * width), place / width % height, place % width)
      let first = 0.45 * sin(0.35 * Double(x) + 0.2 * Double(y) + Double(c))
      let second = 0.3 * cos(1.1 * Double(x) - 0.7 * Double(y * (c + 1)))
      return min(max(0.5 + first + second + 0.05 * Double((3 * x + 5 * y + 7 * c) % 4), 0), 1)
    }
    let images = try Tensor(
      [Double](repeating: 0.5, count: pixels.count) + pixels, shape: [2, 3, height, width])
    let found = try ImageStatistics(of: images, image: 1)
    expectClose([found.slope], [2.8122934550927554], relative: 1e-9)
    expectClose([found.saturation], [0.25], relative: 1e-12)
    expectClose([found.contrast], [0.33334661922541897], relative: 1e-9)
    expectClose([found.highShare], [0.7098903732522504], relative: 1e-9)
    let flat = try ImageStatistics(of: images, image: 0)
    #expect(flat.saturation == 0 && flat.contrast < 1e-12)
  }

  /// Noise of pixels has no slope; waves whose amplitudes fall as 1/|f|^d have twice d.
  @Test(arguments: [0.0, 1, 1.5])
  func `Noise has the slope that it was made with`(decay: Double) throws {
    let (side, columns) = (64, 33)
    let numbers = CounterRandom(seed: 4).normals(side * columns * 2, stream: 0).map { Double($0) }
    let coefficients = numbers.enumerated().map { place, number -> Double in
      let (row, column) = (place / 2 / columns, place / 2 % columns)
      let down = Double(min(row, side - row)) / Double(side)
      let length = hypot(down, Double(column) / Double(side))
      return number * pow(max(length, 1 / Double(side)), -decay) * 0.02
    }
    let pairs = try Tensor(coefficients, shape: [1, 1, side, columns, 2])
    let waves = try Tensor.call(
      "aten::fft_irfft2", .tensor(.call("aten::view_as_complex", .tensor(pairs))),
      .ints([side, side]), .ints([-2, -1]), .string("ortho"))
    let found = try ImageStatistics(of: waves + 0.5)
    #expect((found.slope - 2 * decay).magnitude < 0.5, "\(found.slope)")
  }

  @Test func `What is no image is refused`() throws {
    let small = try Tensor.full([1, 3, 8, 40], 0.5, dtype: .float64)
    #expect(throws: InterpretabilityError.self) { try ImageStatistics(of: small) }
    let image = try Tensor.full([1, 3, 20, 20], 0.5, dtype: .float64)
    #expect(throws: InterpretabilityError.self) { try ImageStatistics(of: image, image: 1) }
    let broken = try Tensor.full([1, 3, 20, 20], .nan, dtype: .float64)
    #expect(throws: InterpretabilityError.self) { try ImageStatistics(of: broken) }
  }
}
