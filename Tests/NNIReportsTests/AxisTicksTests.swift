import Testing

@testable import NNIReports

@Suite struct AxisTicksTests {
  @Test(arguments: [1.0, 0.0237, 1.27e-5, 12.73, 999, 1e7, 3.0000001, 0.9999999, 5e-300])
  func standsOnRoundNumbersWithinTheScale(limit: Double) {
    for isSigned in [true, false] {
      let ticks = AxisTicks(limit: limit, isSigned: isSigned)
      #expect(ticks.values.contains(0))
      #expect(ticks.labels.contains("0"))
      #expect((3...7).contains(ticks.values.count), "\(ticks)")
      #expect(ticks.values.allSatisfy { abs($0) <= limit * (1 + 1e-6) })
      #expect(Set(ticks.labels).count == ticks.labels.count, "\(ticks)")
      let step = ticks.values[1] - ticks.values[0]
      let digit = step / power(10, Double(decimalExponent(step * (1 + 1e-9))))
      #expect([1.0, 2, 5].contains { abs($0 - digit) < 1e-6 }, "\(ticks)")
      let mirrored: [Double] = ticks.values.reversed().map { -$0 }
      #expect(!isSigned || ticks.values == mirrored)
    }
  }

  @Test func takesOutPowersOfTen() {
    #expect(AxisTicks(limit: 1.6e-5, isSigned: true).factor == "×10⁻⁵")
    #expect(AxisTicks(limit: 0.02, isSigned: true).factor.isEmpty)
  }
}
