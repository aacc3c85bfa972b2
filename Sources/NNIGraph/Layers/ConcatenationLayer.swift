/// Several inputs one after the other along an axis.
public struct ConcatenationLayer: Layer {
  /// The axis; 1 is that of the channels.
  public var axis: Int

  /// Creates the layer.
  public init(axis: Int = 1) { self.axis = axis }

  public var kind: LayerKind { .concatenation }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .concatenated(inputs, axis: inputs[0].sampleAxis(axis))
  }

  public var settings: String { "axis \(axis)" }
}

extension ConcatenationLayer: LocalLayer {
  public func view(of shapes: [[Int]]) -> LocalView? {
    [1, -3].contains(axis) ? viewOfOnePlace(shapes) : nil
  }
}

extension ConcatenationLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Concat") { node in
        let axis = try node.int("axis", default: 1)
        guard axis != 0 else { throw node.unsupported("it joins samples: axis 0 is the batch's") }
        guard node.sources.count == node.inputs.count else { return try surround(node, axis) }
        return ConcatenationLayer(axis: axis)
      }
    ]
  }
}

extension ConcatenationLayer {
  /// Constants beside one computed value, of which `before` come before it.
  private static func surround(_ node: OperatorNode, _ axis: Int) throws -> SurroundLayer {
    let count = try node.int("before", default: -1)
    guard node.sources.count == 1, (0..<node.inputs.count).contains(count) else {
      throw node.unsupported("constants beside computed values along axis \(axis)")
    }
    func joined(_ positions: Range<Int>) throws -> Tensor? {
      let parts = try positions.map { try node.requiredConstant($0, "part") }
      guard let first = parts.first else { return nil }
      return try .concatenated(parts, axis: axis < 0 ? axis + first.rank : axis)
    }
    return SurroundLayer(
      axis: axis, before: try joined(0..<count), after: try joined(count + 1..<node.inputs.count))
  }
}
