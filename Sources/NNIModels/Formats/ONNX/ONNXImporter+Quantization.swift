/// Scales and zero points of quantised values, brought to the axes that they belong to.
extension ONNXImporter {
  /// Rounding to levels or back, with one grid or one for each element or block of an axis.
  mutating func placedQuantization(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    guard let source = node.sources.first, case .node? = node.inputs.first else {
      throw node.unsupported("a computed scale of constant levels")
    }
    let place = samplePlace(of: source)
    let grid = try node.grid()
    if grid.scale.count == 1 { return (try node.gridded(rank: 0) { _ in 1 }, place) }
    let rank = try axisCount(of: source, for: node)
    let shape = try fileShape(of: source, for: node)
    let aligned = try node.gridded(rank: rank) { shape[$0] }
    let inputs = try aligned.inputs.map { input in
      guard case .constant(let tensor) = input else { return input }
      return .constant(try stored(tensor, place, rank, node))
    }
    return (aligned.replacing(inputs: inputs), place)
  }

  /// The node's attributes, with the type of levels that its zero point tells.
  func attributes(
    of proto: ONNXNodeProto, _ reader: ONNXTensorReader
  ) throws -> [String: OperatorNode.Attribute] {
    var attributes = try ONNXAttributes.attributes(of: proto, reader)
    guard proto.opType == "QuantizeLinear", proto.input.count > 2 else { return attributes }
    if case .int(let type)? = attributes["output_dtype"], type != 0 { return attributes }
    attributes["output_dtype"] = elementType(of: proto.input[2]).map { .int(Int($0)) }
    return attributes
  }
}

extension OperatorNode {
  /// The node with scale and zero point as real numbers that broadcast over a value of `rank` axes.
  ///
  /// - Parameters:
  ///   - rank: The number of the value's axes.
  ///   - extent: The extent of one of them.
  /// - Returns: The node, which states its type of levels.
  /// - Throws: ``InterpretabilityError`` when they do not fit the value.
  func gridded(rank: Int, extent: (Int) throws -> Int) throws -> OperatorNode {
    let (scale, zero) = try grid()
    let placed: (Tensor) throws -> Tensor
    if scale.count == 1 {
      placed = { try $0.reshaped([]) }
    } else {
      let axis = try self.axis(int("axis", default: 1), rank: rank)
      guard axis < rank else {
        throw InterpretabilityError(
          .invalidFile, "\(type): \(scale.count) scales for a value without axes", node: id)
      }
      let wanted = try extent(axis)
      if scale.rank == 1 {
        guard scale.count == wanted else {
          throw InterpretabilityError(
            .invalidFile,
            "\(type): \(scale.count) scales for axis \(axis) of extent \(wanted)", node: id)
        }
        let after = [Int](repeating: 1, count: rank - axis - 1)
        let before = [Int](repeating: 1, count: axis)
        placed = { try $0.reshaped(before + [scale.count] + after) }
      } else {
        guard scale.rank == rank, scale.shape[axis] > 0 else {
          throw InterpretabilityError(
            .invalidFile, "\(type): scales of shape \(scale.shape) for a value of \(rank) axes",
            node: id)
        }
        let count = scale.shape[axis]
        let stated = try int("block_size", default: 0)
        let block = stated > 0 ? stated : (wanted + count - 1) / count
        guard block <= max(wanted, 1), block * count >= wanted, block * (count - 1) <= wanted else {
          throw InterpretabilityError(
            .invalidFile,
            "\(type): \(count) blocks of \(block) for axis \(axis) of extent \(wanted)", node: id)
        }
        placed = {
          try Tensor.call(
            "aten::repeat_interleave.self_int", .tensor($0), .int(block), .int(axis), .none
          ).narrowed(axis: axis, to: 0..<wanted)
        }
      }
    }
    var inputs = self.inputs
    while inputs.count < 3 { inputs.append(.absent) }
    // The zero point's own type says how many levels there are.
    var attributes = attributes
    if type == "QuantizeLinear", try int("output_dtype", default: 0) == 0 {
      attributes["output_dtype"] = .int(try constant(2)?.dtype.levelType ?? 2)
    }
    inputs[1] = .constant(try placed(scale))
    inputs[2] = .constant(try placed(zero))
    return replacing(inputs: inputs, attributes: attributes)
  }
}

extension DType {
  /// ONNX's number of a type of whole numbers that levels may have; 0 for another one.
  fileprivate var levelType: Int {
    switch self {
    case .uint8: 2
    case .int8: 3
    case .int16: 5
    case .int32: 6
    default: 0
    }
  }
}

/// Levels of constants.
extension ConstantFolder {
  static let quantizing: [String: Fold] = [
    "DequantizeLinear": { node in
      let x = try node.operand()
      let gridded = try node.gridded(rank: x.rank) { x.shape[$0] }
      let (scale, zero) = try gridded.grid()
      return try (x.converted(to: scale.dtype) - zero) * scale
    },
    "QuantizeLinear": { node in
      let x = try node.operand()
      let gridded = try node.gridded(rank: x.rank) { x.shape[$0] }
      let (scale, zero) = try gridded.grid()
      return try QuantizationLayer(scale: scale, zero: zero, levels: gridded.levels())
        .forward([x])
    },
  ]
}
