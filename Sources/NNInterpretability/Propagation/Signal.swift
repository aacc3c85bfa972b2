/// What travels backwards along an edge: a gradient, relevance or multipliers, of the shape of the
/// value it belongs to.
public struct Signal: Sendable {
  /// One tensor for most rules; RevealCancel carries two, for positive and negative parts.
  public var components: [Tensor]

  /// A signal of one component.
  public init(_ value: Tensor) { components = [value] }

  /// A signal of several components of the same shape.
  public init(components: [Tensor]) { self.components = components }

  /// The component of a signal that has one, the sum otherwise.
  public var value: Tensor {
    get throws {
      var sum = components[0]
      for component in components.dropFirst() { sum = try sum + component }
      return sum
    }
  }

  /// What two paths bring to the same node.
  static func + (left: Signal, right: Signal) throws -> Signal {
    guard left.components.count == right.components.count else {
      // One path split its signal, the other did not: both carry the same multiplier there.
      return try Signal(left.value + right.value)
    }
    return Signal(components: try zip(left.components, right.components).map { try $0 + $1 })
  }
}
