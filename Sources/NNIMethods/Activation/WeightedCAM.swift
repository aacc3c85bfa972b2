/// Class activation maps that differ from Grad-CAM in how gradients weigh the feature maps.
///
/// With feature maps `A` and gradients `g = ∂f_c/∂A`, all at the layer's resolution, `[N, 1, h, w]`:
///
/// | name | map before the ReLU |
/// |---|---|
/// | `grad-cam-plus-plus` | `Σ_k A_k Σ_ij g⁺ · g² / (2g² + g³ Σ_ab A)`, nothing where `g = 0` |
/// | `xgrad-cam` | `Σ_k A_k · Σ_ij(g A) / (Σ_ij A + 1e-7)` |
/// | `hires-cam` | `Σ_k g_k ⊙ A_k` |
/// | `layer-cam` | `Σ_k g⁺_k ⊙ A_k` |
///
/// - Reference: Chattopadhay et al. 2018, *Grad-CAM++*, equation 19 (`chattopadhay2018grad`); Fu et al.
///   2020, *Axiom-based Grad-CAM*, equation 10 (`fu2020axiom`); Draelos and Carin 2020, *Use HiResCAM
///   instead of Grad-CAM*, equation 4 (`draelos2020use`); Jiang et al. 2021, *LayerCAM*, equation 6
///   (`jiang2021layercam`).
public struct WeightedCAM: LayerMapMethod, DifferentiatingMethod {
  /// How gradients weigh the feature maps.
  public enum Weighting: String, Sendable, CaseIterable {
    case plusPlus = "grad-cam-plus-plus"
    case xGrad = "xgrad-cam"
    case hiRes = "hires-cam"
    case layer = "layer-cam"
  }

  /// How gradients weigh the feature maps.
  public var weighting: Weighting
  /// The feature maps; empty takes the last node with spatial extent.
  public var layer: NodeID
  /// Whether negative values are cut.
  public var relu: Bool
  /// How it differentiates.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(
    _ weighting: Weighting, layer: NodeID = "", relu: Bool = true,
    propagation: GradientPropagation = .gradient
  ) {
    self.weighting = weighting
    self.layer = layer
    self.relu = relu
    self.propagation = propagation
  }

  public var name: String { weighting.rawValue }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let record = try ActivationRecord(
      recording, layer: layer, target: target, propagation: propagation)
    return try record.attribution(signedMap(record), relu: relu, by: self)
  }

  private func signedMap(_ record: ActivationRecord) throws -> Tensor {
    let (activations, gradients) = try (record.activations, record.gradients)
    let spatial = record.spatial
    let products: Tensor
    switch weighting {
    case .hiRes: products = try gradients * activations
    case .layer: products = try gradients.positivePart() * activations
    case .xGrad:
      let total = try activations.sum(over: spatial, keepingAxes: true) + 1e-7
      let factors = try (gradients * activations).sum(over: spatial, keepingAxes: true) / total
      products = try factors * activations
    case .plusPlus:
      // The factor g⁺ is 0 where the derivative is not positive, so that g²/(2g² + g³ ΣA) = 1/(2 + g ΣA) elsewhere:
      // no square of a small derivative is lost.
      let total = try activations.sum(over: spatial, keepingAxes: true)
      let denominator = try 2 + gradients * total
      let alpha = try (gradients.onesLike() / denominator)
        .selected(where: denominator.isNotEqual(to: 0), otherwise: 0)
      let factors = try (alpha * gradients.positivePart()).sum(over: spatial, keepingAxes: true)
      products = try factors * activations
    }
    return try products.sum(over: [1], keepingAxes: true)
  }
}

extension WeightedCAM: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        WeightedCAM(.plusPlus), "Grad-CAM that counts several instances of a class.",
        cites: ["chattopadhay2018grad"]),
      MethodEntry(
        WeightedCAM(.xGrad), "Grad-CAM whose factors conserve the score.", cites: ["fu2020axiom"]),
      MethodEntry(
        WeightedCAM(.hiRes), "Feature maps times their gradients, position by position.",
        cites: ["draelos2020use"]),
      MethodEntry(
        WeightedCAM(.layer), "Feature maps times their positive gradients; works at lower layers.",
        cites: ["jiang2021layercam"]),
    ]
  }
}
