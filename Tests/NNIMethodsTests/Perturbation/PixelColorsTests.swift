@testable import NNIMethods
import NNITestSupport
import Testing

@Suite struct PixelColorsTests {
  /// Published CIELAB values of sRGB's corners (D65, two degrees).
  @Test func cornersOfTheCube() throws {
    let corners: [([Double], [Double])] = [
      ([1, 1, 1], [100, 0, 0]), ([0, 0, 0], [0, 0, 0]), ([1, 0, 0], [53.24, 80.09, 67.20]),
      ([0, 1, 0], [87.73, -86.18, 83.18]), ([0, 0, 1], [32.30, 79.19, -107.86]),
    ]
    for (color, lab) in corners {
      let pixel = try PixelColors(Tensor(color, shape: [3, 1, 1]))
      expectClose(pixel.values, lab, relative: 0, absolute: 0.02)
    }
  }

  @Test func otherNumbersOfChannels() throws {
    let grey = try PixelColors(Tensor([1, 0.5], shape: [1, 1, 2]))
    #expect(grey.depth == 1)
    expectClose(grey.values, [100, 53.39], relative: 0, absolute: 0.01)
    let two = try PixelColors(Tensor([0.1, 0.2, 0.3, 0.4], shape: [2, 1, 2]))
    expectClose(two.values, [10, 30, 20, 40])
    #expect(abs(two.squaredDistance(0, 1) - 200) < 1e-9)
  }
}
