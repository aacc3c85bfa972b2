@testable import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

@Suite struct PredictiveDistributionTests {
  private func members(_ passes: Int, seed: UInt64 = 4) throws -> MonteCarloDropout {
    try MonteCarloDropout(DropoutNets.mixed(), passes: passes, seed: seed)
  }

  @Test func itIsTheLiteralFormulaOfTheMembers() throws {
    let (passes, members) = (7, try members(7))
    let input = try SampleNets.mixedInput(2)
    let found = try PredictiveDistribution(members, input: input, firstSample: 3)
    for sample in 0..<2 {
      let one = try input.narrowed(axis: 0, to: sample..<(sample + 1))
      let rows = try (0..<passes).map { pass in
        let logits = try members.member([MemberDraw(pass: pass, sample: 3 + sample)])(one).doubles()
        let total = logits.reduce(0) { $0 + exp($1) }
        return logits.map { exp($0) / total }
      }
      let mean = (0..<5).map { k in rows.reduce(0) { $0 + $1[k] } / Double(passes) }
      let variance = (0..<5).map { k in
        rows.reduce(0) { $0 + pow($1[k] - mean[k], 2) } / Double(passes - 1)
      }
      func entropy(_ p: [Double]) -> Double { -p.reduce(0) { $0 + $1 * log($1) } }
      let expected = rows.reduce(0) { $0 + entropy($1) } / Double(passes)
      expectClose(found.mean[sample], mean, relative: 1e-12)
      expectClose(found.variance[sample], variance, relative: 1e-10)
      #expect(abs(found.entropy[sample] - entropy(mean)) < 1e-12)
      #expect(abs(found.expectedEntropy[sample] - expected) < 1e-12)
      #expect(abs(found.mutualInformation[sample] - (entropy(mean) - expected)) < 1e-12)
      let votes = (0..<5).map { k in
        rows.count { row in row.indices.max { row[$0] < row[$1] } == k }
      }
      #expect(found.votes[sample] == votes)
      #expect(found.mutualInformation[sample] > 0)
    }
  }

  @Test func entropyIsExpectedEntropyAndMutualInformation() throws {
    let found = try PredictiveDistribution(members(40), input: SampleNets.mixedInput(3))
    for sample in 0..<3 {
      let parts = found.expectedEntropy[sample] + found.mutualInformation[sample]
      #expect(abs(found.entropy[sample] - parts) < 1e-12)
      #expect(abs(found.mean[sample].reduce(0, +) - 1) < 1e-12)
      #expect(found.votes[sample].reduce(0, +) == 40)
    }
  }

  @Test func withoutDropoutMembersAgreeToTheLastBit() throws {
    let members = try MonteCarloDropout(
      DropoutNets.mixed(), passes: 40, rate: .fixed(0))
    let found = try PredictiveDistribution(members, input: SampleNets.mixedInput(2))
    #expect(found.variance.flatMap { $0 }.allSatisfy { $0 == 0 })
    #expect(found.mutualInformation.allSatisfy { $0 < 1e-15 })
  }

  /// The same samples, one by one or together, with a large or a small budget, on one thread or two.
  @Test(arguments: [DType.float64, .float32])
  func neitherBatchNorBudgetNorThreadsChangeABit(dtype: DType) throws {
    let input = try SampleNets.mixedInput(3).converted(to: dtype)
    func predict(_ budget: Int, _ samples: [Range<Int>]) throws -> [[Double]] {
      var model = try DropoutNets.mixed().converted(to: dtype)
      model.memoryBudget = MemoryBudget(bytes: budget)
      let members = try MonteCarloDropout(model, passes: 70, seed: 4)
      return try samples.flatMap {
        try PredictiveDistribution(
          members, input: input.narrowed(axis: 0, to: $0), firstSample: $0.lowerBound
        ).mean
      }
    }
    let together = try predict(1 << 32, [0..<3])
    #expect(try predict(1 << 32, [0..<1, 1..<2, 2..<3]) == together)
    #expect(try predict(1000, [0..<2, 2..<3]) == together)
    let threads = Torch.threadCount
    defer { Torch.setThreadCount(threads) }
    Torch.setThreadCount(1)
    #expect(try predict(1 << 32, [0..<3]) == together)
  }

  @Test func everyProbabilityIsHandedOver() throws {
    var seen: [Int: [[Double]]] = [:]
    var last = (0, 0)
    let found = try PredictiveDistribution(
      members(9), input: SampleNets.mixedInput(2), progress: { last = ($0, $1) },
      each: { seen[$0] = $1 })
    #expect(last == (18, 18))
    for sample in 0..<2 {
      let rows = try #require(seen[sample])
      #expect(rows.count == 9)
      for k in 0..<5 {
        let mean = rows.reduce(0) { $0 + $1[k] } / 9
        #expect(abs(mean - found.mean[sample][k]) < 1e-12)
      }
    }
  }

