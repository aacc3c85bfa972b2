/// A layer that treats all places alike and alone, but for the last axes, which it may mix.
///
/// Where rows of its input change, only these rows of its value need to be computed again.
protocol TokenwiseLayer: Layer {
  /// How many of its input's last axes it mixes; along all others its value has the input's extents.
  var mixedAxes: Int { get }
}

extension TokenwiseLayer {
  var mixedAxes: Int { 0 }
}

extension ActivationLayer: TokenwiseLayer {}
extension ConversionLayer: TokenwiseLayer {}
extension DropoutLayer: TokenwiseLayer {}
extension IdentityLayer: TokenwiseLayer {}

extension DenseLayer: TokenwiseLayer {
  var mixedAxes: Int { 1 }
}

extension LayerNormLayer: TokenwiseLayer {
  var mixedAxes: Int { scale.rank }
}

extension RMSNormLayer: TokenwiseLayer {
  var mixedAxes: Int { axisCount }
}

extension Layer {
  /// Whether the layer only moves elements: what it makes of a sum is the sum of what it makes of the parts, and
  /// zeros stay zeros.
  var isMovingElements: Bool {
    switch self {
    case is ChunkLayer, is DropoutLayer, is ExpandLayer, is FlattenLayer, is GatherLayer,
      is IdentityLayer, is RepeatLayer, is ReshapeLayer, is SliceLayer, is TransposeLayer,
      is UnitAxesLayer:
      true
    default: false
    }
  }

  /// Where an axis of the one input lies in the value, if the layer leaves it whole and in order and treats
  /// what lies along it alike and alone; `nil` where it does not.
  ///
  /// - Parameters:
  ///   - axis: The axis, of extent 2 or more.
  ///   - input: The input's shape, with the batch.
  ///   - output: The value's shape, with the batch.
  /// - Returns: The axis of the value.
  func position(of axis: Int, from input: [Int], to output: [Int]) -> Int? {
    let rank = input.count
    func own(_ other: Int) -> Int { other < 0 ? other + rank : other }
    func kept(without removed: [Int], _ isKeeping: Bool) -> Int? {
      let removed = Set(removed.map(own))
      guard !removed.contains(axis) else { return nil }
      return isKeeping ? axis : axis - removed.count(where: { $0 < axis })
    }
    switch self {
    case let layer as any TokenwiseLayer: return axis < rank - layer.mixedAxes ? axis : nil
    case is EmbeddingLayer: return axis
    case is AffineLayer: return output.count == rank ? axis : nil
    case is ReshapeLayer, is UnitAxesLayer, is FlattenLayer:
      guard input[0] == output[0] else { return nil }
      let before = input[1..<axis].reduce(1, *)
      return output.indices.dropFirst().first {
        output[$0] == input[axis] && output[1..<$0].reduce(1, *) == before
      }
    case let layer as TransposeLayer:
      return layer.order.first == 0 ? layer.order.firstIndex { own($0) == axis } : nil
    case is ExpandLayer: return output.count == rank ? axis : nil
    case let layer as RepeatLayer:
      return layer.counts.count == rank && layer.counts[axis] == 1 ? axis : nil
    case let layer as SliceLayer:
      return layer.parts.allSatisfy {
        own($0.axis) != axis || ($0.start == 0 && $0.positions(in: input[axis]).isWhole)
      } ? axis : nil
    case let layer as ChunkLayer: return own(layer.axis) == axis ? nil : axis
    case let layer as GatherLayer:
      let position = own(layer.axis)
      guard position != axis else { return nil }
      return axis < position ? axis : axis + output.count - rank
    case let layer as SurroundLayer: return own(layer.axis) == axis ? nil : axis
    case let layer as ReductionLayer: return kept(without: layer.axes, layer.isKeepingAxes)
    case let layer as MaximumLayer: return kept(without: layer.axes, layer.isKeepingAxes)
    case let layer as CurvedReductionLayer: return kept(without: layer.axes, layer.isKeepingAxes)
    case let layer as PositionLayer: return kept(without: [layer.axis], layer.isKeepingAxis)
    case let layer as UnscaledNormLayer: return kept(without: layer.axes, true)
    case let layer as NormalizeLayer: return kept(without: layer.axes, true)
    case let layer as SoftmaxLayer:
      let position = own(layer.axis)
      return (layer.isMergingAxes ? axis < position : axis != position) ? axis : nil
    case let layer as ConstantProductLayer: return layer.row(axis, input, output)
    default: return nil
    }
  }

  /// The layer for a value whose rows before `start` are missing along an axis.
  ///
  /// - Parameters:
  ///   - start: The first row.
  ///   - axis: The token axis of the value.
  ///   - shape: The shape of the whole value, with the batch.
  /// - Returns: The layer for the rest of the rows.
  /// - Throws: `TorchError` for a constant that cannot be cut.
  func cut(from start: Int, axis: Int, of shape: [Int]) throws -> any Layer {
    let rest = shape[axis] - start
    // Constants broadcast from the last axis on.
    func cut(_ constant: Tensor) throws -> Tensor {
      let own = constant.rank - (shape.count - axis)
      guard own >= 0, constant.shape[own] == shape[axis] else { return constant }
      return try constant.narrowed(axis: own, to: start..<shape[axis])
    }
    switch self {
    // One row alone must not be taken for an axis to remove.
    case is ReshapeLayer, is FlattenLayer, is UnitAxesLayer:
      var own = Array(shape.dropFirst())
      own[axis - 1] = rest
      return ReshapeLayer(own)
    case var layer as ExpandLayer:
      let own = layer.shape.count - (shape.count - axis)
      if own >= 0, layer.shape[own] != 1 { layer.shape[own] = rest }
      return layer
    case let layer as SurroundLayer:
      return SurroundLayer(
        axis: layer.axis, before: try layer.before.map(cut), after: try layer.after.map(cut))
    case let layer as AffineLayer:
      return AffineLayer(weight: try cut(layer.weight), bias: try layer.bias.map(cut))
    case let layer as SelectionLayer: return SelectionLayer(try layer.operands.mapAll(cut))
    case let layer as DiscreteLayer:
      return DiscreteLayer(layer.function, try layer.operands.mapAll(cut))
    default: return self
    }
  }
}

extension ConstantProductLayer {
  /// Where the constant is the right factor rows stay rows, where it is the left one columns stay columns, and
  /// other axes stay where the constant is the same along them.
  fileprivate func row(_ axis: Int, _ input: [Int], _ output: [Int]) -> Int? {
    let rank = input.count
    guard output.count == rank, weight.rank <= rank else { return nil }
    func isUniform(_ tensor: Tensor) -> Bool {
      let own = axis - (rank - tensor.rank)
      return own < 0 || tensor.shape[own] == 1
    }
    guard bias.map(isUniform) ?? true else { return nil }
    if axis == rank - 1 { return isLeft ? axis : nil }
    if axis == rank - 2 { return isLeft ? nil : axis }
    return isUniform(weight) ? axis : nil
  }
}

extension Operands {
  /// The operands with `transform` of each constant.
  func mapAll(_ transform: (Tensor) throws -> Tensor) rethrows -> Operands {
    Operands(
      try all.map { operand in
        if case .constant(let tensor) = operand {
          .constant(try transform(tensor))
        } else {
          operand
        }
      })
  }
}
