import NNIModels
import Foundation
import NNITestSupport
import Testing

struct LearningRateScheduleTests {
  @Test func `A constant rate stays`() {
    let schedule = LearningRateSchedule(peak: 0.3)
    #expect([0, 5, 99].allSatisfy { schedule.rate(at: $0, of: 100) == 0.3 })
  }

  @Test func `A warm-up rises evenly to the peak, and a cosine falls to its floor`() {
    let schedule = LearningRateSchedule(peak: 2, shape: .cosine(floor: 0.1), warmUp: 0.1)
    let rates = (0..<110).map { schedule.rate(at: $0, of: 100) }
    expectClose(Array(rates[0..<10]), (1...10).map { Double($0) / 5 })
    // Half-way between peak and floor in the middle of the rest: steps 10 to 100.
    expectClose([rates[10], rates[55], rates[100], rates[109]], [2, 1.1, 0.2, 0.2])
    expectClose(
      [rates[40]], [2 * (0.1 + 0.9 * (1 + cos(Double.pi / 3)) / 2)])
    #expect(zip(rates[10...], rates[11...]).allSatisfy { $0 >= $1 })
  }

  @Test func `Steps multiply the rate`() {
    let schedule = LearningRateSchedule(peak: 1, shape: .steps(share: 0.25, factor: 0.1))
    let rates = [0, 24, 25, 49, 50, 75, 99].map { schedule.rate(at: $0, of: 100) }
    expectClose(rates, [1, 1, 0.1, 0.1, 0.01, 0.001, 0.001])
  }
}