  @Test func whatProgressThrowsEndsTheWork() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try PredictiveDistribution(
        members(9), input: SampleNets.mixedInput(2), progress: { _, _ in throw Stop() })
    }
  }

  @Test func anEnsembleAveragesProbabilities() throws {
    let models = try [3, 9, 27].map { try DropoutNets.mixed(seed: $0) }
    let ensemble = try DeepEnsemble(models)
    let input = try SampleNets.mixedInput(2)
    let found = try PredictiveDistribution(ensemble, input: input)
    let rows = try models.map { try PredictiveDistribution.probabilities($0(input)) }
    for sample in 0..<2 {
      for k in 0..<5 {
        let mean = rows.reduce(0) { $0 + $1[sample][k] } / 3
        #expect(abs(found.mean[sample][k] - mean) < 1e-12)
      }
    }
    let point = try PredictiveDistribution.probabilities(ensemble.pointLogits(input))
    for sample in 0..<2 { expectClose(point[sample], found.mean[sample], relative: 1e-12) }
  }

  @Test func networksThatDifferInTheirTaskAreNoEnsemble() throws {
    #expect(throws: InterpretabilityError.self) { try DeepEnsemble([]) }
    var other = try SampleNets.mixed()
    other.inputSpec.size = [9, 7]
    let error = #expect(throws: InterpretabilityError.self) {
      try DeepEnsemble([SampleNets.mixed(), other])
    }
    #expect(error?.message.contains("differ") == true)
    // Where the input's shape is not known, the first prediction tells.
    let networks = try [4, 5].map { classes in
      var graph = Graph(input: "image")
      try graph.add(FlattenLayer(), as: "flat", after: ["image"])
      try graph.add(
        DenseLayer(weight: Tensor.full([classes, 6], 0.1, dtype: .float64)), as: "logits",
        after: ["flat"])
      return try Model(graph)
    }
    #expect(throws: InterpretabilityError.self) {
      try PredictiveDistribution(
        DeepEnsemble(networks), input: .full([1, 1, 2, 3], 1, dtype: .float64))
    }
  }

  @Test func noiseOnTheInputIsGaussian() throws {
    let model = try SampleNets.mixed()
    let members = try InputNoise(model, deviation: 0.3, passes: 50, seed: 8)
    let clean = try Tensor.full([50, 3, 9, 7], 1, dtype: .float64)
    let draws = (0..<50).map { MemberDraw(pass: $0) }
    let noise = try (members.input(clean, draws) - 1).doubles()
    let count = Double(noise.count)
    let mean = noise.reduce(0, +) / count
    let deviation = (noise.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    #expect(abs(mean) < 4 * 0.3 / count.squareRoot())
    #expect(abs(deviation / 0.3 - 1) < 4 / (2 * count).squareRoot())
    // As a function of the clean input a member is the network on the noisy one.
    let one = try SampleNets.mixedInput(1)
    try expectClose(
      members.function(MemberDraw(pass: 7)).forward(one),
      model.graph.forward(members.input(one, [MemberDraw(pass: 7)])))
    #expect(throws: InterpretabilityError.self) { try InputNoise(model, deviation: -1) }
    #expect(throws: InterpretabilityError.self) { try InputNoise(model, deviation: .nan) }
  }

  @Test func noiseOnActivationsIsAddedWhereItIsAsked() throws {
    let model = try DropoutNets.mixed()
    let members = try ActivationNoise(model, at: ["hidden"], deviation: 0.3, passes: 4, seed: 8)
    let input = try SampleNets.mixedInput(2)
    let draws = [MemberDraw(pass: 1), MemberDraw(pass: 2)]
    let noisy = try members.member(draws).graph.trace(input)
    let clean = try model.graph.trace(input)
    #expect(try noisy["hidden"].doubles() == clean["hidden"].doubles())
    let difference = try (noisy["hidden/noise"] - clean["hidden"]).doubles()
    let random = CounterRandom(seed: 8, for: .activationNoise)
    let expected = try draws.flatMap { draw in
      random.normals(20, stream: try draw.stream(place: 0)).map { Double($0) * 0.3 }
    }
    expectClose(difference, expected, relative: 1e-12, absolute: 1e-12)
    #expect(throws: InterpretabilityError.self) {
      try ActivationNoise(model, at: ["nowhere"], deviation: 1)
    }
  }

  @Test func validationIsThatOfTheMeanProbabilities() throws {
    let members = try members(5)
    let input = try SampleNets.mixedInput(70)
    let labels = (0..<70).map { $0 % 5 }
    let found = try PredictiveValidation(members, on: TensorDataset(input, labels: labels))
    let mean = try PredictiveDistribution(members, input: input).mean
    for (row, other) in zip(found.probabilities, mean) { expectClose(row, other, relative: 1e-12) }
    let likelihood = zip(mean, labels).reduce(0) { $0 - log($1.0[$1.1]) } / 70
    #expect(abs(found.scores.negativeLogLikelihood - likelihood) < 1e-12)
    let right = zip(mean, labels).count { row, label in
      row.indices.max { row[$0] < row[$1] } == label
    }
    #expect(found.scores.accuracy == Double(right) / 70)
    let error = #expect(throws: InterpretabilityError.self) {
      try PredictiveValidation(members, on: TensorDataset(input, labels: labels.map { $0 + 1 }))
    }
    #expect(error?.message.contains("label 5") == true)
  }
}
