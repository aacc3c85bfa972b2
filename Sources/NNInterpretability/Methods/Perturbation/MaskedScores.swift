/// Parts of an input that are replaced one after the other.
protocol InputParts: Sendable {
  /// How many parts there are.
  var count: Int { get }
  /// Which elements belong to each of some parts: `bool`, and with the sample's axes after the first
  /// two it broadcasts over `[N, m, C, …]`.
  func masks(_ range: Range<Int>) throws -> Tensor
}

/// The target's score with each of some parts of the input replaced.
///
/// Every masked input goes through the whole network, a few in one batch.
struct MaskedScores {
  private let scores: VariantScores
  private let input: Tensor
  private let fill: Tensor

  /// Fixes the target from a clean forward pass.
  ///
  /// - Throws: ``InterpretabilityError`` for a target or a fill that does not fit.
  init(
    _ recording: Recording, target: Target, kind: ScoreKind, fill: Fill,
    batch: Int = VariantScores.usualBatch
  ) throws {
    scores = try VariantScores(
      BackwardPass(recording, target: target), kind: kind, batch: batch)
    input = recording.input
    self.fill = try fill.resolved(for: input)
  }

  /// The clean score of each sample, `[N]`.
  var clean: Tensor { scores.clean }

  var target: ResolvedTarget { scores.pass.target }

  /// The score with each of the parts replaced, `[N, parts.count]`.
  func callAsFunction(_ parts: some InputParts) throws -> Tensor {
    let (clean, filled) = try (input.unsqueezed(1), fill.unsqueezed(1))
    return try scores(parts.count, at: scores.pass.trace.graph.input) { range in
      try filled.selected(where: parts.masks(range).moved(to: input.device), otherwise: clean)
    }
  }
}
