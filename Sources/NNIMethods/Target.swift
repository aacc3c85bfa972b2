/// What is explained: for each sample a weighted sum of some node's elements, by default one logit.
public enum Target: Sendable, ExpressibleByIntegerLiteral, Equatable {
  /// The class with the largest logit for the clean input; fixed from there on.
  ///
  /// Of a single logit it is the logit itself, whatever its sign, unless labels name both its classes.
  case predicted
  /// The same class for every sample.
  case `class`(Int)
  /// One class for each sample.
  case classes([Int])
  /// How much more the first class than the second.
  case difference(Int, Int)
  /// One element of a node's value by its indices after the batch axis; fewer indices mean all elements
  /// below them together, so that `[3]` is a channel and `[]` the whole value.
  case neuron(NodeID, [Int])
  /// For each sample a class, summed over a region of a dense output such as a mask.
  case region([Int], Region)

  /// Where a class counts: weights `[N or 1, 1, height, width]`, usually 0 and 1.
  public struct Region: Sendable, Equatable {
    /// The weights.
    public let mask: Tensor
    /// What people call it.
    public let name: String

    /// Creates a region.
    public init(_ mask: Tensor, name: String = "region") {
      self.mask = mask
      self.name = name
    }

    public static func == (left: Region, right: Region) -> Bool {
      guard left.name == right.name, left.mask.shape == right.mask.shape else { return false }
      return (try? left.mask.doubles() == right.mask.doubles()) ?? false
    }
  }

  public init(integerLiteral value: Int) { self = .class(value) }

  /// The target for a recorded forward pass.
  ///
  /// - Parameters:
  ///   - trace: The pass.
  ///   - meaning: What the output's numbers are, such as the model's own.
  /// - Returns: The target, with its classes fixed.
  /// - Throws: ``InterpretabilityError`` when a class or a neuron does not exist.
  public func resolved(
    _ trace: Trace, _ meaning: OutputMeaning = OutputMeaning()
  ) throws -> ResolvedTarget {
    switch self {
    case .neuron(let id, let indices):
      let value = try trace[id]
      // An element of the output has the probability of its class.
      let isClass =
        id == trace.graph.output && value.rank >= 2 && !meaning.isBinary(width: value.shape[1])
      return try ResolvedTarget(
        node: id, value: value, indices: indices, meaning: isClass ? meaning : nil)
    default:
      let output = try trace[trace.graph.output]
      guard output.rank >= 2 else {
        throw InterpretabilityError(
          .invalidTarget, "the output has shape \(output.shape), which has no classes",
          node: trace.graph.output)
      }
      let target = try ResolvedTarget(
        node: trace.graph.output, output: output, weights: classWeights(output, meaning),
        meaning: meaning)
      guard case .region(_, let region) = self else { return target }
      return try target.within(region)
    }
  }

  /// The inner nodes whose values it needs.
  var nodes: Set<NodeID> { if case .neuron(let id, _) = self { [id] } else { [] } }

  /// For each sample the classes that count, with their factors.
  private func classWeights(
    _ output: Tensor, _ meaning: OutputMeaning
  ) throws -> [[(index: Int, factor: Double)]] {
    let samples = output.shape[0]
    switch self {
    case .predicted: return try meaning.predictedClasses(output).map { [($0, 1)] }
    case .class(let index): return (0..<samples).map { _ in [(index, 1)] }
    case .classes(let list), .region(let list, _):
      if case .region = self, list.count == 1 {
        return (0..<samples).map { _ in [(list[0], 1)] }
      }
      guard list.count == samples else {
        throw InterpretabilityError(
          .invalidTarget, "\(list.count) target classes were given for \(samples) samples")
      }
      return list.map { [($0, 1)] }
    case .difference(let first, let second):
      guard first != second else {
        throw InterpretabilityError(
          .invalidTarget,
          "the difference of class \(first) and itself is 0 everywhere; name two classes")
      }
      return (0..<samples).map { _ in [(first, 1), (second, -1)] }
    case .neuron: return []
    }
  }
}

extension Target {
  /// The same target for one sample of a batch alone.
  func of(sample: Int, among samples: Int) throws -> Target {
    func own(_ list: [Int]) -> [Int] { list.count == samples ? [list[sample]] : list }
    switch self {
    case .classes(let list): return .classes(own(list))
    case .region(let list, let region):
      guard region.mask.shape[0] == samples else { return .region(own(list), region) }
      let mask = try region.mask.narrowed(axis: 0, to: sample..<sample + 1)
      return .region(own(list), Region(mask, name: region.name))
    default: return self
    }
  }
}

