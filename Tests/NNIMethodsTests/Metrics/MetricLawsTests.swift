@testable import NNIMethods
import Foundation
import NNITestSupport
import Testing

/// Laws that every metric of the catalogue obeys.
@Suite struct MetricLawsTests {
  private static let names = Catalog.metrics.map(\.name)

  /// Options that suit images of 9 × 7 pixels.
  private static func metric(_ name: String) throws -> any AttributionMetric {
    switch name {
    case "deletion", "insertion": try Catalog.metric(name, ["step": .number(9)])
    case "infidelity": try Catalog.metric(name, ["side": .number(3)])
    case "pixel-flipping": try Catalog.metric(name, ["region": .number(2)])
    default: try Catalog.metric(name)
    }
  }

  private static func subject(
    _ samples: Range<Int>, budget: Int = 1 << 30
  ) throws -> MetricCase {
    var model = try SampleNets.mixed()
    model.memoryBudget = MemoryBudget(bytes: budget)
    let input = try SampleNets.mixedInput(3).narrowed(axis: 0, to: samples)
    let inside = (0..<63).map { $0 / 7 < 4 && $0 % 7 > 2 ? 1.0 : 0 }
    let classes = Array([3, 1, 0][samples])
    return try MetricCase(
      model, input: input, method: GradientTimesInput(), target: .classes(classes),
      regions: ObjectRegions(
        mask: Tensor(samples.flatMap { _ in inside }, shape: [samples.count, 9, 7])),
      firstSample: samples.lowerBound)
  }

  /// A sample's numbers are the same alone and in a batch, with little memory and with much.
  @Test(arguments: names) func aBatchIsItsSamples(name: String) throws {
    let metric = try Self.metric(name)
    let whole = try metric.evaluate(Self.subject(0..<3))
    let alone = try MetricResult.joined(
      (0..<3).map { try metric.evaluate(Self.subject($0..<($0 + 1), budget: 1)) })
    #expect(whole.values.count == 3)
    #expect(whole.values.map { $0 == nil } == alone.values.map { $0 == nil })
    expectClose(alone.values.compactMap { $0 }, whole.values.compactMap { $0 }, relative: 1e-9)
    for (key, values) in whole.details {
      expectClose(
        alone.details[key]?.compactMap { $0 } ?? [], values.compactMap { $0 }, relative: 1e-9)
    }
    for (key, curve) in whole.curves {
      expectClose(
        alone.curves[key]?.values.flatMap { $0 } ?? [], curve.values.flatMap { $0 }, relative: 1e-9)
    }
  }

  @Test(arguments: names) func theSameQuestionHasTheSameAnswer(name: String) throws {
    let metric = try Self.metric(name)
    let (first, second) = (
      try metric.evaluate(Self.subject(0..<3)), try metric.evaluate(Self.subject(0..<3))
    )
    #expect(first.values == second.values)
    #expect(first.details == second.details)
    #expect(first.curves == second.curves)
  }

  @Test(arguments: names) func optionsAndResultsCanBeKept(name: String) throws {
    let entry = try Catalog.entry(named: name, of: MetricEntry.self, called: "metric")
    #expect(!entry.formula.isEmpty && !entry.reading.isEmpty)
    for option in entry.options where !option.standard.isEmpty {
      let metric = try entry.metric([option.name: .text(option.standard)])
      #expect(metric.optionValues[option.name]?.description == option.standard)
    }
    let metric = try Self.metric(name)
    func again<Metric: AttributionMetric>(_ metric: Metric) throws -> any AttributionMetric {
      try JSONDecoder().decode(Metric.self, from: JSONEncoder().encode(metric))
    }
    let read = try again(metric)
    #expect(
      read.optionValues.mapValues(\.description) == metric.optionValues.mapValues(\.description))
    let result = try metric.evaluate(Self.subject(0..<3))
    let kept = try JSONDecoder().decode(MetricResult.self, from: JSONEncoder().encode(result))
    #expect(kept.values == result.values && kept.curves == result.curves)
    #expect(kept.direction == result.direction)
  }

  @Test(arguments: names) func aCancelledTaskEnds(name: String) async throws {
    // Those that only read the map are done before anybody could cancel.
    guard !["sparseness", "complexity", "completeness-residual", "random-logit"].contains(name)
    else { return }
    let metric = try Self.metric(name)
    let subject = try Self.subject(0..<3)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try metric.evaluate(subject)
    }
    await #expect(throws: CancellationError.self) { _ = try await task.value }
  }

  @Test func anUnknownOptionIsRefused() {
    let error = #expect(throws: InterpretabilityError.self) {
      try Catalog.metric("deletion", ["stop": .number(3)])
    }
    #expect(error?.message.contains("step") == true)
    #expect(throws: InterpretabilityError.self) { try Catalog.metric("delete") }
    #expect(throws: InterpretabilityError.self) {
      try Catalog.metric("deletion", ["step": .number(.nan)])
    }
  }

  @Test func aBandHoldsMedianAndQuartiles() {
    let band = MetricCurve(
      places: [0, 1], values: [[4, 0], [1, 0], [3, 0], [2, 0], [10, 5]]
    ).band
    #expect(band.median == [3, 0] && band.mean == [4, 1])
    #expect(band.lowerQuartile == [2, 0] && band.upperQuartile == [4, 0])
    let two = MetricCurve(places: [0], values: [[1], [2]]).band
    #expect(two.median == [1.5] && two.lowerQuartile == [1.25])
  }

  @Test func controlsKnowNothingOfTheNetwork() throws {
    let (one, other) = (try SampleNets.mixed(), try SampleNets.mixed(seed: 9))
    let input = try SampleNets.mixedInput(3)
    for control in [RandomMap(seed: 4) as any AttributionMethod, CenterMap()] {
      let map = try control.attribute(one, input: input, target: .predicted).map
      #expect(map.shape == [3, 1, 9, 7])
      let again = try control.attribute(other, input: input * 2, target: 3).map
      #expect(try again.doubles() == map.doubles())
    }
    let center = try CenterMap().attribute(one, input: input, target: 0).map
    #expect(try center.indexOfMaximum(along: 3).doubles()[4] == 3)
    let last = try RandomMap(firstSample: 2).attribute(
      one, input: input.narrowed(axis: 0, to: 2..<3), target: 0)
    let all = try RandomMap().attribute(one, input: input, target: 0)
    #expect(try last.map.doubles() == all.map.selected(axis: 0, index: 2).doubles())
  }
}
