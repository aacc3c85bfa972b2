/// How strongly a hidden node answers: one neuron, the mean of a channel, or all of it squared.
///
/// - Reference: Olah et al. 2017, *Feature Visualization*, “Optimization Objectives”
///   (`olah2017feature`); Mordvintsev et al. 2015, *Inceptionism* (`mordvintsev2015inceptionism`), for
///   the whole layer.
public struct ActivationObjective: ObjectiveTerm {
  /// The node.
  public var node: NodeID
  /// Which of its elements, by their indices after the batch axis; fewer indices mean the mean of all
  /// elements below them, and none the mean square of the whole value (DeepDream's objective).
  public var indices: [Int]

  /// Creates a term.
  public init(_ node: NodeID, _ indices: [Int]) {
    self.node = node
    self.indices = indices
  }

  public var text: String {
    let place = indices.map(String.init).joined(separator: ",")
    return place.isEmpty ? node.name : "\(node.name):\(place)"
  }

  public func source(in graph: Graph) throws -> ObjectiveSource {
    _ = try graph[node]
    return .nodes([node])
  }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    var value = try only(inputs, in: batch)
    let extents = Array(value.shape.dropFirst())
    guard indices.count <= extents.count,
      zip(indices, extents).allSatisfy({ $0 >= 0 && $0 < $1 })
    else {
      throw InterpretabilityError(
        .invalidTarget,
        "there is no neuron \(indices); an image's value has shape \(extents)", node: node)
    }
    guard !indices.isEmpty else { return try value.squared().orderedMeanPerSample() }
    for index in indices { value = try value.selected(axis: 1, index: index) }
    return try value.orderedMeanPerSample()
  }
}

/// The middle neuron of a channel, whatever the size of the image.
///
/// Of an even number of places the middle is the one after: `⌊H/2⌋`, `⌊W/2⌋`, as in Lucid.
public struct CentralNeuronObjective: ObjectiveTerm {
  /// The node.
  public var node: NodeID
  /// The channel.
  public var channel: Int

  /// Creates a term.
  public init(_ node: NodeID, channel: Int) {
    self.node = node
    self.channel = channel
  }

  public var text: String { "neuron:\(node.name):\(channel)" }

  public func source(in graph: Graph) throws -> ObjectiveSource {
    _ = try graph[node]
    return .nodes([node])
  }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    let middle = try only(inputs, in: batch).shape.dropFirst(2).map { $0 / 2 }
    return try ActivationObjective(node, [channel] + middle).values(inputs, in: batch)
  }
}

extension Objective {
  /// The mean of a channel.
  public static func channel(_ node: NodeID, _ channel: Int) -> Objective {
    Objective(ActivationObjective(node, [channel]))
  }

  /// One neuron, by its indices after the batch axis.
  public static func neuron(_ node: NodeID, _ indices: [Int]) -> Objective {
    Objective(ActivationObjective(node, indices))
  }

  /// The middle neuron of a channel.
  public static func centralNeuron(_ node: NodeID, _ channel: Int) -> Objective {
    Objective(CentralNeuronObjective(node, channel: channel))
  }

  /// The mean square of a node's whole value.
  public static func layer(_ node: NodeID) -> Objective {
    Objective(ActivationObjective(node, []))
  }
}
