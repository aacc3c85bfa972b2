internal import Foundation

extension Model {
  /// The same network with learnt numbers replaced by random ones, from a node on to the output: its
  /// twin that has learnt nothing there.
  ///
  /// Each parameter is replaced by numbers of its own size (see ``WeightRandomization``), drawn by the seed
  /// and the name of the first node that holds it; so a later start gives the same numbers for what is
  /// replaced. Batch norms keep their numbers and exchange channels. A parameter that several nodes share is
  /// one parameter: it is replaced once, everywhere, as soon as one of its nodes is reached. Two are taken
  /// for the same if they are equal to the bit.
  ///
  /// ```swift
  /// let twin = try model.randomized(from: "fc")
  /// ```
  ///
  /// - Parameters:
  ///   - randomization: What takes the place of parameters.
  ///   - first: The first node whose parameters are replaced, in the graph's order; everything when left
  ///     out.
  /// - Returns: The twin.
  /// - Throws: ``InterpretabilityError`` when there is no such node.
  public func randomized(
    _ randomization: WeightRandomization = WeightRandomization(), from first: NodeID? = nil
  ) throws -> Model {
    let start = try first.map(graph.index(of:)) ?? 0
    return try randomized(randomization, nodes: Set(graph.nodes[start...].map(\.id)))
  }

  /// The same network with the learnt numbers of some nodes replaced by random ones.
  ///
  /// - Parameters:
  ///   - randomization: What takes the place of parameters.
  ///   - nodes: The nodes; those without parameters do not matter.
  /// - Returns: The twin.
  /// - Throws: ``InterpretabilityError`` when there is no such node.
  public func randomized(
    _ randomization: WeightRandomization = WeightRandomization(), nodes: Set<NodeID>
  ) throws -> Model {
    for node in nodes { _ = try graph[node] }
    let parameters = try SharedParameters(graph)
    let reached = try Set(nodes.flatMap { try parameters.keys(of: graph[$0]) })
    var copy = self
    for node in graph.nodes {
      let keys = parameters.keys(of: node)
      guard keys.contains(where: reached.contains) else { continue }
      if let norm = node.layer as? BatchNormLayer {
        let layer = try randomization.replaced(norm, named: parameters.name(of: keys[0]))
        try copy.graph.setLayer(layer, at: node.id)
        continue
      }
      var index = 0
      let layer = try node.layer.mapParameters { parameter in
        defer { index += 1 }
        guard reached.contains(keys[index]) else { return parameter }
        return try randomization.replaced(parameter, named: parameters.name(of: keys[index]))
      }
      try copy.graph.setLayer(layer, at: node.id)
    }
    return copy
  }
}

/// Which parameters of a graph are the same.
private struct SharedParameters {
  /// A parameter's value.
  struct Key: Hashable {
    let shape: [Int]
    let bytes: Data
    /// What does not vary is never the same: zeros of one bias are not those of another.
    let place: String
  }

  private var names: [Key: String] = [:]
  private var keys: [NodeID: [Key]] = [:]

  init(_ graph: Graph) throws {
    for node in graph.nodes {
      var own: [Key] = []
      _ = try node.layer.mapParameters { parameter in
        let name = "\(node.id.name)/\(own.count)"
        let bytes = try parameter.data()
        let isConstant = try parameter.isConstant()
        own.append(
          Key(
            shape: parameter.shape, bytes: isConstant ? Data() : bytes,
            place: isConstant ? name : ""))
        return parameter
      }
      for (index, key) in own.enumerated() where names[key] == nil {
        names[key] = "\(node.id.name)/\(index)"
      }
      keys[node.id] = own
    }
  }

  func keys(of node: Graph.Node) -> [Key] { keys[node.id] ?? [] }

  /// The name of the first node that holds the parameter, with its place there.
  func name(of key: Key) -> String { names[key] ?? "" }
}

extension Tensor {
  fileprivate func isConstant() throws -> Bool {
    guard count > 1 else { return true }
    let values = try flattened()
    let range = try values.maximum(over: [0]) - values.minimum(over: [0])
    return try range.converted(to: .float64).item() == 0
  }
}
