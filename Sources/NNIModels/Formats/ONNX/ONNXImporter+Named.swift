/// Operators that libtorch computes by name.
extension ONNXImporter {
  /// Adds a node of such an operator, whose operands have their samples first.
  ///
  /// Operands that are known by now become arguments of the layer; if all are, so is the value.
  ///
  /// - Throws: ``InterpretabilityError`` when its value for two samples is not that for one and for the other.
  mutating func addNamed(
    _ layer: NamedOperatorLayer, _ proto: ONNXNodeProto, inputs: [OperatorNode.Input]
  ) throws {
    guard let name = proto.output.first else { return }
    let constants = inputs.map { input -> Tensor? in
      if case .constant(let tensor) = input { tensor } else { nil }
    }
    let node = OperatorNode(
      id: unused(proto.id, name), type: layer.operation, version: file.version,
      inputs: inputs.filter { if case .constant = $0 { false } else { true } }, attributes: [:])
    var layer = layer.filled(constants)
    if node.inputs.isEmpty {
      setValue(.constant(try known(layer, node)), of: name)
      return
    }
    if dtype == .float64 { layer = try layer.mapParameters { try $0.converted(to: .float64) } }
    var sources: [NodeID] = []
    for source in node.sources {
      guard let first = try closed(source, for: node) else {
        throw node.unsupported("the samples are not the first axis of its operands")
      }
      sources.append(first)
    }
    guard sources.count == node.inputs.count else {
      throw node.unsupported("an operand that is left out")
    }
    try checkSamples(layer, sources, node)
    try graph.add(layer, as: node.id, after: sources)
    note(node.id, SamplePlace())
    setValue(.node(node.id), of: name)
  }

  /// The value of an operator of known operands alone.
  private func known(_ layer: NamedOperatorLayer, _ node: OperatorNode) throws -> Tensor {
    let value: Tensor
    do {
      value = try layer.forward([])
    } catch let error as TorchError {
      throw node.unsupported("it is not defined for its constants: \(error.message)")
    }
    guard value.count <= TensorSize.limit else {
      throw node.unsupported("a constant of shape \(value.shape) is too large")
    }
    return value
  }

  /// Computes the operator of two made-up samples together and apart.
  private mutating func checkSamples(
    _ layer: NamedOperatorLayer, _ sources: [NodeID], _ node: OperatorNode
  ) throws {
    var both: [Tensor] = []
    for (place, source) in sources.enumerated() {
      let shape = try shapes.shape(of: source, in: graph, for: node)
      let type = try shapes.type(of: source, in: graph, for: node)
      let count = shape.dropFirst().reduce(1, *)
      guard shape.first == 1, count <= TensorSize.limit / 2 else {
        throw node.unsupported("operands of shape \(shape)")
      }
      // Numbers between 0.5 and 0.9 without a pattern; of whole numbers zeros, which any table has.
      let values = (0..<(2 * count)).map { index -> Double in
        let step: Int = index * 7919 + place * 104_729 + index / max(count, 1)
        return type.isFloatingPoint ? 0.5 + 0.4 * Double(step % 1009) / 1009 : 0
      }
      both.append(
        try Tensor(values, shape: [2] + shape.dropFirst(), dtype: .float64).converted(to: type))
    }
    let together: Tensor
    var apart: [Tensor] = []
    do {
      together = try layer.forward(both)
      let isComplex = try Tensor.results(of: "aten::is_complex", [.tensor(together)]).first
      if case .bool(true)? = isComplex {
        throw node.unsupported("its value has complex numbers, which are not read")
      }
      for sample in 0..<2 {
        apart.append(
          try layer.forward(both.map { try $0.narrowed(axis: 0, to: sample..<(sample + 1)) }))
      }
    } catch let error as TorchError {
      throw node.unsupported("it does not take samples one by one: \(error.message)")
    }
    guard apart.allSatisfy({ $0.rank > 0 && $0.shape[0] == 1 && $0.rank == together.rank }),
      together.shape == [2] + apart[0].shape.dropFirst(), apart[0].shape == apart[1].shape,
      try isClose(together, Tensor.concatenated(apart, axis: 0))
    else { throw mixes(node, "two samples together give another value than one by one") }
  }

  private func isClose(_ left: Tensor, _ right: Tensor) throws -> Bool {
    let (a, b) = (try left.converted(to: .float64), try right.converted(to: .float64))
    let close = try Tensor.call(
      "aten::isclose", .tensor(a), .tensor(b), .double(1e-3), .double(1e-4), .bool(true))
    return try Tensor.call("aten::all", .tensor(close)).item() != 0
  }
}
