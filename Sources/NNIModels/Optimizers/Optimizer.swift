/// How parameters follow from their gradients.
public protocol Optimizer: Sendable {
  /// One parameter after one step.
  ///
  /// - Parameters:
  ///   - parameter: Its value.
  ///   - gradient: The derivative of the loss by it.
  ///   - slots: What the optimiser remembers of this parameter; empty before the first step.
  ///   - step: The number of this step, from 1.
  ///   - learningRate: How far to go.
  /// - Returns: The parameter's new value.
  /// - Throws: `TorchError` when gradient or slots do not fit the parameter.
  func updated(
    _ parameter: Tensor, gradient: Tensor, slots: inout StateDict, step: Int, learningRate: Double
  ) throws -> Tensor
  /// Name and settings in one line, for records.
  var text: String { get }
}

/// What an optimiser remembers between steps.
public struct OptimizerState: Sendable {
  /// How many steps were done.
  public var step = 0
  /// Tensors by the parameter's name, then by what they are.
  public var slots: [String: StateDict] = [:]

  /// Nothing yet.
  public init() {}
}

extension Optimizer {
  /// Parameters after one step.
  ///
  /// - Parameters:
  ///   - parameters: Their values; those without a gradient stay as they are.
  ///   - gradients: The derivative of the loss by each.
  ///   - state: What is remembered from step to step.
  ///   - learningRate: How far to go.
  /// - Returns: The new values.
  /// - Throws: ``InterpretabilityError`` for a gradient without its parameter.
  public func step(
    _ parameters: StateDict, gradients: StateDict, state: inout OptimizerState,
    learningRate: Double
  ) throws -> StateDict {
    state.step += 1
    var result = parameters
    for (name, gradient) in gradients {
      guard let parameter = parameters[name] else {
        throw InterpretabilityError(.invalidInput, "there is a gradient but no parameter “\(name)”")
      }
      var slots = state.slots[name] ?? [:]
      result[name] = try updated(
        parameter, gradient: gradient, slots: &slots, step: state.step, learningRate: learningRate)
      state.slots[name] = slots
    }
    return result
  }
}

extension Tensor {
  /// `self + factor · other` in one pass.
  func adding(_ other: Tensor, times factor: Double) throws -> Tensor {
    try .call("aten::add.Tensor", .tensor(self), .tensor(other), .double(factor))
  }
}
