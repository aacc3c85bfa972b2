/// Selective state spaces: a scan whose steps, writes and reads are computed from what it scans.
///
/// - Reference: Gu and Dao 2023, *Mamba*, section 3 (`gu2023mamba`).
extension Graph {
  /// The products of what selects with what is selected, of which all goes to the latter.
  ///
  /// A selection is what follows from one layer alone: the one that makes a step `Δ = softplus(…)`, whose exponential
  /// `exp(Δ A)` is how much a state keeps. From the same layer come the factors by which states are written and read.
  func selectedShares() throws -> [(NodeSelector, any PropagationRule)] {
    let isExplained = leadsBack(to: [try index(of: input)])
    var found: [(NodeSelector, any PropagationRule)] = []
    for source in Set(nodes.indices.compactMap(selection(at:))).sorted() {
      let selects = dominated(by: source, isExplained)
      guard !selects[outputIndex] else { continue }
      for node in nodes where node.layer.kind == .product {
        let portions = node.inputIndices.map { isExplained[$0] && !selects[$0] ? 1.0 : 0 }
        let (count, selected) = (
          portions.reduce(0, +), node.inputIndices.count { selects[$0] }
        )
        guard count > 0, selected > 0 else { continue }
        found.append((.node(node.id), ProductShareRule(portions.map { $0 / count })))
      }
    }
    return found
  }

  /// The layer from which the steps of a scan come, if a node is the share of a state that is kept.
  private func selection(at index: Int) -> Int? {
    guard isActivation(index, .exponential) else { return nil }
    var place = before(index)
    while let current = place, !isActivation(current, .softplus) {
      guard [.affine, .structural, .product].contains(nodes[current].layer.kind) else {
        return nil
      }
      place = before(current)
    }
    guard let steps = place else { return nil }
    let linear: Set<LayerKind> = [.dense, .affine, .structural]
    var source: Int?
    place = before(steps)
    while let current = place, linear.contains(nodes[current].layer.kind) {
      if nodes[current].layer.kind == .dense { source = current }
      place = before(current)
    }
    return source
  }

  private func isActivation(_ index: Int, _ function: ActivationLayer.Function) -> Bool {
    (nodes[index].layer as? ActivationLayer)?.function == function
  }

  /// The one node that a node's value comes from.
  private func before(_ index: Int) -> Int? {
    let sources = nodes[index].inputIndices.filter { nodes[$0].layer.kind.carriesSignal }
    return sources.count == 1 ? sources[0] : nil
  }

  /// Which values depend on what is explained through one node only, that node among them.
  private func dominated(by source: Int, _ isExplained: [Bool]) -> [Bool] {
    var result = [Bool](repeating: false, count: nodes.count)
    result[source] = true
    for index in nodes.indices.dropFirst(source + 1) where isExplained[index] {
      result[index] = nodes[index].inputIndices.allSatisfy { result[$0] || !isExplained[$0] }
    }
    return result
  }
}
