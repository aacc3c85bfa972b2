import NNIMethods
import NNITestSupport
import Testing

@Suite struct SimpleTaylorTests {
  /// Inputs whose decision is not that of the zero image.
  private func inputs(_ model: Model) throws -> Tensor {
    let zero = try model(.full([1, 3, 9, 7], 0, dtype: .float64)).indexOfMaximum(along: 1).item()
    let batch = try SampleNets.mixedInput(40, seed: 77)
    let decisions = try model(batch).indexOfMaximum(along: 1).doubles()
    let chosen = decisions.indices.filter { decisions[$0] != zero }.prefix(6)
    try #require(chosen.count >= 3)
    return try .concatenated(
      chosen.map { try batch.narrowed(axis: 0, to: $0..<($0 + 1)) }, axis: 0)
  }

  @Test func aZeroRootGivesTheGradientTimesTheInput() throws {
    let (model, input) = (try SampleNets.mixed(), try SampleNets.mixedInput())
    let taylor = try SimpleTaylor().attribute(model, input: input, target: .predicted)
    let product = try GradientTimesInput().attribute(model, input: input, target: .predicted)
    try expectClose(taylor.map, product.map, relative: 1e-15)
  }

  @Test func aGivenRootIsTakenAway() throws {
    let (model, input) = (try SampleNets.mixed(), try SampleNets.mixedInput())
    let root = try SampleNets.mixedInput(1, seed: 12)
    let taylor = try SimpleTaylor(root: .fixed(.tensor(root, name: "root"))).attribute(
      model, input: input, target: .predicted)
    let gradient = try Gradient().attribute(model, input: input, target: .predicted)
    try expectClose(taylor.map, gradient.map * (input - root))
  }

  @Test func theRootLiesOnTheDecisionBoundary() throws {
    let model = try SampleNets.mixed()
    let input = try inputs(model)
    let result = try SimpleTaylor(root: .search).attribute(model, input: input, target: .predicted)
    let root = try #require(result.details["root"])
    let logits = try model(root).doubles()
    let (ends, starts) = (try root.doubles(), try input.doubles())
    for (sample, own) in result.classes.enumerated() {
      let row = Array(logits[(sample * 5)..<(sample * 5 + 5)])
      let other = row.indices.filter { $0 != own }.map { row[$0] }.max() ?? 0
      #expect(abs(row[own] - other) < 1e-9, "margin \(row[own] - other)")

      // It lies on the way to zero, and nothing before it decides otherwise.
      let t = ends[sample * 189] / starts[sample * 189]
      #expect((0...1).contains(t))
      let part = Array(starts[(sample * 189)..<(sample * 189 + 189)])
      expectClose(Array(ends[(sample * 189)..<(sample * 189 + 189)]), part.map { $0 * t })
      let way = try Tensor(
        (1...200).flatMap { step in
          let place = t + (1 - t) * Double(step) / 200
          return part.map { $0 * place }
        }, shape: [200, 3, 9, 7])
      #expect(
        try model(way).indexOfMaximum(along: 1).doubles().allSatisfy { Int($0) == own })
    }
    let gradient = try Gradient().attribute(model, input: input, target: .predicted)
    try expectClose(result.map, gradient.map * (input - root))
  }

  /// The derivative at the root, also where each sample has a root of its own (`bach2015pixel`, equation 14).
  @Test func theDerivativeIsTakenWhereItIsAsked() throws {
    let (model, input) = (try SampleNets.mixed(), try SampleNets.mixedInput(2))
    let classes = Target.classes([3, 1])
    for root in [try SampleNets.mixedInput(1, seed: 12), try SampleNets.mixedInput(2, seed: 13)] {
      let result = try SimpleTaylor(
        root: .fixed(.tensor(root, name: "root")), derivative: .root
      ).attribute(model, input: input, target: classes)
      let both = try input.zerosLike() + root
      let gradient = try Gradient().attribute(model, input: both, target: classes)
      try expectClose(result.map, gradient.map * (input - root), relative: 1e-12)
      let logits = try model(both).doubles()
      expectClose(result.ledger.reference, [logits[3], logits[5 + 1]])
    }
    let named = try Catalog.method("taylor-simple", ["derivative": .text("root")])
    #expect((named as? SimpleTaylor)?.derivative == .root)
  }

  /// A network that is linear between root and input is explained exactly from either end.
  @Test(arguments: SimpleTaylor.DerivativePoint.allCases)
  func aLinearNetworkIsExact(derivative: SimpleTaylor.DerivativePoint) throws {
    let (model, _) = try SampleNets.linear()
    let input = try SampleNets.mixedInput(2)
    let root = try SampleNets.mixedInput(1, seed: 12)
    let result = try SimpleTaylor(
      root: .fixed(.tensor(root, name: "root")), derivative: derivative
    ).attribute(model, input: input, target: .classes([1, 3]))
    expectClose(result.ledger.residual, [0, 0], relative: 0, absolute: 1e-9)
  }

  @Test func theRootOfADifferenceMakesItZero() throws {
    let model = try SampleNets.mixed()
    let zero = try model(.full([1, 3, 9, 7], 0, dtype: .float64)).doubles()
    let batch = try SampleNets.mixedInput(40, seed: 77)
    let logits = try model(batch).doubles()
    // A sample and two classes whose order at zero is the other.
    var found: (sample: Int, first: Int, second: Int)?
    for sample in 0..<40 {
      let row = Array(logits[(sample * 5)..<(sample * 5 + 5)])
      for first in 0..<5 {
        for second in 0..<5 where row[first] > row[second] && zero[first] < zero[second] {
          found = (sample, first, second)
        }
      }
    }
    let (sample, first, second) = try #require(found)
    let input = try batch.narrowed(axis: 0, to: sample..<(sample + 1))
    let result = try SimpleTaylor(root: .search).attribute(
      model, input: input, target: .difference(first, second))
    #expect(abs(result.ledger.reference[0]) < 1e-9)
  }

  @Test func aDecisionThatNeverChangesIsSaid() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(1) * 1e-9
    let error = #expect(throws: InterpretabilityError.self) {
      try SimpleTaylor(root: .search).attribute(model, input: input, target: .predicted)
    }
    #expect(error?.message.contains("sample 0") == true)
  }
}
