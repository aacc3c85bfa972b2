/// `γ (a − mean) / √(variance + ε) + β` for `[N, C, …]`, mean and variance over groups of neighbouring
/// channels in each sample, γ and β for each channel.
///
/// - Reference: Wu and He 2018, *Group Normalization*, equations 1 to 6 (`wu2018group`).
public struct GroupNormLayer: Layer {
  /// γ, `[C]`.
  public var scale: Tensor
  /// β, `[C]`.
  public var shift: Tensor
  /// How many groups.
  public var groups: Int
  /// ε, added to the variance.
  public var epsilon: Double

  /// Creates the layer.
  public init(scale: Tensor, shift: Tensor, groups: Int, epsilon: Double = 1e-5) {
    self.scale = scale
    self.shift = shift
    self.groups = groups
    self.epsilon = epsilon
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .call(
      "aten::group_norm", .tensor(inputs[0]), .int(groups), .tensor(scale), .tensor(shift),
      .double(epsilon), .bool(false))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    GroupNormLayer(
      scale: try transform(scale), shift: try transform(shift), groups: groups, epsilon: epsilon)
  }

  public var settings: String { "\(scale.count) channels in \(groups) groups" }
}

extension GroupNormLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("GroupNormalization") { node in
        var scale = try node.requiredConstant(1, "scale")
        var shift = try node.requiredConstant(2, "bias")
        let groups = try node.int("num_groups", default: 0)
        // Before operator set 21 scale and bias were per group, a mistake that was withdrawn; the
        // reader states the number of channels.
        if node.version < 21 {
          let channels = try node.int("channels", default: 0)
          guard groups > 0, scale.count == groups, shift.count == groups, channels % groups == 0
          else {
            throw node.unsupported(
              "version \(node.version) with a scale of shape \(scale.shape) for \(groups) groups")
          }
          scale = try scale.repeatedInterleaving(channels / groups)
          shift = try shift.repeatedInterleaving(channels / groups)
        }
        guard groups > 0, groups <= scale.count, scale.count % groups == 0 else {
          throw InterpretabilityError(
            .invalidFile,
            "GroupNormalization: \(groups) groups do not divide \(scale.count) channels",
            node: node.id)
        }
        return GroupNormLayer(
          scale: scale, shift: shift, groups: groups,
          epsilon: try node.float("epsilon", default: 1e-5))
      }
    ]
  }
}
