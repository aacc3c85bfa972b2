/// A random change of a network's inputs that leaves their classes as they are.
public protocol Augmentation: Sendable {
  /// The inputs with a change of its own for each.
  ///
  /// - Parameters:
  ///   - inputs: A batch, `[N, C, H, W]` for changes in the plane.
  ///   - samples: Which sample of the data set each input is; a sample's change depends on nothing but
  ///     this number and `random`.
  ///   - random: Where numbers come from; each sample has the stream of its number.
  /// - Returns: A batch of the same shape and type.
  /// - Throws: ``InterpretabilityError`` when the inputs cannot be changed so.
  func changed(_ inputs: Tensor, samples: [Int], random: CounterRandom) throws -> Tensor
}

/// Several changes, one after the other, independent of each other.
public struct AugmentationSequence: Augmentation {
  /// The changes in their order.
  public let steps: [any Augmentation]

  /// Changes in their order.
  public init(_ steps: [any Augmentation]) { self.steps = steps }

  public func changed(_ inputs: Tensor, samples: [Int], random: CounterRandom) throws -> Tensor {
    try steps.enumerated().reduce(inputs) { changed, step in
      try step.element.changed(
        changed, samples: samples, random: random.branch(UInt64(step.offset)))
    }
  }
}

extension CounterRandom {
  /// The numbers of a seed that this one gives to a branch.
  func branch(_ number: UInt64) -> CounterRandom {
    // A stream that no sample has.
    let (low, high, _, _) = words(stream: .max, block: number)
    return CounterRandom(seed: UInt64(high) << 32 | UInt64(low))
  }
}
