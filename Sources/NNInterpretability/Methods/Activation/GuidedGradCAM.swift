/// Guided backpropagation where Grad-CAM is active: their product, in the input's shape.
///
/// Grad-CAM is enlarged bilinearly with half-pixel centres. Shares guided backpropagation's weakness: see
/// ``GuidedBackpropagation``.
///
/// - Reference: Selvaraju et al. 2017, *Grad-CAM*, section 3.2 (`selvaraju2017grad`).
public struct GuidedGradCAM: ConfigurableMethod, RecordedMethod {
  /// The feature maps; empty takes the last node with spatial extent.
  public var layer: NodeID

  /// Creates the method.
  public init(layer: NodeID = "") { self.layer = layer }

  public var name: String { "guided-grad-cam" }

  public var promise: MapPromise { .sensitivity }

  public var options: [MethodOption<Self>] {
    [.layer("layer", \.layer, "the feature maps; empty: the last ones with spatial extent")]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    MethodCost(forward: 1, backward: 2, inputsAtOnce: context.samples)
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let input = recording.input
    guard (3...5).contains(input.rank) else {
      throw InterpretabilityError(
        .invalidInput,
        "guided-grad-cam is for inputs [N, C, places…] of 1 to 3 spatial axes; the input has shape "
          + "\(input.shape)")
    }
    let coarse = try GradCAM(layer: layer).attribute(recording, target: target)
    let pass = try BackwardPass(recording, target: target)
    let fine = try GuidedBackpropagation().attribute(recording, target: target).map
    let map = try fine * coarse.map.enlarged(to: Array(input.shape.dropFirst(2)))
    return try Attribution(
      map: map, ledger: Ledger(score: pass.score, map: map), target: pass.target, method: self)
  }
}

extension GuidedGradCAM: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        GuidedGradCAM(), "Guided backpropagation where Grad-CAM is active.",
        cites: ["selvaraju2017grad"])
    ]
  }
}
