/// How learnt numbers are replaced by random ones that are as large.
public struct WeightRandomization: Sendable, Codable, Equatable {
  /// What takes a parameter's place.
  public enum Distribution: String, Sendable, Codable, CaseIterable {
    /// Normal numbers of the parameter's own mean and deviation (that of all its elements).
    case gaussian
    /// The parameter's own numbers in another order.
    case permuted
  }

  /// What takes a parameter's place.
  public var distribution: Distribution
  /// Decides the numbers.
  public var seed: Int

  /// Creates a randomisation.
  public init(_ distribution: Distribution = .gaussian, seed: Int = 0) {
    self.distribution = distribution
    self.seed = seed
  }

  /// Random numbers in place of a parameter; one whose elements are all equal stays.
  func replaced(_ parameter: Tensor, named name: String) throws -> Tensor {
    let random = CounterRandom(
      seed: UInt64(bitPattern: Int64(seed)), purpose: "randomized \(name)")
    switch distribution {
    case .permuted:
      let order = try Tensor(Self.permutation(parameter.count, random), shape: [parameter.count])
      return try parameter.reordered(order)
    case .gaussian:
      let values = try parameter.doubles()
      guard values.contains(where: { $0 != values[0] }) else { return parameter }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      let numbers = random.normals(values.count, stream: 0)
        .map { mean + Double($0) * variance.squareRoot() }
      return try Tensor(numbers, shape: parameter.shape, dtype: parameter.dtype)
        .moved(to: parameter.device)
    }
  }

  /// Batch norm with its channels exchanged: a variance must stay one, and a mean its partner.
  func replaced(_ norm: BatchNormLayer, named name: String) throws -> BatchNormLayer {
    let random = CounterRandom(
      seed: UInt64(bitPattern: Int64(seed)), purpose: "randomized \(name)")
    let order = try Tensor(
      Self.permutation(norm.scale.count, random), shape: [norm.scale.count])
    return try norm.mapParameters { try $0.reordered(order) }
  }

  /// The numbers 0 ..< count in random order: sorted by random words.
  private static func permutation(_ count: Int, _ random: CounterRandom) -> [Int64] {
    let keys = (0..<UInt64(count)).map { index -> UInt64 in
      let (high, low, _, _) = random.words(stream: 1, block: index)
      return UInt64(high) << 32 | UInt64(low)
    }
    return keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { Int64($0) }
  }
}

extension Tensor {
  /// The elements in another order, in the same shape.
  fileprivate func reordered(_ order: Tensor) throws -> Tensor {
    try Tensor.call(
      "aten::index_select", .tensor(flattened()), .int(0), .tensor(order.moved(to: device))
    ).reshaped(shape)
  }
}
