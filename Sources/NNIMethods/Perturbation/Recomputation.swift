/// How much of the network is computed again when a part of its input changes.
struct Recomputation: Sendable {
  /// Whether only what a part changes is computed again, where that pays.
  var isIncremental = true
  /// The share of a complete pass's multiply-adds from which on that does not pay.
  var worthwhileShare = 0.9
  /// The bytes that a pass may hold that computes only what changes.
  var memory = PatchSchedule.usualMemory
  /// How many inputs go through the whole network at once.
  var batch = VariantScores.usualBatch

  /// What is read of a recorded pass: the values that a changed box of the input leaves whole elsewhere.
  static func scope(in graph: Graph) -> RecordingScope {
    RecordingScope(rules: [:], values: LocalPart.nodesRead(of: graph), sources: [])
  }

  /// In which batches the patches of a recorded input go through the network; `nil` where complete
  /// passes are as good.
  func schedule(_ patches: [Patch], _ trace: Trace, to end: NodeID) throws -> PatchSchedule? {
    let input = try trace[trace.graph.input]
    guard input.device == .cpu else { return nil }
    return try schedule(
      patches, trace.graph, shapes: trace.sampleShapes, to: end, elementBytes: input.dtype.byteCount
    )
  }

  /// The same for a graph whose values have these shapes for one sample.
  func schedule(
    _ patches: [Patch], _ graph: Graph, shapes: [NodeID: [Int]], to end: NodeID, elementBytes: Int
  ) throws -> PatchSchedule? {
    guard isIncremental else { return nil }
    let schedule = try PatchSchedule(
      LocalPart(graph, shapes: shapes, end: end), patches, memory: memory,
      elementBytes: elementBytes)
    return schedule.flatMap { $0.multiplyAddShare < worthwhileShare ? $0 : nil }
  }
}