/// A target whose classes are fixed.
public struct ResolvedTarget: Sendable {
  /// The node whose elements count.
  public let node: NodeID
  /// The factor of each element of the node's value, in the value's shape.
  public let weights: Tensor
  /// For each sample the class, if the target is one class of the output.
  public let classes: [Int]
  /// What the node's value is, if the node is the network's output.
  let meaning: OutputMeaning?

  /// `Σ weights · value` for each sample, `[N]`.
  public func score(_ value: Tensor) throws -> Tensor {
    try (value * weights).sumPerSample()
  }

  /// The target of a batch in which each sample appears `count` times in a row.
  public func repeated(_ count: Int) throws -> ResolvedTarget {
    ResolvedTarget(
      node: node, weights: try weights.repeatedInterleaving(count),
      classes: classes.flatMap { [Int](repeating: $0, count: count) }, meaning: meaning)
  }

  /// The target of a batch whose rows belong to these samples.
  public func selected(_ samples: [Int]) throws -> ResolvedTarget {
    let rows = try Tensor(samples.map { Int64($0) }, shape: [samples.count])
    let chosen = try Tensor.call(
      "aten::index_select", .tensor(weights), .int(0), .tensor(rows.moved(to: weights.device)))
    return ResolvedTarget(
      node: node, weights: chosen, classes: classes.isEmpty ? [] : samples.map { classes[$0] },
      meaning: meaning)
  }

  /// A target by the factor of each element.
  ///
  /// - Parameters:
  ///   - node: The node whose elements count.
  ///   - weights: The factor of each element, in the shape of the node's value.
  ///   - classes: For each sample the class, if the target is one class of the output.
  ///   - meaning: What the output's numbers are, if the target is of the output.
  public init(
    node: NodeID, weights: Tensor, classes: [Int] = [], meaning: OutputMeaning? = nil
  ) {
    self.node = node
    self.weights = weights
    self.classes = classes
    self.meaning = meaning
  }

  fileprivate init(
    node: NodeID, output: Tensor, weights: [[(index: Int, factor: Double)]], meaning: OutputMeaning
  ) throws {
    let shape = output.shape
    var factors = [Double](repeating: 0, count: shape[0] * shape[1])
    for (sample, list) in weights.enumerated() {
      for (index, factor) in list {
        let element = try meaning.element(ofClass: index, width: shape[1])
        factors[sample * shape[1] + element.position] += factor * element.sign
      }
    }
    let plain = try Tensor(factors, shape: [shape[0], shape[1]], dtype: output.dtype)
      .moved(to: output.device)
    let aligned = try plain.reshaped([shape[0], shape[1]] + shape.dropFirst(2).map { _ in 1 })
    self.init(
      node: node, weights: try aligned.expanded(to: shape),
      classes: weights.compactMap { $0.count == 1 ? $0[0].index : nil }, meaning: meaning)
  }

  /// The target with its weights times a region's.
  fileprivate func within(_ region: Target.Region) throws -> ResolvedTarget {
    let (shape, mask) = (weights.shape, region.mask.shape)
    guard mask.count == shape.count, shape.count > 2, [1, shape[0]].contains(mask[0]),
      mask[1] == 1, mask.dropFirst(2) == shape.dropFirst(2)
    else {
      throw InterpretabilityError(
        .invalidTarget,
        "the region \(region.name) has shape \(mask), the output \(shape); wanted "
          + "\([shape[0], 1] + shape.dropFirst(2))", node: node)
    }
    let factors = try region.mask.converted(to: weights.dtype).moved(to: weights.device)
    guard try factors.isFinite() else {
      throw InterpretabilityError(
        .invalidTarget, "the region \(region.name) holds NaN or infinity", node: node)
    }
    return ResolvedTarget(
      node: node, weights: try weights * factors, classes: classes, meaning: meaning)
  }

  fileprivate init(
    node: NodeID, value: Tensor, indices: [Int], meaning: OutputMeaning?
  ) throws {
    let extents = Array(value.shape.dropFirst())
    guard indices.count <= extents.count,
      zip(indices, extents).allSatisfy({ $0 >= 0 && $0 < $1 })
    else {
      throw InterpretabilityError(
        .invalidTarget, "there is no neuron \(indices); a sample's value has shape \(extents)",
        node: node)
    }
    let offset = zip(indices, extents).reduce(0) { $0 * $1.1 + $1.0 }
    let width = extents.dropFirst(indices.count).reduce(1, *)
    var one = [Double](repeating: 0, count: extents.reduce(1, *))
    for element in (offset * width)..<((offset + 1) * width) { one[element] = 1 }
    let weights = try Tensor(one, shape: [1] + extents, dtype: value.dtype).moved(to: value.device)
    self.init(node: node, weights: try weights.expanded(to: value.shape), meaning: meaning)
  }
}
