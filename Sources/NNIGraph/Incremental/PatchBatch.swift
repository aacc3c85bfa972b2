/// Patches that go through the network together, and what they change of each node.
package struct PatchBatch: Sendable {
  /// The patches' positions in the list that they come from.
  package let positions: [Int]
  /// For each patch its sample.
  package let samples: [Int]
  /// For each node of the local part what is computed again.
  let regions: [PatchRegion?]

  /// Patches with the boxes that they change of every node.
  init(_ part: LocalPart, positions: [Int], samples: [Int], boxes: [[Box]]) {
    self.positions = positions
    self.samples = samples
    var regions = [PatchRegion?](repeating: nil, count: part.graph.nodes.count)
    for index in part.nodes {
      regions[index] = PatchRegion(
        holding: boxes.map { $0[index] }, map: part.map(index))
    }
    self.regions = regions
  }

  /// How many multiply-adds the batch takes.
  func multiplyAdds(_ part: LocalPart) -> Int {
    let local = part.nodes.reduce(0) { sum, index in
      guard let region = regions[index] else { return sum }
      return sum
        + part.multiplyAdds(at: index, [part.shapes[index][0], region.height, region.width])
    }
    let rest = part.rest.reduce(0) { $0 + part.multiplyAdds(at: $1, part.shapes[$1]) }
    return positions.count * (local + rest)
  }

  /// The largest number of elements that one patch holds while a node is computed.
  func elementsPerPatch(_ part: LocalPart) -> Int {
    let local = part.nodes.map { index in
      guard let region = regions[index] else { return 0 }
      let inputs = part.graph.nodes[index].inputIndices.reduce(0) { sum, source in
        let seen = part.views[index].map { region.seen(through: $0.window) } ?? region
        return sum + part.shapes[source][0] * seen.height * seen.width
      }
      return inputs + part.shapes[index][0] * region.height * region.width
    }
    return local.max() ?? 0
  }
}
