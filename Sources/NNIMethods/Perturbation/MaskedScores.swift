/// The target's score with each of some parts of the input replaced.
///
/// Where it pays, only what a part changes is computed again; else every masked input goes through the
/// whole network.
struct MaskedScores {
  private let scores: VariantScores
  private let input: Tensor
  private let fill: Tensor
  private let recomputation: Recomputation

  /// Fixes the target from a clean forward pass.
  ///
  /// - Throws: ``InterpretabilityError`` for a target or a fill that does not fit.
  init(
    _ recording: Recording, target: Target, kind: ScoreKind, fill: Fill,
    recomputation: Recomputation = Recomputation()
  ) throws {
    scores = try VariantScores(
      BackwardPass(recording, target: target), kind: kind, batch: recomputation.batch)
    input = recording.input
    self.fill = try fill.resolved(for: input)
    self.recomputation = recomputation
  }

  /// The clean score of each sample, `[N]`.
  var clean: Tensor { scores.clean }

  var target: ResolvedTarget { scores.pass.target }

  /// The score with each of the parts replaced, `[N, parts.count]`.
  func callAsFunction(_ parts: some InputParts) throws -> Tensor {
    if let patches = try parts.patches(samples: input.shape[0]),
      let schedule = try recomputation.schedule(patches, scores.pass.trace, to: target.node)
    {
      return try scores(parts, patches, schedule)
    }
    let (clean, filled) = try (input.unsqueezed(1), fill.unsqueezed(1))
    return try scores(parts.count, at: scores.pass.trace.graph.input) { range in
      try filled.selected(where: parts.masks(range).moved(to: input.device), otherwise: clean)
    }
  }

  private func scores(
    _ parts: some InputParts, _ patches: [Patch], _ schedule: PatchSchedule
  ) throws -> Tensor {
    let filled = try fill.expanded(to: input.shape)
    return try scores(schedule) { batch, region in
      let chosen = batch.positions.map { patches[$0] }
      return try filled.cut(region, samples: batch.samples).selected(
        where: parts.masks(chosen, in: region),
        otherwise: input.cut(region, samples: batch.samples))
    }.reshaped([input.shape[0], parts.count])
  }
}
