/// Gradient-weighted class activation map: `ReLU(Σ_k α_k A_k)` with `α_k = mean_ij ∂f_c/∂A_kij`.
///
/// The map is `[N, 1, h, w]` (`[N, 1, l]` or `[N, 1, d, h, w]` for series and volumes), at the layer's
/// resolution; it is enlarged only for display.
///
/// - Reference: Selvaraju et al. 2017, *Grad-CAM*, equations 1 and 2 (`selvaraju2017grad`).
public struct GradCAM: LayerMapMethod, DifferentiatingMethod {
  /// The feature maps; empty takes the last node with spatial extent.
  public var layer: NodeID
  /// Whether negative values are cut, as in the paper.
  public var relu: Bool
  /// How it differentiates.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(
    layer: NodeID = "", relu: Bool = true, propagation: GradientPropagation = .gradient
  ) {
    self.layer = layer
    self.relu = relu
    self.propagation = propagation
  }

  public var name: String { "grad-cam" }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let record = try ActivationRecord(
      recording, layer: layer, target: target, propagation: propagation)
    let factors = try record.gradients.mean(over: record.spatial, keepingAxes: true)
    let signed = try (factors * record.activations).sum(over: [1], keepingAxes: true)
    return try record.attribution(signed, relu: relu, by: self)
  }
}

extension GradCAM: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        GradCAM(), "Where the feature maps that raise the score are active.",
        cites: ["selvaraju2017grad"])
    ]
  }
}
