/// Class activation map whose factors are the scores of the input seen through each feature map:
/// `ReLU(Σ_k α_k A_k)`, without gradients.
///
/// `H_k` is feature map `A_k` enlarged to the input (bilinear, half-pixel centres) and scaled to 0…1,
/// `(U − min U) / (max U − min U + 1e-8)`; `α = softmax_k f_c(x ⊙ H_k)`. The map is `[N, 1, h, w]`, at
/// the layer's resolution. One forward pass is made a channel.
///
/// - Reference: Wang et al. 2020, *Score-CAM*, equations 3 to 6 (`wang2020score`). The paper subtracts
///   the score of a baseline from all, which the softmax cancels; its authors' code enlarges with
///   `align_corners`, we do not.
public struct ScoreCAM: LayerMapMethod, ForwardMethod {
  /// The feature maps; empty takes the last node with spatial extent.
  public var layer: NodeID
  /// Whether negative values are cut, as in the paper.
  public var relu: Bool

  /// Creates the method.
  public init(layer: NodeID = "", relu: Bool = true) {
    self.layer = layer
    self.relu = relu
  }

  public var name: String { "score-cam" }

  public func cost(_ context: CostContext) throws -> MethodCost {
    MethodCost(
      forward: 1 + (try context.channels(layer)), backward: 0,
      inputsAtOnce: max(context.samples, VariantScores.usualBatch))
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let input = recording.input
    let record = try ActivationRecord(recording, layer: layer, target: target)
    guard (3...5).contains(input.rank) else {
      throw InterpretabilityError(
        .invalidInput,
        "score-cam needs inputs [N, C, places…] of 1 to 3 spatial axes; the input has shape "
          + "\(input.shape)")
    }
    let size = Array(input.shape.dropFirst(2))
    let image = try input.unsqueezed(1)
    let channels = record.activations.shape[1]
    let scores = try VariantScores(record.pass)(channels, at: recording.graph.input) { range in
      let maps = try record.activations.narrowed(axis: 1, to: range)
      return try image * Self.masks(maps, size: size).unsqueezed(2)
    }
    let factors = try scores.softmax(along: 1).aligned(over: record.activations)
    let signed = try (factors * record.activations).sum(over: [1], keepingAxes: true)
    return try record.attribution(signed, relu: relu, by: self)
  }

  /// Feature maps `[N, m, places…]` enlarged and scaled to 0…1.
  private static func masks(_ maps: Tensor, size: [Int]) throws -> Tensor {
    let large = try maps.enlarged(to: size)
    let spatial = Array(2..<large.rank)
    let low = try large.minimum(over: spatial, keepingAxes: true)
    let span = try large.maximum(over: spatial, keepingAxes: true) - low
    return try (large - low) / (span + 1e-8)
  }
}

extension ScoreCAM: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        ScoreCAM(), "Where the feature maps are active through which the network sees its class.",
        cites: ["wang2020score"])
    ]
  }
}

extension Tensor {
  /// Factors `[N, C]` as `[N, C, 1, 1]`, to multiply feature maps `[N, C, h, w]` with.
  func aligned(over maps: Tensor) throws(TorchError) -> Tensor {
    try reshaped(Array(shape.prefix(2)) + maps.shape.dropFirst(2).map { _ in 1 })
  }
}
