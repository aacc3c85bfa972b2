/// Labelled samples, on which a network is trained, judged or calibrated.
public protocol Dataset: Sendable {
  /// The class of each sample, from 0.
  var labels: [Int] { get }
  /// The names of the classes; empty when they have none.
  var classNames: [String] { get }
  /// The number of classes: by default that of their names, or one more than the largest label.
  var classCount: Int { get }
  /// What identifies the data in a record, such as a SHA-256 of the files; empty when nothing does.
  var digest: String { get }
  /// The inputs of some samples as the network takes them: `[n, C, H, W]` in float32.
  ///
  /// - Parameter indices: Positions from 0 to `count`, in any order.
  /// - Returns: One row for each position.
  /// - Throws: ``InterpretabilityError`` when a sample cannot be read.
  func inputs(_ indices: [Int]) throws -> Tensor
}

extension Dataset {
  /// The number of samples.
  public var count: Int { labels.count }

  public var classNames: [String] { [] }

  public var digest: String { "" }

  public var classCount: Int { classNames.isEmpty ? (labels.max() ?? -1) + 1 : classNames.count }
}

/// Samples that are in memory.
public struct TensorDataset: Dataset {
  /// All inputs, `[N, C, H, W]` or `[N, features]`.
  ///
  /// Bytes are kept as they are and divided by 255 when they are asked for.
  public let values: Tensor
  public let labels: [Int]
  public let classNames: [String]
  public let digest: String

  /// A data set of tensors.
  ///
  /// - Throws: ``InterpretabilityError`` when there is not one label for each input, or a label is
  ///   negative.
  public init(
    _ values: Tensor, labels: [Int], classNames: [String] = [], digest: String = ""
  ) throws {
    guard values.rank >= 2, values.shape[0] == labels.count else {
      throw InterpretabilityError(
        .invalidInput, "\(labels.count) labels were given for inputs of shape \(values.shape)")
    }
    guard labels.allSatisfy({ $0 >= 0 }) else {
      throw InterpretabilityError(.invalidInput, "a label is negative; classes count from 0")
    }
    self.values = values
    self.labels = labels
    self.classNames = classNames
    self.digest = digest
  }

  public func inputs(_ indices: [Int]) throws -> Tensor {
    let rows = try Tensor(indices.map(Int64.init), shape: [indices.count])
    let chosen = try Tensor.call(
      "aten::index_select", .tensor(values), .int(0), .tensor(rows))
    return values.dtype == .uint8 ? try chosen.converted(to: .float32) * (1 / 255) : chosen
  }
}

/// Some samples of a data set, in an order of their own.
public struct DatasetSelection: Dataset {
  /// The whole.
  public let base: any Dataset
  /// The positions in the whole.
  public let indices: [Int]

  /// The samples at those positions.
  public init(_ base: any Dataset, _ indices: [Int]) {
    self.base = base
    self.indices = indices
  }

  public var labels: [Int] {
    let all = base.labels
    return indices.map { all[$0] }
  }

  public var classNames: [String] { base.classNames }

  /// That of the whole: a part may lack the samples of a class.
  public var classCount: Int { base.classCount }

  public var digest: String { base.digest }

  public func inputs(_ indices: [Int]) throws -> Tensor {
    try base.inputs(indices.map { self.indices[$0] })
  }
}

extension Dataset {
  /// All positions in a random order, which the seed alone decides (Fisher and Yates 1938).
  public func shuffledIndices(seed: UInt64) -> [Int] {
    var order = Array(0..<count)
    let random = CounterRandom(seed: seed)
    for last in stride(from: count - 1, to: 0, by: -1) {
      let (high, low, _, _) = random.words(stream: 0, block: UInt64(last))
      let word = UInt64(high) << 32 | UInt64(low)
      // The high part of a product is uniform up to 2⁻⁶⁴ of its range.
      order.swapAt(last, Int(word.multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return order
  }

  /// Parts that share no sample, after shuffling.
  ///
  /// - Parameters:
  ///   - fractions: The share of each part; the last part takes what rounding leaves when they sum to one.
  ///   - seed: Decides the order.
  /// - Returns: One selection for each fraction.
  /// - Throws: ``InterpretabilityError`` for a fraction outside 0…1, or a sum above one.
  public func split(_ fractions: [Double], seed: UInt64) throws -> [DatasetSelection] {
    let total = fractions.reduce(0, +)
    guard fractions.allSatisfy({ (0...1).contains($0) }), total <= 1 + 1e-9 else {
      throw InterpretabilityError(
        .invalidOption, "the parts \(fractions) of a data set must lie in 0…1 and sum to at most 1")
    }
    let order = shuffledIndices(seed: seed)
    var (start, share) = (0, 0.0)
    return fractions.map { fraction in
      share += fraction
      let end = Int((share * Double(count)).rounded())
      defer { start = end }
      return DatasetSelection(self, Array(order[start..<max(start, min(end, count))]))
    }
  }
}
