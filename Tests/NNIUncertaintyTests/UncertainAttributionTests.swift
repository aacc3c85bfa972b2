@testable import NNIMethods
@testable import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

@Suite struct UncertainAttributionTests {
  private static let names = [
    "gradient", "lrp-epsilon", "deeplift-rescale", "integrated-gradients", "occlusion", "grad-cam",
    "smoothgrad", "ablation-cam",
  ]

  private func method(_ name: String) throws -> any AttributionMethod {
    switch name {
    case "smoothgrad": SmoothGrad(samples: 3)
    case "integrated-gradients": IntegratedGradients(steps: 5)
    case "occlusion": Occlusion(window: 4, stride: 3)
    default: try Catalog.method(name)
    }
  }

  /// The distribution as the literal list of single runs, whatever was computed together.
  @Test(arguments: names) func itIsTheListOfSingleRuns(name: String) throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 11, seed: 14)
    let input = try SampleNets.mixedInput(2)
    let method = try method(name)
    let found = try UncertainAttribution(
      method, over: members, options: .init(quantiles: [0.25], firstSample: 5)
    ).attribute(input, target: .classes([3, 1]))
    for (sample, target) in [3, 1].enumerated() {
      let one = try input.narrowed(axis: 0, to: sample..<(sample + 1))
      let runs = try (0..<11).map { pass in
        try method.attribute(
          members.member([MemberDraw(pass: pass, sample: 5 + sample)]), input: one,
          target: .class(target))
      }
      let maps = try runs.map { try $0.map.doubles() }
      let mean = maps[0].indices.map { e in maps.reduce(0) { $0 + $1[e] } / 11 }
      let deviation = maps[0].indices.map { e in
        (maps.reduce(0) { $0 + pow($1[e] - mean[e], 2) } / 10).squareRoot()
      }
      let sorted = maps[0].indices.map { e in maps.map { $0[e] }.sorted() }
      func row(_ tensor: Tensor) throws -> [Double] {
        try tensor.narrowed(axis: 0, to: sample..<(sample + 1)).doubles()
      }
      try expectClose(row(found.mean.map), mean, relative: 1e-9)
      try expectClose(row(found.deviation), deviation, relative: 1e-7)
      try expectClose(
        row(found.standardError), deviation.map { $0 / 11.0.squareRoot() }, relative: 1e-7)
      // At a quarter of eleven values lies half way between the third and the fourth.
      try expectClose(
        row(found.quantiles[0].map), sorted.map { ($0[2] + $0[3]) / 2 }, relative: 1e-9)
      expectClose(found.scores[sample], runs.map { $0.ledger.score[0] }, relative: 1e-10)
      let ledger = found.mean.ledger
      let score = runs.reduce(0) { $0 + $1.ledger.score[0] } / 11
      #expect(abs(ledger.score[sample] - score) < 1e-10)
      let explained =
        ledger.sum[sample] + ledger.causes.values.reduce(0) { $0 + $1[sample] }
      #expect(abs(ledger.score[sample] - ledger.reference[sample] - explained) < 1e-9)
      #expect(found.explained[sample] == [Int](repeating: target, count: 11))
    }
    #expect(found.mean.classes == [3, 1])
    #expect(found.quantilesAreExact)
  }

  /// Where every map is zero there is no sign: such elements do not count, whatever their number.
  @Test func emptyElementsDoNotCountForSignAgreement() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 6, seed: 2)
    let input = try SampleNets.mixedInput(2)
    let uncertain = try UncertainAttribution(GradientTimesInput(), over: members)
    // The second sample's lower rows are zero, and so is gradient times input there.
    let half = try Tensor.concatenated(
      [
        input.narrowed(axis: 2, to: 0..<4), input.narrowed(axis: 2, to: 4..<9).zerosLike(),
      ], axis: 2)
    let batch = try Tensor.concatenated(
      [input.narrowed(axis: 0, to: 0..<1), half.narrowed(axis: 0, to: 1..<2)], axis: 0)
    let found = try uncertain.attribute(batch, target: .class(1))
    let maps = try (0..<6).map { pass in
      try GradientTimesInput().attribute(
        members.member([MemberDraw(pass: pass, sample: 0), MemberDraw(pass: pass, sample: 1)]),
        input: batch, target: .class(1)
      ).map.doubles()
    }
    let size = maps[0].count / 2
    for sample in 0..<2 {
      var (agreeing, count) = (0.0, 0.0)
      for element in (sample * size)..<((sample + 1) * size) {
        let values = maps.map { $0[element] }
        let mean = values.reduce(0, +)
        guard values.contains(where: { $0 != 0 }) else { continue }
        count += 1
        agreeing += Double(values.count { $0 * mean > 0 }) / 6
      }
      #expect(sample == 0 || count <= Double(size) * 4 / 9)
      let own = try #require(try found.meanSignAgreement()[sample])
      #expect(abs(own - agreeing / count) < 1e-9)
    }
    let nothing = try uncertain.attribute(input.zerosLike(), target: .class(1))
    #expect(try nothing.meanSignAgreement() == [nil, nil])
  }

  @Test(arguments: names) func withoutDropoutTheDeviationIsZero(name: String) throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 4, rate: .fixed(0))
    let input = try SampleNets.mixedInput(2)
    let method = try method(name)
    let found = try UncertainAttribution(method, over: members)
      .attribute(input, target: .predicted)
    #expect(try found.deviation.doubles().allSatisfy { $0 == 0 })
    let plain = try method.attribute(members.model, input: input, target: .predicted)
    try expectClose(found.mean.map, plain.map, relative: 1e-9)
    #expect(found.mean.classes == plain.classes)
  }

  @Test(arguments: [DType.float64, .float32]) func neitherBudgetNorCompanyChangesABit(
    dtype: DType
  ) throws {
    let input = try SampleNets.mixedInput(2).converted(to: dtype)
    func explain(_ budget: Int, _ samples: [Range<Int>]) throws -> [[Double]] {
      var model = try DropoutNets.mixed().converted(to: dtype)
      model.memoryBudget = MemoryBudget(bytes: budget)
      let members = try MonteCarloDropout(model, passes: 40, seed: 4)
      return try samples.flatMap { range in
        let found = try UncertainAttribution(
          LRP(.epsilon), over: members,
          options: .init(quantiles: [], firstSample: range.lowerBound)
        ).attribute(input.narrowed(axis: 0, to: range), target: .class(1))
        return try range.indices.map {
          let row = $0 - range.lowerBound
          return try found.mean.map.narrowed(axis: 0, to: row..<(row + 1)).doubles()
            + found.deviation.narrowed(axis: 0, to: row..<(row + 1)).doubles()
        }
      }
    }
    let together = try explain(1 << 32, [0..<2])
    #expect(try explain(1 << 32, [0..<1, 1..<2]) == together)
    #expect(try explain(1000, [0..<2]) == together)
    let threads = Torch.threadCount
    defer { Torch.setThreadCount(threads) }
    Torch.setThreadCount(1)
    #expect(try explain(1 << 32, [0..<2]) == together)
  }

  @Test func eachPassCanBeExplainedForItsOwnClass() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 30, seed: 15)
    let input = try SampleNets.mixedInput(2)
    let found = try UncertainAttribution(Gradient(), over: members)
      .attribute(input, explaining: .predictedByEachPass)
    #expect(found.explained == found.predicted)
    let votes = try PredictiveDistribution(members, input: input).votes
    for sample in 0..<2 {
      let counted = (0..<5).map { k in found.predicted[sample].count { $0 == k } }
      #expect(counted == votes[sample])
      #expect(counted.count { $0 > 0 } > 1)
    }
  }

  @Test func aNeuronOrADifferenceCanBeExplained() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 5, seed: 15)
    let input = try SampleNets.mixedInput(1)
    for target in [Target.difference(1, 2), .neuron("hidden", [3])] {
      let found = try UncertainAttribution(Gradient(), over: members)
        .attribute(input, target: target)
      let runs = try (0..<5).map {
        try Gradient().attribute(
          members.member([MemberDraw(pass: $0)]), input: input, target: target
        ).map.doubles()
      }
      let mean = runs[0].indices.map { e in runs.reduce(0) { $0 + $1[e] } / 5 }
      try expectClose(found.mean.map.doubles(), mean, relative: 1e-10)
      #expect(found.mean.classes.isEmpty)
    }
  }

  @Test func noiseOnTheInputIsTheMethodOnNoisyInputs() throws {
    let members = try InputNoise(SampleNets.mixed(), deviation: 0.2, passes: 6, seed: 3)
    let input = try SampleNets.mixedInput(1)
    for method in [DeepLIFT(.rescale) as any AttributionMethod, IntegratedGradients(steps: 4)] {
      let found = try UncertainAttribution(method, over: members)
        .attribute(input, target: .class(2))
      let runs = try (0..<6).map {
        try method.attribute(
          members.model, input: members.input(input, [MemberDraw(pass: $0)]), target: .class(2)
        ).map.doubles()
      }
      let mean = runs[0].indices.map { e in runs.reduce(0) { $0 + $1[e] } / 6 }
      try expectClose(found.mean.map.doubles(), mean, relative: 1e-9)
    }
  }

  @Test func anEnsembleIsExplainedForTheClassOfItsMean() throws {
    let models = try [3, 9, 27].map { try DropoutNets.mixed(seed: $0) }
    let ensemble = try DeepEnsemble(models)
    let input = try SampleNets.mixedInput(2)
    let found = try UncertainAttribution(LRP(.gamma), over: ensemble)
      .attribute(input, target: .predicted)
    let predicted = try PredictiveDistribution(ensemble, input: input).predicted
    #expect(found.mean.classes == predicted)
    let maps = try models.map {
      try LRP(.gamma).attribute($0, input: input, target: .classes(predicted)).map
    }
    try expectClose(found.mean.map, (maps[0] + maps[1] + maps[2]) / 3, relative: 1e-9)
  }

  @Test func mapsByClassAreThoseOfTheVotes() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 25, seed: 15)
    let input = try SampleNets.mixedInput(1)
    let uncertain = try UncertainAttribution(LRP(.epsilon), over: members)
    let prediction = try PredictiveDistribution(members, input: input)
    var literal: [Int: [(map: [Double], weight: Double)]] = [:]
    for pass in 0..<25 {
      let model = try members.member([MemberDraw(pass: pass)])
      let result = try LRP(.epsilon).attribute(model, input: input, target: .predicted)
      let p = try PredictiveDistribution.probabilities(model(input))[0]
      let k = result.classes[0]
      literal[k, default: []].append((try result.map.doubles(), p[k]))
    }
    for gathering in ClasswiseAttribution.Gathering.allCases {
      let found = try uncertain.attributeByClass(input, .voted, gathering: gathering)
      #expect(found.votes == prediction.votes)
      #expect(Set(found.maps[0].keys) == Set(literal.keys))
      for (k, runs) in literal {
        #expect(found.counts[0][k] == runs.count)
        let weights = runs.map { gathering == .weightedMean ? $0.weight : 1 }
        let total = gathering == .sum ? 1 : weights.reduce(0, +)
        let wanted = runs[0].map.indices.map { e in
          zip(runs, weights).reduce(0) { $0 + $1.0.map[e] * $1.1 } / total
        }
        try expectClose(#require(found.maps[0][k]).doubles(), wanted, relative: 1e-9)
      }
    }
  }

  @Test func everyPassCanBeExplainedForEveryClass() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 6, seed: 15)
    let input = try SampleNets.mixedInput(1)
    let uncertain = try UncertainAttribution(LRP(.epsilon), over: members)
    let all = try uncertain.attributeByClass(input, .every)
    for k in 0..<5 {
      let one = try uncertain.attribute(input, target: .class(k))
      try expectClose(#require(all.maps[0][k]), one.mean.map, relative: 1e-10)
      #expect(all.counts[0][k] == 6)
    }
    #expect(all.votes[0].reduce(0, +) == 6)
    let some = try uncertain.attributeByClass(input, .every, classes: [2])
    #expect(Array(some.maps[0].keys) == [2])
    #expect(throws: InterpretabilityError.self) {
      try uncertain.attributeByClass(input, .every, classes: [7])
    }
    var tight = try DropoutNets.mixed()
    tight.memoryBudget = MemoryBudget(bytes: 4000)
    let error = #expect(throws: InterpretabilityError.self) {
      try UncertainAttribution(
        LRP(.epsilon), over: MonteCarloDropout(tight, passes: 2)
      ).attributeByClass(input, .every)
    }
    #expect(error?.message.contains("memory budget") == true)
  }

  @Test func theCostIsThatOfAllPasses() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 40)
    let context = try CostContext(
      members.model, sampleShape: [3, 9, 7], samples: 1, dtype: .float64)
    let lrp = try UncertainAttribution(LRP(.epsilon), over: members).cost(context)
    #expect((lrp.forward, lrp.backward, lrp.inputsAtOnce) == (40, 40, 20))
    let path = try UncertainAttribution(IntegratedGradients(steps: 5), over: members)
      .cost(context)
    #expect((path.forward, path.backward, path.inputsAtOnce) == (320, 200, 1))
    let batches = try MemberBatches(members, input: SampleNets.mixedInput(1), firstSample: 0)
    #expect(batches.rows == 20)
  }

  @Test func quantilesBeyondTheBudgetAreEstimatesAndSaySo() throws {
    var model = try DropoutNets.mixed()
    model.memoryBudget = MemoryBudget(bytes: 40 * 189 * 8)
    let members = try MonteCarloDropout(model, passes: 60, seed: 2)
    let found = try UncertainAttribution(Gradient(), over: members)
      .attribute(SampleNets.mixedInput(1), target: .class(1))
    #expect(!found.quantilesAreExact)
    #expect(try found.quantiles.allSatisfy { try $0.map.isFinite() })
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 2)
    #expect(throws: InterpretabilityError.self) {
      try UncertainAttribution(Gradient(), over: members, options: .init(quantiles: [1.5]))
    }
    let uncertain = try UncertainAttribution(Gradient(), over: members)
    let input = try SampleNets.mixedInput(2)
    for target in [Target.class(5), .classes([1]), .neuron("nowhere", [])] {
      #expect(throws: InterpretabilityError.self) {
        try uncertain.attribute(input, target: target)
      }
    }
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try uncertain.attribute(input, target: .predicted, progress: { _, _ in throw Stop() })
    }
  }
}
