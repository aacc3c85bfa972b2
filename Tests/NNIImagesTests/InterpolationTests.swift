import Testing

@testable import NNIImages

@Suite struct InterpolationTests {
  /// Every kernel is 1 at its centre, 0 at the other pixels, and even.
  @Test(arguments: [Interpolation.bilinear, .bicubic, .lanczos])
  func interpolates(kernel: Interpolation) {
    #expect(kernel.weight(at: 0) == 1)
    for distance in [1.0, 2, 3, 4] { #expect(abs(kernel.weight(at: distance)) < 1e-15) }
    #expect(kernel.weight(at: -0.3) == kernel.weight(at: 0.3))
  }

  /// Keys 1981, with a = -1/2, at half a pixel: 9/16 and -1/16.
  @Test func isKeysCubic() {
    #expect(abs(Interpolation.bicubic.weight(at: 0.5) - 9 / 16.0) < 1e-15)
    #expect(abs(Interpolation.bicubic.weight(at: 1.5) + 1 / 16.0) < 1e-15)
  }
}
