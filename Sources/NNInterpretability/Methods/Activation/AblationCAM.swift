/// Class activation map whose factors are what the score loses without a feature map:
/// `ReLU(Σ_k w_k A_k)` with `w_k = (y − y_k) / y`, without gradients.
///
/// `y` is the score and `y_k` the score with channel `k` of the layer set to zero; only what comes after
/// the layer is computed again. The map is `[N, 1, h, w]`, at the layer's resolution. A negative score
/// turns the factors' signs, as the formula says.
///
/// - Reference: Ramaswamy 2020, *Ablation-CAM*, equations 4 and 5 (`ramaswamy2020ablation`).
public struct AblationCAM: LayerMapMethod, ForwardMethod {
  /// The feature maps; empty takes the last node with spatial extent.
  public var layer: NodeID
  /// Whether negative values are cut, as in the paper.
  public var relu: Bool

  /// Creates the method.
  public init(layer: NodeID = "", relu: Bool = true) {
    self.layer = layer
    self.relu = relu
  }

  public var name: String { "ablation-cam" }

  public func cost(_ context: CostContext) throws -> MethodCost {
    MethodCost(
      forward: 1 + (try context.channels(layer)), backward: 0,
      inputsAtOnce: max(context.samples, VariantScores.usualBatch))
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let record = try ActivationRecord(recording, layer: layer, target: target)
    let scores = try VariantScores(record.pass)
    guard try scores.clean.doubles().allSatisfy({ $0 != 0 }) else {
      throw InterpretabilityError(
        .notFinite,
        "ablation-cam divides by the score, which is 0 for a sample; take grad-cam or "
          + "score-cam", node: scores.pass.target.node)
    }
    let channels = record.activations.shape[1]
    let numbers = try Tensor((0..<channels).map { Double($0) }, shape: [channels])
      .aligned(toAxis: 1, rank: record.activations.rank)
    let maps = try record.activations.unsqueezed(1)
    let ablated = try scores(channels, at: record.layer) { range in
      let others = try range.map { try numbers.isNotEqual(to: Double($0)) }
      let kept = try Tensor.concatenated(others, axis: 0).unsqueezed(0)
      return try record.inNetworkOrder(
        maps.selected(where: kept.moved(to: maps.device), otherwise: 0))
    }
    let clean = try scores.clean.unsqueezed(1)
    let factors = try ((clean - ablated) / clean).aligned(over: record.activations)
    let signed = try (factors * record.activations).sum(over: [1], keepingAxes: true)
    return try record.attribution(signed, relu: relu, by: self)
  }
}

extension AblationCAM: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        AblationCAM(), "Where the feature maps are active without which the score falls.",
        cites: ["ramaswamy2020ablation"])
    ]
  }
}
