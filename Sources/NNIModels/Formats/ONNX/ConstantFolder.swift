/// Computes nodes whose inputs are all known when the file is read: exporters spell out shapes and
/// paddings as little programs.
struct ConstantFolder {
  typealias Fold = @Sendable (OperatorNode) throws -> Tensor

  /// The layers' entries: an activation of a constant is computed by its layer.
  let entries: [String: OperatorEntry]

  /// The outputs of a node without computed inputs.
  ///
  /// - Throws: ``InterpretabilityError`` when the operator is not known.
  func outputs(of node: OperatorNode) throws -> [Tensor] {
    do {
      if node.type == "Split" { return try Self.split(node) }
      if let fold = Self.moving[node.type] ?? Self.arithmetic[node.type]
        ?? Self.indexing[node.type] ?? Self.quantizing[node.type]
      {
        return [try fold(node)]
      }
      return [try activation(node)]
    } catch let error as InterpretabilityError {
      throw error
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(node.type) cannot be computed of its constants", node: node.id,
        cause: error)
    }
  }

  /// Whether an operator is computed of constants without a layer of its own.
  static func isKnown(_ type: String) -> Bool {
    type == "Split" || moving[type] != nil || arithmetic[type] != nil || indexing[type] != nil
      || quantizing[type] != nil
  }

  private func activation(_ node: OperatorNode) throws -> Tensor {
    guard let entry = entries[node.type], case .constant(let x)? = node.inputs.first else {
      throw node.unsupported("the operator is not supported on constants")
    }
    var inputs = [.node(node.id)] + node.inputs.dropFirst()
    if node.type == "Resize", inputs.count > 3, let sizes = try node.integers(3),
      sizes.count == x.rank
    {
      // An axis that stays is no axis to resize.
      let changed = zip(sizes, x.shape).map { Int64($0 == $1 ? 0 : $0) }
      inputs[3] = .constant(try Tensor(changed, shape: [changed.count]))
    }
    let layer = try entry.build(node.replacing(inputs: inputs))
    return try layer.forward([x])
  }
}

extension OperatorNode {
  /// The first input of a node of constants.
  func operand() throws -> Tensor { try requiredConstant(0, "input") }

  /// The whole number that an input must be.
  func wholeNumber(_ position: Int, _ what: String) throws -> Int {
    let tensor = try requiredConstant(position, what)
    guard tensor.count == 1, let number = Int(exactly: try tensor.item().rounded()) else {
      throw InterpretabilityError(
        .invalidFile, "\(type): a \(what) of shape \(tensor.shape) that is no whole number",
        node: id)
    }
    return number
  }

  /// An axis of a constant, counted from the start.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    let position = axis < 0 ? axis + rank : axis
    guard (0..<max(rank, 1)).contains(position) else {
      throw InterpretabilityError(
        .invalidFile, "\(type): a constant of \(rank) axes has no axis \(axis)", node: id)
    }
    return position
  }

  /// Axes from an input or an attribute, in rising order; `nil` if none are stated.
  func axes(input position: Int, rank: Int) throws -> [Int]? {
    guard let axes = try integers(position) ?? ints("axes") else { return nil }
    return try Set(axes.map { try axis($0, rank: rank) }).sorted()
  }

  /// `shape`, if a constant may have it.
  func checked(_ shape: [Int]) throws -> [Int] {
    guard shape.count <= 16, let count = TensorSize.count(of: shape), count <= TensorSize.limit
    else {
      throw InterpretabilityError(
        .invalidFile, "\(type): a constant of shape \(shape) is impossible or too large", node: id)
    }
    return shape
  }

  /// The shape that two shapes broadcast to, if a constant may have it.
  func broadcast(_ left: [Int], _ right: [Int]) throws -> [Int] {
    let rank = max(left.count, right.count)
    func padded(_ shape: [Int]) -> [Int] {
      [Int](repeating: 1, count: rank - shape.count) + shape
    }
    return try checked(
      zip(padded(left), padded(right)).map { pair in
        guard pair.0 == pair.1 || pair.0 == 1 || pair.1 == 1 else {
          throw InterpretabilityError(
            .invalidFile, "\(type): constants of shapes \(left) and \(right) do not fit", node: id)
        }
        return pair.0 == 1 ? pair.1 : pair.0
      })
  }
}
