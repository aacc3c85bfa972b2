/// What a network is trained, chosen and judged on: three data sets that share no sample.
public struct DatasetParts: Sendable {
  /// What the weights are fitted to.
  public let train: any Dataset
  /// What settings are chosen by; may be empty.
  public let validation: any Dataset
  /// What the network is judged on.
  public let test: any Dataset
  /// How many samples of training and validation were left out because another part has them.
  public let removed: Int

  /// Three parts.
  ///
  /// - Throws: ``InterpretabilityError`` that names the first sample that two of them share; also when
  ///   it is merely identical.
  public init(train: any Dataset, validation: any Dataset, test: any Dataset) throws {
    for (name, part, otherName, other) in [
      ("training", train, "test", test), ("validation", validation, "test", test),
      ("training", train, "validation", validation),
    ] {
      let shared = try part.overlap(with: other)
      guard let first = shared.first else { continue }
      throw InterpretabilityError(
        .invalidInput,
        "the \(name) and \(otherName) data share \(shared.count) "
          + "sample\(shared.count == 1 ? "" : "s"), the first at \(first.position) and "
          + "\(first.other); leave them out of one")
    }
    self.init(train, validation, test, removed: 0)
  }

  private init(
    _ train: any Dataset, _ validation: any Dataset, _ test: any Dataset, removed: Int
  ) {
    self.train = train
    self.validation = validation
    self.test = test
    self.removed = removed
  }

  /// Three parts, of which training and validation lose what a later part has.
  ///
  /// Published data sets do repeat images, and a random split tears such twins apart.
  ///
  /// - Throws: ``InterpretabilityError`` when a sample cannot be read.
  public static func removingShared(
    train: any Dataset, validation: any Dataset, test: any Dataset
  ) throws -> DatasetParts {
    let (chosen, lost) = try removing([test], from: validation)
    let (fitted, more) = try removing([test, chosen], from: train)
    return DatasetParts(fitted, chosen, test, removed: lost + more)
  }

  private static func removing(
    _ others: [any Dataset], from part: any Dataset
  ) throws -> (any Dataset, Int) {
    var shared: Set<Int> = []
    for other in others { shared.formUnion(try part.overlap(with: other).map(\.position)) }
    guard !shared.isEmpty else { return (part, 0) }
    let kept = (0..<part.count).filter { !shared.contains($0) }
    return (DatasetSelection(part, kept), shared.count)
  }
}

/// How a data set that is not in parts yet is divided.
public struct DatasetSplit: Sendable, Codable, Equatable {
  /// The share of the data, 0…1, that settings are chosen by.
  public var validation: Double
  /// The share of the data, 0…1, that the network is judged on.
  public var test: Double
  /// Decides which samples these are.
  public var seed: UInt64

  /// A division; what validation and test leave is for training.
  public init(validation: Double = 0.1, test: Double = 0.2, seed: UInt64 = 0) {
    self.validation = validation
    self.test = test
    self.seed = seed
  }

  /// The three parts of a data set.
  ///
  /// - Throws: ``InterpretabilityError`` for shares outside 0…1 or of more than one in all.
  public func parts(of data: any Dataset) throws -> DatasetParts {
    let parts = try data.split([test, validation, max(0, 1 - test - validation)], seed: seed)
    return try .removingShared(train: parts[2], validation: parts[1], test: parts[0])
  }

  /// The three parts of data whose test part is given.
  ///
  /// - Throws: ``InterpretabilityError`` for shares outside 0…1.
  public func parts(of data: any Dataset, test: any Dataset) throws -> DatasetParts {
    let parts = try data.split([validation, max(0, 1 - validation)], seed: seed)
    return try .removingShared(train: parts[1], validation: parts[0], test: test)
  }
}

/// A part of the data.
public enum DatasetPart: String, Sendable, Codable, CaseIterable {
  case train, validation, test
}

extension DatasetParts {
  /// The data set of a part.
  public subscript(part: DatasetPart) -> any Dataset {
    switch part {
    case .train: train
    case .validation: validation
    case .test: test
    }
  }
}
