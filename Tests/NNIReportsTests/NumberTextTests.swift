import Testing

@testable import NNIReports

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, "0"), (12.731, "12.7"), (-0.5, "−0.500"), (1.234e-7, "1.23×10⁻⁷"), (123456, "123456"),
    (-2.5e9, "−2.50×10⁹"), (0.000123, "0.000123"), (999.9, "1000"),
  ])
  func keepsThreeDigits(value: Double, text: String) {
    #expect(NumberText.short(value) == text)
  }

  @Test(arguments: [
    (0.0, "0.0 %"), (1.0, "100.0 %"), (0.9713, "97.1 %"), (0.0004, "< 0.1 %"),
    (0.99991, "> 99.9 %"), (.nan, "–"),
  ])
  func writesProbabilities(share: Double, text: String) {
    #expect(NumberText.percent(share) == text)
  }

  @Test func surviveExtremes() {
    for value in [
      Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ] {
      #expect(!NumberText.short(value).isEmpty)
      #expect(!NumberText.fixed(value, decimals: 2).isEmpty)
    }
    #expect(NumberText.fixed(-0.001, decimals: 2) == "0.00")
  }
}
