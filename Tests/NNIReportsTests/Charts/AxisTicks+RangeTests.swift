import Testing

@testable import NNIReports

@Suite struct AxisTicksRangeTests {
  static let ranges: [(Double, Double)] = [
    (0, 1), (-3, 12), (0.1234, 0.1239), (99_999, 100_001), (-1e-9, 3e-9), (2e7, 9e7), (0, 360),
    (-1e280, 1e280), (1e-279, 5e-279), (-0.5, 9.5), (7e8, 7e8 + 2), (-20, -19.999),
  ]

  @Test(arguments: ranges)
  func standOnRoundNumbersInsideTheRange(lower: Double, upper: Double) {
    let scale = ChartScale(isLogarithmic: false, lower: lower, upper: upper, start: 0, end: 1)
    for limit in 2...9 {
      for format in [ChartAxis.Format.plain, .percent, .whole, .degrees] {
        let ticks = AxisTicks(over: scale, limit: limit, format: format)
        let slack = (upper - lower) * 1e-6
        #expect(ticks.values.count <= limit)
        #expect(ticks.values.allSatisfy { $0 >= lower - slack && $0 <= upper + slack }, "\(ticks)")
        #expect(Set(ticks.labels).count == ticks.labels.count, "\(ticks)")
        #expect(ticks.values.count == ticks.labels.count)
        let steps = zip(ticks.values, ticks.values.dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { abs($0 - steps[0]) <= slack }, "\(ticks)")
      }
    }
  }

  @Test(arguments: [(0.0, 1.0), (-3, 12), (0.1234, 0.1239), (-1e-9, 3e-9), (2e7, 9e7)])
  func labelsSayTheValues(lower: Double, upper: Double) throws {
    let scale = ChartScale(isLogarithmic: false, lower: lower, upper: upper, start: 0, end: 1)
    let ticks = AxisTicks(over: scale, limit: 6, format: .plain)
    #expect(ticks.values.count >= 3)
    var unit = 1.0
    if !ticks.factor.isEmpty {
      let digits = ticks.factor.dropFirst(3).map {
        $0 == "⁻" ? "-" : "\($0.wholeNumberValue ?? -1)"
      }
      unit = power(10, try #require(Double(digits.joined())))
    }
    for (value, label) in zip(ticks.values, ticks.labels) {
      let read = try #require(Double(label.replacing("−", with: "-")))
      #expect(abs(read * unit - value) <= (upper - lower) * 1e-6, "\(label) for \(value)")
    }
  }

  @Test func logarithmicTicksAreRound() {
    func ticks(_ lower: Double, _ upper: Double, _ limit: Int) -> [String] {
      let scale = ChartScale(isLogarithmic: true, lower: lower, upper: upper, start: 0, end: 1)
      return AxisTicks(over: scale, limit: limit, format: .plain).labels
    }
    #expect(ticks(0.05, 2.3, 8) == ["0.05", "0.1", "0.2", "0.5", "1", "2"])
    #expect(ticks(0.06, 2.3, 4) == ["0.1", "0.3", "1"])
    #expect(ticks(0.9, 1100, 5) == ["1", "10", "100", "1000"])
    #expect(ticks(0.9e-8, 1.1e-5, 5) == ["10⁻⁸", "10⁻⁷", "10⁻⁶", "10⁻⁵"])
    #expect(ticks(1e-40, 1e40, 5) == ["10⁻⁴⁰", "10⁻²⁰", "10⁰", "10²⁰", "10⁴⁰"])
    #expect(ticks(3.1, 3.9, 5).count >= 2)
  }

  @Test func formatsHaveTheirSteps() {
    let turn = ChartScale(isLogarithmic: false, lower: -5, upper: 185, start: 0, end: 1)
    #expect(
      AxisTicks(over: turn, limit: 8, format: .degrees).labels
        == ["0°", "30°", "60°", "90°", "120°", "150°", "180°"])
    let few = ChartScale(isLogarithmic: false, lower: 0.9, upper: 3.1, start: 0, end: 1)
    #expect(AxisTicks(over: few, limit: 8, format: .whole).labels == ["1", "2", "3"])
    let share = ChartScale(isLogarithmic: false, lower: 0, upper: 1, start: 0, end: 1)
    #expect(AxisTicks(over: share, limit: 3, format: .percent).labels == ["0 %", "50 %", "100 %"])
  }
}
