extension Trace {
  /// The value of the scheduled end for inputs that differ from the recorded ones in a box each.
  ///
  /// Each node of the local part computes only what its patch changes; all else is read from the record.
  ///
  /// - Parameters:
  ///   - schedule: The patches in batches.
  ///   - contents: The input's values in the given region of each of a batch's patches,
  ///     `[patches, C, height, width]`.
  ///   - body: Receives the patches' positions in the scheduled list, their samples, and the end's
  ///     values, `[patches, …]`; called for some patches after the other.
  /// - Throws: ``InterpretabilityError`` that names the node at which a layer refused its inputs.
  package func forward(
    _ schedule: PatchSchedule, contents: (PatchBatch, PatchRegion) throws -> Tensor,
    _ body: (_ positions: [Int], _ samples: [Int], _ values: Tensor) throws -> Void
  ) throws {
    let part = schedule.part
    let end = part.graph.nodes[part.end].id
    var (positions, samples): ([Int], [Int]) = ([], [])
    var waiting: [Int: [Tensor]] = [:]

    func flush() throws {
      guard !positions.isEmpty else { return }
      let values = try waiting.mapValues {
        $0.count == 1 ? $0[0] : try Tensor.concatenated($0, axis: 0)
      }
      waiting = [:]
      try body(positions, samples, forward(replacing: values, samples: samples, to: end))
      (positions, samples) = ([], [])
    }
    try Computation.forEach(schedule.batches) { batch in
      if positions.count + batch.positions.count > schedule.rowsAtOnce { try flush() }
      let values = try handover(part, batch, contents)
      for (index, value) in values { waiting[index, default: []].append(value) }
      positions += batch.positions
      samples += batch.samples
    }
    try flush()
  }

  /// The whole values of the local part's last nodes, for a batch of patches.
  private func handover(
    _ part: LocalPart, _ batch: PatchBatch,
    _ contents: (PatchBatch, PatchRegion) throws -> Tensor
  ) throws -> [Int: Tensor] {
    var uses = [Int](repeating: 0, count: graph.nodes.count)
    for index in part.nodes { for source in graph.nodes[index].inputIndices { uses[source] += 1 } }
    var current = [Tensor?](repeating: nil, count: graph.nodes.count)
    var whole: [Int: Tensor] = [:]

    func cut(_ index: Int, _ region: PatchRegion, border: Double) throws -> Tensor {
      guard let values = current[index], let own = batch.regions[index] else {
        return try record(index).cut(region, samples: batch.samples, border: border)
      }
      return try own == region
        ? values
        : record(index).cut(
          region, samples: batch.samples, border: border, changed: (values, own))
    }
    func isWhole(_ index: Int) -> Bool {
      guard let region = batch.regions[index] else { return true }
      return (region.height, region.width) == part.map(index)
    }
    func mapRegion(_ index: Int) -> PatchRegion {
      let map = part.map(index)
      return PatchRegion(wholeMap: map.height, map.width, patches: batch.samples.count)
    }
    for index in part.nodes {
      guard let region = batch.regions[index] else { continue }
      let node = graph.nodes[index]
      if let view = part.views[index] {
        let isOrdinary = ([index] + node.inputIndices).allSatisfy(isWhole)
        let seen = region.seen(through: view.window)
        let inputs = try node.inputIndices.map {
          try cut($0, isOrdinary ? mapRegion($0) : seen, border: view.border)
        }
        let layer = isOrdinary ? node.layer : view.unpadded
        current[index] = try graph.value(of: node, inputs) { try layer.forward($1) }
      } else {
        current[index] = try contents(batch, region)
      }
      if part.handover.contains(index) {
        whole[index] = try cut(index, mapRegion(index), border: 0)
      }
      for source in node.inputIndices {
        uses[source] -= 1
        if uses[source] == 0 { current[source] = nil }
      }
    }
    return whole
  }

  private func record(_ index: Int) throws -> Tensor { try self[graph.nodes[index].id] }
}
