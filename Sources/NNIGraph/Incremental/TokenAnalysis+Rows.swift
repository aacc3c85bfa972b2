/// Layers that treat rows alone.
extension TokenAnalysis {
  /// A layer of one input.
  func unary(_ index: Int) throws -> TokenStep? {
    let node = graph.nodes[index]
    let source = node.inputIndices[0]
    guard let axis = states[source].rowAxis else { return nil }
    // What combines several operands may have constants in the others' places.
    if node.layer is SelectionLayer || node.layer is DiscreteLayer { return try combination(index) }
    let (input, output) = (try shape(source), try shape(index))
    guard let position = node.layer.position(of: axis, from: input, to: output) else { return nil }
    var state = TokenState.rows(axis: position)
    if case .weights(_, let key) = states[source], node.layer.keepsZeros,
      let column = node.layer.position(of: key, from: input, to: output)
    {
      state = .weights(query: position, key: column)
    }
    return TokenStep(state, [.rows(axis: axis)], cutting(index, position, output))
  }

  /// A layer that combines elements of several inputs at the same place, or sets rows side by side.
  func combination(_ index: Int) throws -> TokenStep? {
    let node = graph.nodes[index]
    let output = try shape(index)
    let axes = Set(node.inputIndices.compactMap { states[$0].rowAxis })
    guard let axis = axes.first, axes.count == 1,
      let operands = try operands(of: index, along: axis)
    else { return nil }
    switch node.layer {
    case is SumLayer, is ProductLayer, is SelectionLayer, is DiscreteLayer: break
    case let layer as ConcatenationLayer:
      let position = layer.axis < 0 ? layer.axis + output.count : layer.axis
      guard position != axis, operands.allSatisfy({ $0 == .rows(axis: axis) }) else { return nil }
    default: return nil
    }
    var state = TokenState.rows(axis: axis)
    if let key = try keyOfZeros(index) { state = .weights(query: axis, key: key) }
    return TokenStep(state, operands, cutting(index, axis, output))
  }

  /// What a layer takes of each input where all have the value's axes, of extent 1 where they are broadcast.
  func operands(of index: Int, along axis: Int) throws -> [TokenStep.Operand]? {
    let rank = try shape(index).count
    var operands: [TokenStep.Operand] = []
    for source in graph.nodes[index].inputIndices {
      let own = try shape(source)
      guard own.count == rank, own[axis] == tokens || isClean(source) && own[axis] == 1 else {
        return nil
      }
      operands.append(own[axis] == tokens ? .rows(axis: axis) : .whole)
    }
    return operands
  }

  /// The layer of a node for rows from a first one on.
  func cutting(
    _ index: Int, _ axis: Int, _ shape: [Int]
  ) -> @Sendable (Int) throws -> any Layer {
    let layer = graph.nodes[index].layer
    return { try layer.cut(from: $0, axis: axis, of: shape) }
  }

  /// The axis of the columns where a combination of attention's weights is zero wherever these are.
  private func keyOfZeros(_ index: Int) throws -> Int? {
    let node = graph.nodes[index]
    /// The axis of the columns of an input that is weights.
    func key(_ source: Int) -> Int? {
      if case .weights(_, let key) = states[source] { key } else { nil }
    }
    switch node.layer {
    case is ProductLayer:
      return node.inputIndices.compactMap(key).first
    case let layer as SelectionLayer:
      // Exporters write `where(isnan(w), 0, w)`, for rows that a mask hides altogether.
      var sources = node.inputIndices[...]
      var keys: Set<Int> = []
      for (place, operand) in layer.operands.all.enumerated() {
        switch operand {
        case .constant(let value):
          guard try place == 0 || value.isNotEqual(to: 0).sum().item() == 0 else { return nil }
        case .computed:
          guard let source = sources.popFirst() else { return nil }
          guard place > 0 else { continue }
          guard let key = key(source) else { return nil }
          keys.insert(key)
        }
      }
      return keys.count == 1 ? keys.first : nil
    default: return nil
    }
  }
}

extension Layer {
  /// Whether zeros of the one input are zeros of the value.
  fileprivate var keepsZeros: Bool {
    isMovingElements || (self as? AffineLayer).map { $0.bias == nil } ?? false
  }
}
