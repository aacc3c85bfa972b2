/// Sizes that a file leaves open.
///
/// A network whose graph depends on a size that its file leaves open is made again for each size that comes
/// in; the last few are kept, and all share the file's weights. Calls, recordings and ``Model/batch(of:)`` do so by
/// themselves.
extension Model {
  /// The inputs of which the file leaves something open that the network's layers depend on; empty for other
  /// networks, whose graph is the same for all sizes that they take.
  public var openInputs: [OpenInput] { fitting?.inputs.filter(\.isOpen) ?? [] }

  /// What the graph was made for, where the file leaves it open: `input_ids [N, 16]`.
  public var sizesText: String {
    openInputs.map { Self.text($0, sizes) }.joined(separator: ", ")
  }

  private static func text(_ input: OpenInput, _ sizes: OpenSizes) -> String {
    if let number = sizes.numbers[input.name] { return "\(input.name) \(number)" }
    var extents = (sizes.shapes[input.name] ?? []).map(String.init)
    if let axis = input.sampleAxis { extents.insert("N", at: min(axis, extents.count)) }
    return "\(input.name) [\(extents.joined(separator: ", "))]"
  }

  /// The network for the sizes of named tensors, and for the numbers among them that decide what is computed.
  func fitted(toNamed values: [String: Tensor]) throws -> Model {
    guard let fitting, !inputs.isEmpty else { return self }
    var numbers: [String: Int] = [:]
    for input in fitting.inputs where input.isDeciding {
      guard let value = values[input.name], value.count == 1, !value.dtype.isFloatingPoint else {
        continue
      }
      numbers[input.name] = try value.converted(to: .int64).elements(as: Int64.self).first
        .map { Int($0) }
    }
    return try fitted(
      fitting.sizes(values.mapValues(\.shape), numbers, else: sizes), by: fitting)
  }

  /// The network for shapes of named batches.
  ///
  /// - Throws: ``InterpretabilityError`` when they contradict each other or the file, or the network cannot
  ///   take them.
  public func fitted(to shapes: [String: [Int]]) throws -> Model {
    guard let fitting else { return self }
    return try fitted(fitting.sizes(shapes, [:], else: sizes), by: fitting)
  }

  /// The network for shapes of one sample, by the inputs' names.
  func fitted(toSamples shapes: [String: [Int]]) throws -> Model {
    guard let fitting, !shapes.isEmpty else { return self }
    let batches = fitting.inputs.compactMap { input -> (String, [Int])? in
      guard var shape = shapes[input.name] else { return nil }
      if let axis = input.sampleAxis { shape.insert(1, at: min(axis, shape.count)) }
      return (input.name, shape)
    }
    return try fitted(to: Dictionary(uniqueKeysWithValues: batches))
  }

  /// The network for the size of a batch of its one input, `[N, …]`.
  ///
  /// - Throws: ``InterpretabilityError`` when the network cannot take it.
  public func fitted(to input: Tensor) throws -> Model {
    guard let fitting, inputs.isEmpty, input.rank > 0, let name = fitting.inputs.first?.name else {
      return self
    }
    return try fitted(fitting.sizes([name: input.shape], [:], else: sizes), by: fitting)
  }

  private func fitted(_ wanted: OpenSizes, by fitting: ModelFitting) throws -> Model {
    guard wanted != sizes else { return self }
    do {
      return try replacing(fitting(wanted), sizes: wanted)
    } catch let error as InterpretabilityError {
      let open = fitting.inputs.filter(\.isOpen).map { Self.text($0, wanted) }
      throw InterpretabilityError(
        .invalidInput,
        "the network cannot take \(open.joined(separator: ", ")): \(error.message)",
        node: error.node, cause: error.cause)
    }
  }
}
