/// In which batches a list of patches goes through a network, and what that costs.
package struct PatchSchedule: Sendable {
  /// The bytes that a pass may hold, unless stated otherwise.
  package static let usualMemory = 32 << 20

  let part: LocalPart
  package let batches: [PatchBatch]
  /// How many patches may go through the rest of the network at once.
  let rowsAtOnce: Int
  /// The multiply-adds, as a share of those of complete passes.
  package let multiplyAddShare: Double

  /// The cheapest batches for a list of patches; `nil` where the network has no local part.
  ///
  /// Patches of like reach go together: at the border of the image they reach less.
  ///
  /// - Parameters:
  ///   - part: The network's local part.
  ///   - patches: What changes, in any order.
  ///   - memory: The bytes that a pass may hold.
  ///   - elementBytes: The size of an element.
  package init?(_ part: LocalPart, _ patches: [Patch], memory: Int, elementBytes: Int) {
    guard part.nodes.count > 1, !patches.isEmpty else { return nil }
    let boxes = patches.map { part.boxes(changing: $0.box) }
    let reach = boxes.map { boxes in
      boxes.reduce(into: (rows: 0, columns: 0)) {
        $0.rows += $1.rows.count
        $0.columns += $1.columns.count
      }
    }
    // The largest first: their memory then serves the smaller ones.
    let order = patches.indices.sorted {
      (reach[$1].rows, reach[$1].columns, $0) < (reach[$0].rows, reach[$0].columns, $1)
    }
    func batch(_ positions: some Sequence<Int>) -> PatchBatch {
      let positions = Array(positions)
      return PatchBatch(
        part, positions: positions, samples: positions.map { patches[$0].sample },
        boxes: positions.map { boxes[$0] })
    }
    let largest = batch(order).elementsPerPatch(part)
    let whole = part.rest.map { index in
      ([index] + part.graph.nodes[index].inputIndices).reduce(0) {
        $0 + part.shapes[$1].reduce(1, *)
      }
    }
    rowsAtOnce = max(1, memory / max(1, elementBytes * (whole.max() ?? 1)))
    let size = min(rowsAtOnce, max(1, memory / max(1, elementBytes * largest)))
    batches = BatchCuts(part).batches(order.map { boxes[$0] }, atMost: size).map {
      batch(order[$0])
    }
    let total = batches.reduce(0) { $0 + $1.multiplyAdds(part) }
    let complete = patches.count * part.multiplyAdds
    guard complete > 0 else { return nil }
    multiplyAddShare = Double(total) / Double(complete)
    self.part = part
  }
}
