/// How a node is computed where only rows from a first one on are wanted.
struct TokenStep: Sendable {
  /// What the layer takes of an input.
  enum Operand: Sendable, Hashable {
    /// The rows from the first one on along this axis.
    case rows(axis: Int)
    /// All of it.
    case whole
  }

  /// What is known of the value.
  let state: TokenState
  /// What the layer takes of each input.
  let operands: [Operand]
  /// The layer for rows from a first one on.
  let layer: @Sendable (_ start: Int) throws -> any Layer

  init(
    _ state: TokenState, _ operands: [Operand],
    _ layer: @escaping @Sendable (_ start: Int) throws -> any Layer
  ) {
    (self.state, self.operands, self.layer) = (state, operands, layer)
  }
}
