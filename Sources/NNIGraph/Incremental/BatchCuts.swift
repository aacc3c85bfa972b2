/// Where a list of patches is cut into batches.
///
/// The patches of a batch are computed in one size, so that each costs as much as the largest; on the
/// other hand every batch reads all weights and calls every layer once more. Both are counted in
/// multiply-adds, and the cuts with the smallest sum are found by dynamic programming.
struct BatchCuts {
  /// What reading a weight costs.
  private static let weightCost = 100
  /// What calling a layer costs.
  private static let callCost = 1 << 20

  private struct Node {
    let index: Int
    /// The multiply-adds of one place of the node's value.
    let work: Int
    let map: (height: Int, width: Int)
  }

  private let nodes: [Node]
  private let batchCost: Int

  init(_ part: LocalPart) {
    nodes = part.nodes.compactMap { index in
      let work = part.multiplyAdds(at: index, [part.shapes[index][0], 1, 1])
      return work > 0 ? Node(index: index, work: work, map: part.map(index)) : nil
    }
    // In a local layer each weight is used once for a place.
    batchCost =
      nodes.reduce(0) { $0 + $1.work } * Self.weightCost + part.nodes.count * Self.callCost
  }

  /// The cheapest batches of patches in a row.
  ///
  /// - Parameters:
  ///   - boxes: For each patch the boxes that it changes of every node.
  ///   - size: How many patches a batch may hold.
  /// - Returns: The batches, in order.
  func batches(_ boxes: [[Box]], atMost size: Int) -> [Range<Int>] {
    var costs = [0]
    var starts = [0]
    for end in 1...boxes.count {
      var largest = [(rows: Int, columns: Int)](repeating: (1, 1), count: nodes.count)
      var best = (cost: Int.max, start: 0)
      for start in stride(from: end - 1, through: max(0, end - size), by: -1) {
        var work = 0
        for (place, node) in nodes.enumerated() {
          let box = boxes[start][node.index]
          largest[place].rows = max(largest[place].rows, box.rows.count)
          largest[place].columns = max(largest[place].columns, box.columns.count)
          let region = PatchRegion.extents(
            largest[place].rows, largest[place].columns, of: node.map)
          work += node.work * region.height * region.width
        }
        let cost = costs[start] + (end - start) * work + batchCost
        if cost < best.cost { best = (cost, start) }
      }
      costs.append(best.cost)
      starts.append(best.start)
    }
    var batches: [Range<Int>] = []
    var end = boxes.count
    while end > 0 {
      batches.append(starts[end]..<end)
      end = starts[end]
    }
    return batches.reversed()
  }
}
