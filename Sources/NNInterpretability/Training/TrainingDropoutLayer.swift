/// Dropout at work: each element, or each channel, is zero with probability `rate`, and what is left is
/// divided by `1 − rate`.
///
/// - Reference: Srivastava et al. 2014, *Dropout* (`srivastava2014dropout`), section 4, with the scaling
///   done in training.
struct TrainingDropoutLayer: Layer {
  let rate: Double
  let dropsChannels: Bool
  let seed: UInt64
  /// The position of each sample of the batch in its data set.
  let samples: [Int]

  var kind: LayerKind { .structural }

  func forward(_ inputs: [Tensor]) throws -> Tensor {
    let input = inputs[0]
    var shape = input.shape
    guard shape.first == samples.count, rate < 1 else {
      throw InterpretabilityError(
        .invalidInput,
        "dropout at rate \(rate) was set up for \(samples.count) samples; the batch is \(shape)")
    }
    if dropsChannels { for axis in shape.indices.dropFirst(2) { shape[axis] = 1 } }
    let count = shape.dropFirst().reduce(1, *)
    let random = CounterRandom(seed: seed)
    let scale = Float(1 / (1 - rate))
    var mask: [Float] = []
    mask.reserveCapacity(count * samples.count)
    for sample in samples {
      let numbers = random.uniforms(count, stream: UInt64(sample))
      mask += numbers.map { Double($0) < rate ? 0 : scale }
    }
    return try input * Tensor(mask, shape: shape).converted(to: input.dtype)
  }
}
