/// What an operator takes: values of other nodes and constants, in the operator's order.
public struct Operands: Sendable {
  /// One of them.
  public enum Operand: Sendable {
    /// The value of a node.
    case computed
    /// A value of its own.
    case constant(Tensor)
  }

  /// All operands in order.
  public var all: [Operand]

  /// Operands that are all computed.
  public init(computed count: Int) { all = Array(repeating: .computed, count: count) }

  /// States the operands.
  public init(_ all: [Operand]) { self.all = all }

  /// The operands of a file's node; those that it leaves out are left out.
  init(_ node: OperatorNode) { self.init(node.inputs) }

  /// The operands among inputs; those that are left out are left out.
  init(_ inputs: [OperatorNode.Input]) {
    all = inputs.compactMap { input in
      switch input {
      case .node: .computed
      case .constant(let tensor): .constant(tensor)
      case .absent: nil
      }
    }
  }

  /// The operands with the nodes' values in their places.
  ///
  /// - Throws: ``InterpretabilityError`` when there are too few values.
  func filled(_ inputs: [Tensor]) throws -> [Tensor] {
    var next = 0
    return try all.map { operand in
      guard case .constant(let tensor) = operand else {
        guard next < inputs.count else {
          throw InterpretabilityError(.invalidGraph, "an operand is missing")
        }
        next += 1
        return inputs[next - 1]
      }
      return tensor
    }
  }

  /// The operands with `transform` of each constant of real numbers.
  func mapConstants(_ transform: (Tensor) throws -> Tensor) throws -> Operands {
    Operands(
      try all.map { operand in
        guard case .constant(let tensor) = operand, tensor.dtype.isFloatingPoint else {
          return operand
        }
        return .constant(try transform(tensor))
      })
  }
}
