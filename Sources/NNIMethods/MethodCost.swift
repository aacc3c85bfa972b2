/// What a method will do, told before it runs.
public struct MethodCost: Sendable, Codable {
  /// Forward passes of each sample.
  public var forward: Int
  /// Backward passes of each sample.
  public var backward: Int
  /// Whether more may follow, as a tolerance asks for.
  public var isAtLeast: Bool
  /// How many inputs go through the network at once.
  public var inputsAtOnce: Int
  /// How the passes of changed inputs are made; `nil` where a method makes none.
  public var recomputation: Recomputation?

  /// How much of the network is computed again when a part of its input changes.
  public struct Recomputation: Sendable, Codable, Equatable {
    /// Whether only what a part changes is computed again; else each pass is complete.
    public var isIncremental: Bool
    /// The multiply-adds, as a share of those of complete passes.
    public var multiplyAddShare: Double
    /// How many bytes a pass holds at most, beside the record of the clean pass.
    public var bytes: Int
  }

  /// Creates a cost.
  public init(
    forward: Int, backward: Int, isAtLeast: Bool = false, inputsAtOnce: Int,
    recomputation: Recomputation? = nil
  ) {
    self.forward = forward
    self.backward = backward
    self.isAtLeast = isAtLeast
    self.inputsAtOnce = inputsAtOnce
    self.recomputation = recomputation
  }
}

/// What a cost depends on: the shapes of a network's values for one sample, and how many samples.
public struct CostContext: Sendable {
  /// The shape of each node's value for one sample, without the batch axis.
  public let shapes: [NodeID: [Int]]
  /// The graph.
  public let graph: Graph
  /// How many samples are explained together.
  public let samples: Int
  /// How many inputs methods that need many send through the network at once.
  public let inputsAtOnce: Int
  let elementBytes: Int

  /// Runs the network once, on zeros, for the shapes.
  ///
  /// - Throws: ``InterpretabilityError`` when the network cannot take the shape.
  public init(_ model: Model, sampleShape: [Int], samples: Int, dtype: DType) throws {
    let zeros = try Tensor.full([1] + sampleShape, 0, dtype: dtype)
    let model = try model.fitted(to: zeros)
    let trace = try model.graph.trace(zeros, readable: [])
    var shapes: [NodeID: [Int]] = [:]
    for node in model.graph.nodes {
      shapes[node.id] = (try? trace[node.id].shape).map { Array($0.dropFirst()) }
    }
    self.shapes = shapes
    self.samples = samples
    graph = model.graph
    let isComputed = Set(try model.prepared(.fused(keeping: [])).nodes.map(\.id))
    let bytes = model.graph.nodes.reduce(0) { sum, node in
      guard isComputed.contains(node.id), node.layer.kind != .structural else { return sum }
      return sum + (shapes[node.id] ?? []).reduce(1, *) * dtype.byteCount
    }
    inputsAtOnce = MemoryBudget.inputsAtOnce(bytes)
    elementBytes = dtype.byteCount
  }

  /// The bytes of all values of one input.
  package var bytesPerSample: Int {
    graph.nodes.reduce(0) { sum, node in
      guard node.layer.kind != .structural else { return sum }
      return sum + (shapes[node.id] ?? []).reduce(1, *) * elementBytes
    }
  }

  /// The extent of the channel axis of a layer, or of the last layer with feature maps.
  func channels(_ layer: NodeID) throws -> Int {
    if !layer.name.isEmpty {
      _ = try graph[layer]
      return channels(at: layer)
    }
    return (try? layout.lastLayer(before: graph.output)).map(channels(at:)) ?? 1
  }

  private var layout: FeatureMapLayout {
    FeatureMapLayout(graph) { id in shapes[id].map { [1] + $0 } }
  }

  private func channels(at layer: NodeID) -> Int {
    let order = layout.order(of: layer)
    guard order.count > 1, let shape = shapes[layer] else { return 1 }
    return shape[order[1] - 1]
  }

  /// The bytes that a method holds at its peak, roughly: with a recording the values of all nodes, and
  /// as much again for what their derivatives need; without, the two largest; where only what changes is
  /// computed again, the values of all nodes and what a pass may hold.
  public func peakBytes(of cost: MethodCost) -> Int {
    let sizes = shapes.values.map { $0.reduce(1, *) * elementBytes }
    let total = sizes.reduce(0, +)
    if let recomputation = cost.recomputation, recomputation.isIncremental {
      return total * samples + recomputation.bytes
    }
    return cost.inputsAtOnce
      * (cost.backward > 0 ? 2 * total : sizes.sorted().suffix(2).reduce(0, +))
  }
}
