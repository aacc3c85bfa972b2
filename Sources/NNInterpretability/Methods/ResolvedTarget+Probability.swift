extension ResolvedTarget {
  /// Whether the target has a probability: it is made of classes of the output.
  func hasProbability(of value: Tensor) -> Bool {
    guard let meaning, value.rank >= 2 else { return false }
    return meaning.activation(width: value.shape[1]) != .none
  }

  /// The probability of the target for each sample, `[N]`: of a class, or of one less that of another; of a
  /// dense output the mean over all places.
  ///
  /// - Throws: ``InterpretabilityError`` for a neuron, and for outputs that are numbers.
  func probability(_ value: Tensor) throws -> Tensor {
    guard let meaning, value.rank >= 2 else {
      throw InterpretabilityError(
        .invalidOption,
        "score=probability is for classes, and the target is a neuron; take score=logit, which is "
          + "the neuron's value", node: node)
    }
    guard hasProbability(of: value) else { throw meaning.needsProbabilities(value.shape[1]) }
    let places = Double(value.shape.dropFirst(2).reduce(1, *))
    guard meaning.isBinary(width: value.shape[1]) else {
      return try score(meaning.probabilities(value)) / places
    }
    let logits = try value * weights
    // σ(±z) of one class; σ(z) − σ(−z) = tanh(z/2) of both, whose weights are ±2.
    let probabilities =
      classes.isEmpty ? try Tensor.call("aten::tanh", .tensor(logits / 4)) : try logits.logistic()
    return try probabilities.sumPerSample() / places
  }
}
