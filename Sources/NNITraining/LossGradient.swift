/// A loss and its derivative by each parameter.
public struct LossGradient: Sendable {
  /// The loss.
  public let loss: Double
  /// `∂loss/∂parameter`, each of its parameter's shape.
  public let gradients: StateDict

  /// Computes a loss and differentiates it.
  ///
  /// - Parameters:
  ///   - parameters: What it is differentiated by.
  ///   - loss: The loss for those parameters, a tensor of one element.
  /// - Throws: ``InterpretabilityError`` when the loss is not one number, and what `loss` throws.
  public init(_ parameters: StateDict, _ loss: (StateDict) throws -> Tensor) throws {
    // libtorch wants a list; the order of names makes it the same each time.
    let names = parameters.keys.sorted()
    let tape = try Tape(names.compactMap { parameters[$0] }) { leaves in
      try loss(StateDict(uniqueKeysWithValues: zip(names, leaves)))
    }
    guard tape.output.count == 1 else {
      throw InterpretabilityError(
        .invalidInput, "a loss has shape \(tape.output.shape); wanted one number for the batch")
    }
    self.loss = try tape.output.item()
    let seed = try tape.output.onesLike()
    gradients = StateDict(uniqueKeysWithValues: zip(names, try tape.pullback(seed)))
  }
}
