import NNIModels
import NNITestSupport
import Testing

/// Parts of data that share nothing.
@Suite struct DatasetPartsTests {
  /// Samples of four values that a list of numbers tells apart.
  private static func data(_ numbers: [Int]) throws -> TensorDataset {
    try TensorDataset(
      Tensor(numbers.flatMap { [Double($0), 1, 2, 3] }, shape: [numbers.count, 1, 2, 2]),
      labels: numbers.map { $0 % 2 })
  }

  @Test func overlapFindsEverySharedSample() throws {
    let (left, right) = try (Self.data([1, 2, 3, 2, 9]), Self.data([7, 2, 9, 2]))
    #expect(
      try left.overlap(with: right) == [
        SampleOverlap(position: 1, other: 1), SampleOverlap(position: 3, other: 1),
        SampleOverlap(position: 4, other: 2),
      ])
    #expect(try left.repetitions() == [SampleOverlap(position: 3, other: 1)])
    #expect(try Self.data([1, 2]).overlap(with: Self.data([3, 4])).isEmpty)
    // More than are read at a time; by the definition, one with each.
    let (many, others) = (Array(0..<700), (0..<600).map { $0 * 7 % 1201 + 300 })
    let found = try Self.data(many).overlap(with: Self.data(others))
    let wanted = many.compactMap { number in
      others.firstIndex(of: number).map { SampleOverlap(position: number, other: $0) }
    }
    #expect(found == wanted && !wanted.isEmpty)
  }

  /// Differences far into a sample count; so does the last byte.
  @Test func samplesThatDifferInOneByteAreDifferent() throws {
    let bytes = [UInt8](repeating: 7, count: 2 * 784)
    var other = bytes
    other[783] = 8
    let twins = try TensorDataset(Tensor(bytes, shape: [2, 1, 28, 28]), labels: [0, 0])
    let almost = try TensorDataset(Tensor(other, shape: [2, 1, 28, 28]), labels: [0, 0])
    #expect(try twins.repetitions().map(\.position) == [1])
    #expect(try almost.repetitions().isEmpty)
    #expect(try twins.overlap(with: almost).map(\.other) == [1, 1])
  }

  /// However a sample is prepared or augmented, it is the same sample.
  @Test func preparationsAreLookedThrough() throws {
    let bytes = (0..<40).map { UInt8($0 * 6) }
    let data = try TensorDataset(Tensor(bytes, shape: [10, 1, 2, 2]), labels: .init(0..<10))
    let prepared = try PreparedDataset(data, spec: InputSpec(size: [5, 7]))
    let noisy = AugmentedDataset(prepared, try GaussianNoise(deviation: 1), seed: 0)
    let part = DatasetSelection(noisy, [7, 2])
    let wanted = [SampleOverlap(position: 0, other: 7), SampleOverlap(position: 1, other: 2)]
    #expect(try part.overlap(with: data) == wanted)
    #expect(try part.overlap(with: prepared) == wanted)
    #expect(try part.overlap(with: DatasetSelection(prepared, [1, 3])).isEmpty)
  }

  @Test func overlappingPartsAreRefused() throws {
    let whole = try Self.data(Array(0..<20))
    func select(_ range: Range<Int>) -> DatasetSelection { DatasetSelection(whole, Array(range)) }
    let sound = try DatasetParts(
      train: select(0..<10), validation: select(10..<12), test: select(12..<20))
    #expect(sound.train.count == 10 && sound[.validation].count == 2 && sound[.test].count == 8)
    for (train, validation, test, words) in [
      (0..<10, 10..<12, 9..<20, "training and test"),
      (0..<9, 9..<13, 12..<20, "validation and test"),
      (0..<11, 10..<12, 12..<20, "training and validation"),
    ] {
      let error = #expect(throws: InterpretabilityError.self) {
        try DatasetParts(train: select(train), validation: select(validation), test: select(test))
      }
      #expect(error?.message.contains(words) == true, "\(error as Any)")
    }
    // Identical samples of different data sets, too.
    #expect(throws: InterpretabilityError.self) {
      try DatasetParts(train: Self.data([1, 2]), validation: Self.data([5]), test: Self.data([2]))
    }
  }

  @Test func aSplitSharesNothingEvenOfTwins() throws {
    let numbers = (0..<300).map { $0 < 240 ? $0 : $0 - 240 }
    let data = try Self.data(numbers)
    for seed in 0..<5 as Range<UInt64> {
      let parts = try DatasetSplit(validation: 0.2, test: 0.3, seed: seed).parts(of: data)
      let all = try DatasetPart.allCases.map { part in
        try parts[part].inputs(Array(0..<parts[part].count)).doubles()
          .enumerated().filter { $0.offset % 4 == 0 }.map { Int($0.element) }
      }
      #expect(parts.test.count == 90)
      #expect(Set(all[0]).isDisjoint(with: all[1]) && Set(all[0]).isDisjoint(with: all[2]))
      #expect(Set(all[1]).isDisjoint(with: all[2]))
      #expect(all.joined().count == 300 - parts.removed && parts.removed > 0)
      #expect(Set(all.joined()).count == 240)
      _ = try DatasetParts(train: parts.train, validation: parts.validation, test: parts.test)
    }
  }

  @Test func theSeedDecidesTheSplit() throws {
    let data = try Self.data(Array(0..<50))
    func test(_ seed: UInt64) throws -> [Double] {
      let part = try DatasetSplit(seed: seed).parts(of: data).test
      return try part.inputs(Array(0..<part.count)).doubles()
    }
    #expect(try test(1) == test(1))
    #expect(try test(1) != test(2))
  }

  @Test func aGivenTestPartStaysWhole() throws {
    let (data, test) = try (Self.data(Array(0..<50)), Self.data([3, 60, 61]))
    let parts = try DatasetSplit(validation: 0.2).parts(of: data, test: test)
    #expect(parts.test.count == 3 && parts.removed == 1)
    #expect(parts.train.count + parts.validation.count == 49)
  }

  @Test func impossibleSharesAreRefused() throws {
    let data = try Self.data([1, 2, 3])
    for split in [
      DatasetSplit(validation: 0.6, test: 0.6), DatasetSplit(validation: -0.1),
      DatasetSplit(test: .nan),
    ] {
      #expect(throws: InterpretabilityError.self) { try split.parts(of: data) }
    }
  }

  @Test func `A part without the last class has as many classes as the whole`() throws {
    let whole = try TensorDataset(Tensor([1.0, 2, 3], shape: [3, 1]), labels: [0, 4, 1])
    #expect(whole.classCount == 5)
    #expect(DatasetSelection(whole, [0, 2]).classCount == 5)
    let part: any Dataset = DatasetSelection(DatasetSelection(whole, [0, 2]), [0])
    #expect(part.classCount == 5)
  }
}
