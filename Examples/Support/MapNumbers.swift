public import NNInterpretability

/// Numbers about batches of maps, for sentences that would otherwise only be impressions.
extension Tensor {
  /// The correlation of each sample with the same sample of another batch, `[N, …]`, averaged.
  public func meanCorrelation(with other: Tensor) throws -> Double {
    try (0..<shape[0]).map { sample in
      try selected(axis: 0, index: sample).correlation(with: other.selected(axis: 0, index: sample))
    }.mean
  }

  /// How much of the sum of all magnitudes lies where a picture of the same shape is zero.
  public func shareWithoutInk(_ picture: Tensor) throws -> Double {
    let (values, ink) = (try doubles(), try picture.doubles())
    let all = values.reduce(0) { $0 + abs($1) }
    let off = zip(values, ink).reduce(0) { $0 + ($1.1 == 0 ? abs($1.0) : 0) }
    return all > 0 ? off / all : 0
  }

  /// The share of elements that are not zero.
  public func nonzeroShare() throws -> Double {
    let values = try doubles()
    return Double(values.count { $0 != 0 }) / Double(max(values.count, 1))
  }
}

extension Digits {
  /// For each digit another one, the next, as the target of the batch.
  public static let nextTarget = Target.classes((0..<10).map { ($0 + 1) % 10 })

  /// How alike a method's maps are for each digit's own class and for the next one.
  ///
  /// It is the correlation of their magnitudes, averaged over the digits: a map of a class with a negative score may
  /// be that of another one with its sign turned. Near 1 the method shows the picture and not the class.
  public func classBlindness(_ method: any AttributionMethod, of network: Model) throws -> Double {
    let own = try method.attribute(network, input: images, target: Self.target).map
    let other = try method.attribute(network, input: images, target: Self.nextTarget).map
    return try own.magnitude().meanCorrelation(with: other.magnitude())
  }
}
