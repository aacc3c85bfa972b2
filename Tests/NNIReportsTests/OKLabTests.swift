import Testing

@testable import NNIReports

@Suite struct OKLabTests {
  /// Ottosson's published pairs: white is (1, 0, 0); pure red is (0.628, 0.225, 0.126).
  @Test func equalsPublishedValues() {
    let white = OKLab(lightness: 1, a: 0, b: 0).linear
    for channel in [white.red, white.green, white.blue] { #expect(abs(channel - 1) < 1e-5) }
    let red = OKLab(lightness: 0.627955, a: 0.224863, b: 0.125846).linear
    #expect(abs(red.red - 1) < 1e-4)
    #expect(abs(red.green) < 1e-4)
    #expect(abs(red.blue) < 1e-4)
  }

  @Test func keepsLightnessWhereChromaDoesNotFit() {
    for lightness in stride(from: 5.0, through: 95, by: 10) {
      let color = OKLab.color(lightness: lightness, a: 0.4, b: -0.3)
      #expect(abs(CIELab(color).lightness - lightness) < 1)
    }
  }
}
