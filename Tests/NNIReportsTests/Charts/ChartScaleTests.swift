import Testing

@testable import NNIReports

@Suite struct ChartScaleTests {
  @Test(arguments: [(0.0, 1.0), (-7, -3), (1e-30, 1e30), (2, 2.0001)])
  func positionAndValueAreInverse(lower: Double, upper: Double) {
    for isLogarithmic in [false, true] where lower > 0 || !isLogarithmic {
      for (start, end) in [(40.0, 500.0), (300, 20)] {
        let scale = ChartScale(
          isLogarithmic: isLogarithmic, lower: lower, upper: upper, start: start, end: end)
        #expect(abs(scale.position(of: lower) - start) < 1e-9)
        #expect(abs(scale.position(of: upper) - end) < 1e-9)
        for step in 0...10 {
          let place = start + (end - start) * Double(step) / 10
          #expect(abs(scale.position(of: scale.value(at: place)) - place) < 1e-6)
        }
      }
    }
  }

  @Test func equalFactorsAreEquallyLong() {
    let scale = ChartScale(isLogarithmic: true, lower: 1, upper: 1000, start: 0, end: 300)
    #expect(abs(scale.position(of: 10) - 100) < 1e-9)
    #expect(abs(scale.position(of: 100) - 200) < 1e-9)
  }

  @Test func staysOnPaper() {
    let scale = ChartScale(isLogarithmic: false, lower: 0, upper: 1, start: 0, end: 100)
    #expect(scale.position(of: 1e300) < 1e6 && scale.position(of: -1e300) > -1e6)
    #expect(scale.position(of: .infinity) == 100 && scale.position(of: -.infinity) == 0)
    #expect(!scale.contains(1.01) && scale.contains(1) && !scale.contains(.nan))
  }
}
