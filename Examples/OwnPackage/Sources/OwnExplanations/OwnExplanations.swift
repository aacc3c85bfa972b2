import NNInterpretability

/// What this package adds.
public enum OwnExplanations {
  /// All types that are found by name.
  public static let types: [any Cataloged.Type] = [
    InputItself.self, ScaledGradient.self, SquaredShareRule.self, CubeLayer.self, PeakShare.self,
  ]
}
