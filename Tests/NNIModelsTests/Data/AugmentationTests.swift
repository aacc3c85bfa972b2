import NNIModels
import NNITestSupport
import Testing

/// Random changes: what they do, and that a seed decides them.
@Suite struct AugmentationTests {
  private static func data(_ count: Int = 12) throws -> TensorDataset {
    var numbers = SeededNumbers(1)
    return try TensorDataset(
      numbers.tensor([count, 2, 7, 9]), labels: (0..<count).map { $0 % 3 },
      classNames: ["a", "b", "c"], digest: "d")
  }

  private static func everything() throws -> AugmentationSequence {
    AugmentationSequence([
      try RandomAffine(degrees: 20, shift: 2, scale: 1.3), try GaussianNoise(deviation: 0.1),
      try RandomAffine.shift(pixels: 1), try RandomAffine.rotation(degrees: 5),
    ])
  }

  @Test func aSampleChangesTheSameInAnyBatch() throws {
    let data = try AugmentedDataset(Self.data(), Self.everything(), seed: 4, epoch: 2)
    let all = try data.inputs(Array(0..<12))
    for indices in [[5], [11, 5, 0], [3, 3]] {
      let some = try data.inputs(indices)
      for (position, index) in indices.enumerated() {
        #expect(
          try some.selected(axis: 0, index: position).doubles()
            == all.selected(axis: 0, index: index).doubles())
      }
    }
    #expect(data.labels == (0..<12).map { $0 % 3 } && data.classNames == ["a", "b", "c"])
    #expect(data.digest == "d" && data.count == 12)
  }

  @Test func seedsEpochsAndSamplesDiffer() throws {
    let base = try Self.data(1)
    let twins = DatasetSelection(base, [0, 0])
    func inputs(seed: UInt64, epoch: Int) throws -> Tensor {
      try AugmentedDataset(twins, Self.everything(), seed: seed, epoch: epoch).inputs([0, 1])
    }
    let first = try inputs(seed: 1, epoch: 0)
    #expect(try first.doubles() == inputs(seed: 1, epoch: 0).doubles())
    #expect(try (first - inputs(seed: 2, epoch: 0)).norm() > 0.1)
    #expect(try (first - inputs(seed: 1, epoch: 1)).norm() > 0.1)
    let halves = try (first.selected(axis: 0, index: 0), first.selected(axis: 0, index: 1))
    #expect(try (halves.0 - halves.1).norm() > 0.1)
  }

  @Test func theStepsOfASequenceAreIndependent() throws {
    let zeros = try TensorDataset(Tensor.full([1, 1, 50, 50], 0, dtype: .float64), labels: [0])
    let noise = try GaussianNoise(deviation: 1)
    func inputs(_ steps: Int) throws -> Tensor {
      let steps = AugmentationSequence(Array(repeating: noise, count: steps))
      return try AugmentedDataset(zeros, steps, seed: 9).inputs([0])
    }
    let first = try inputs(1)
    let second = try inputs(2) - first
    // The correlation of 2500 independent pairs is below 5/√2500 = 0.1.
    let product = try (first * second).sum().item() / (first.norm() * second.norm())
    #expect(abs(product) < 0.1)
    #expect(abs(try first.norm() / 50 - 1) < 0.08)
  }

  @Test func rangesAreKeptAndFilled() throws {
    let random = CounterRandom(seed: 3)
    let whole = try RandomAffine.shift(pixels: 2)
    var counts: [Double: Int] = [:]
    for sample in 0..<40 {
      let map = try whole.map(ofSample: sample, random: random)
      // Moving by whole pixels only moves pixels: find by how much.
      let image = try Tensor((0..<81).map(Double.init), shape: [1, 1, 9, 9])
      let center = try image.mapped(by: [map]).doubles()[40]
      let (down, right) = (
        4 - (center / 9).rounded(.down), 4 - center.truncatingRemainder(dividingBy: 9)
      )
      #expect(abs(down) <= 2 && abs(right) <= 2)
      counts[down, default: 0] += 1
      counts[right, default: 0] += 1
    }
    #expect(Set(counts.keys) == [-2, -1, 0, 1, 2])
  }

  @Test func anAngleOfOneWayIsUndoneByTheOther() throws {
    // A blob in the middle of a large image survives turning there and back.
    let image = try Tensor(
      (0..<961).map { index -> Double in
        let (y, x) = (Double(index / 31) - 14, Double(index % 31) - 17)
        return 1 / (1 + (y * y + 2 * x * x) / 40)
      }, shape: [1, 1, 31, 31])
    let random = CounterRandom(seed: 8)
    let turn = try RandomAffine.rotation(degrees: 30)
    var largest = 0.0
    for sample in 0..<20 {
      let turned = try turn.changed(image, samples: [sample], random: random)
      var best = (angle: 0.0, distance: Double.infinity)
      for angle in stride(from: -36.0, through: 36, by: 2) {
        let inner = try (turned - image.rotated(degrees: angle)).norm()
        if inner < best.distance { best = (angle, inner) }
      }
      #expect(abs(best.angle) <= 31)
      largest = max(largest, abs(best.angle))
    }
    // 20 uniform angles all below 15° have a chance of one in a million.
    #expect(largest >= 15)
  }

  @Test func noiseHasItsDeviationAndNoMean() throws {
    let zeros = try Tensor.full([4, 1, 100, 100], 0, dtype: .float32)
    let noise = try GaussianNoise(deviation: 0.25).changed(
      zeros, samples: [3, 1, 4, 1], random: CounterRandom(seed: 6))
    #expect(noise.dtype == .float32)
    let mean = try noise.sum().item() / 40_000
    // Five standard errors of 30 000 different numbers.
    #expect(abs(mean) < 5 * 0.25 / 30_000.0.squareRoot() * 1.3)
    #expect(abs(try noise.norm() / 200 - 0.25) < 0.01)
    let samples = try (0..<4).map { try noise.selected(axis: 0, index: $0).doubles() }
    #expect(samples[1] == samples[3] && samples[0] != samples[1])
  }

  @Test func nothingIsChangedByEmptyRanges() throws {
    let data = try Self.data()
    let still = AugmentationSequence([
      try RandomAffine(), try GaussianNoise(deviation: 0), try .shift(pixels: 0) as RandomAffine,
    ])
    let found = try AugmentedDataset(data, still, seed: 0).inputs([2, 7])
    try expectClose(found, data.inputs([2, 7]), relative: 0, absolute: 0)
  }

  @Test func impossibleRangesAreRefused() {
    #expect(throws: InterpretabilityError.self) { try RandomAffine(degrees: -1) }
    #expect(throws: InterpretabilityError.self) { try RandomAffine(shift: .infinity) }
    #expect(throws: InterpretabilityError.self) { try RandomAffine(scale: 0.9) }
    #expect(throws: InterpretabilityError.self) { try RandomAffine(degrees: .nan) }
    #expect(throws: InterpretabilityError.self) { try RandomAffine.shift(pixels: -2) }
    #expect(throws: InterpretabilityError.self) { try GaussianNoise(deviation: -0.1) }
    #expect(throws: InterpretabilityError.self) { try GaussianNoise(deviation: .nan) }
    #expect(throws: InterpretabilityError.self) {
      try GaussianNoise(deviation: 1).changed(
        .full([2, 3], 0), samples: [1], random: CounterRandom(seed: 0))
    }
    #expect(throws: InterpretabilityError.self) {
      try RandomAffine(degrees: 3).changed(
        .full([2, 1, 3, 3], 0), samples: [1], random: CounterRandom(seed: 0))
    }
  }
}
