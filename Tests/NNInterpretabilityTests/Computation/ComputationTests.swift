import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels
@testable import NNITraining
@testable import NNIUncertainty
@testable import NNIVisualization

/// What is told of how far a computation is.
@Suite struct ComputationTests {
  @Test func `Parts of parts add up`() throws {
    let told = ToldShares()
    try Computation.reporting(to: told.add) {
      try Computation.part(0...0.5) {
        try Computation.forEach(0..<2) { _ in try Computation.forEach(0..<2) { _ in } }
      }
      try Computation.part(0.5...1) { try Computation.forEach(0..<4) { _ in } }
    }
    #expect(told.list == [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1])
  }

  @Test func `Nothing is told of what fails, and nobody need watch`() throws {
    let told = ToldShares()
    #expect(throws: InterpretabilityError.self) {
      try Computation.reporting(to: told.add) {
        throw InterpretabilityError(.unsupported, "no")
      }
    }
    #expect(told.list == [])
    #expect(try Computation.map([1, 2, 3]) { $0 * 2 } == [2, 4, 6])
    Computation.report(0.5)
  }

  @Test func `Shares never fall, and many are left out`() {
    let told = ToldShares()
    Computation.reporting(to: told.add) {
      for step in 0..<100_000 { Computation.report(Double(step) / 100_000) }
      Computation.report(0.25)
    }
    #expect(told.list == told.list.sorted())
    #expect(told.list.count < 2100)
    #expect(told.list.last == 1)
  }

  @Test(arguments: CancellationTests.methods) func `A method's shares rise to 1`(
    name: String
  ) async throws {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    let method = try WatchedRun.method(entry)
    let counter = PassCounter()
    let told = ToldShares()
    _ = try await method.attribute(
      WatchedRun.model(counter), input: WatchedRun.input(), target: .classes([1, 4, 2]),
      progress: told.add)
    #expect(told.list == told.list.sorted())
    #expect(Set(told.list).count == told.list.count)
    #expect(told.list.last == 1)
    // Clean passes and checks are two; what takes more tells of it.
    #expect(counter.count <= 4 || told.list.count >= 3, "\(counter.count) passes")
  }

  @Test func `Uncertainty and training tell how far they are`() throws {
    let told = ToldShares()
    let noise = try InputNoise(SampleNets.mixed(), deviation: 0.1, passes: 6)
    _ = try Computation.reporting(to: told.add) {
      try UncertainAttribution(Gradient(), over: noise).attribute(
        SampleNets.mixedInput(3), target: .class(1))
    }
    #expect(told.list.count >= 3)
    #expect(told.list == told.list.sorted())
    #expect(told.list.last == 1)
  }

  @Test func `The asynchronous variant gives the same`() async throws {
    let (model, input) = (try SampleNets.mixed(), try SampleNets.mixedInput())
    let here = try GradientTimesInput().attribute(model, input: input, target: .class(2))
    let there = try await GradientTimesInput().attribute(
      model, input: input, target: .class(2), progress: { _ in })
    #expect(try here.map.doubles() == there.map.doubles())
    let hidden = try await Gradient().attribute(
      model, input: input, target: .class(2), at: "concat", progress: { _ in })
    #expect(hidden.layer == "concat")
    let subject = try MetricCase(model, input: input, method: GradientTimesInput())
    let judged = try await Sparseness().evaluate(subject, progress: { _ in })
    #expect(judged.values == (try Sparseness().evaluate(subject)).values)
  }
}
