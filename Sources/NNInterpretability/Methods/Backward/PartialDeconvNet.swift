/// DeConvNet started from one feature map of a layer: what in the input a filter answers to.
///
/// The feature map's own values are sent back, all others are zero. `channel` picks the feature map with
/// the largest value of each sample, one by its index, or all together; with `all`,
/// `details["channels"]` holds the reconstruction of each one alone, `[N, K, C, H, W]`.
///
/// - Reference: Zeiler and Fergus 2014, section 2.1 and figure 2 (`zeiler2014visualizing`).
public struct PartialDeconvNet: ConfigurableMethod, RecordedMethod {
  /// Which feature map.
  public enum Channel: Sendable, Equatable {
    case strongest, all
    case index(Int)
  }

  /// Which positions of the feature map.
  public enum Position: String, Sendable, CaseIterable {
    case all
    /// The one with the largest value.
    case strongest
  }

  /// The layer; empty takes the last node with spatial extent.
  public var layer: NodeID
  public var channel: Channel
  public var position: Position

  /// Creates the method.
  public init(layer: NodeID = "", channel: Channel = .strongest, position: Position = .all) {
    self.layer = layer
    self.channel = channel
    self.position = position
  }

  public var name: String { "deconvnet-partial" }

  public var promise: MapPromise { .sensitivity }

  public var options: [MethodOption<Self>] {
    let accepted = "strongest, all, or a channel's index"
    return [
      .layer("layer", \.layer, "the feature maps; empty: the last ones with spatial extent"),
      MethodOption(
        "channel", "which feature map", accepts: accepted,
        get: { method in
          switch method.channel {
          case .strongest: .text("strongest")
          case .all: .text("all")
          case .index(let index): .number(Double(index))
          }
        },
        set: { value, method in
          switch value {
          case .text("strongest"): method.channel = .strongest
          case .text("all"): method.channel = .all
          default:
            guard let number = value.number, let index = Int(exactly: number), index >= 0 else {
              throw MethodOption<Self>.refusal(value, accepted)
            }
            method.channel = .index(index)
          }
        }),
      .choice("position", \.position, "which positions of the feature map"),
    ]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    let single = channel == .all ? try context.channels(layer) : 0
    return MethodCost(forward: 1, backward: 1 + single, inputsAtOnce: context.samples)
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let (graph, trace) = (recording.graph, recording.trace)
    try graph.requireRectifier(for: name)
    let chosen = try layer.name.isEmpty ? trace.lastSpatialNode(isNatural: true) : layer
    let values = try trace[chosen]
    guard values.rank >= 3 else {
      throw InterpretabilityError(
        .invalidOption,
        "deconvnet-partial needs feature maps [N, K, …]; the value has shape "
          + "\(values.shape)", node: chosen)
    }
    let mask = try self.mask(values, chosen)
    func reconstruction(_ mask: Tensor) throws -> Tensor {
      try trace.propagate(
        [chosen: Signal(values * mask)], using: DeconvNet.rules
      )[graph.input]
    }
    var details: [String: Tensor] = [:]
    if channel == .all {
      let single = try (0..<values.shape[1]).map { index in
        try reconstruction(mask * Self.oneChannel(index, like: values)).unsqueezed(1)
      }
      details["channels"] = try .concatenated(single, axis: 1)
    }
    let map = try reconstruction(mask)
    let resolved = ResolvedTarget(node: chosen, weights: mask)
    return try Attribution(
      map: map, ledger: Ledger(score: resolved.score(values), map: map), target: resolved,
      method: self, layer: chosen, details: details)
  }

  /// 1 at the elements that are sent back.
  private func mask(_ values: Tensor, _ node: NodeID) throws -> Tensor {
    let (samples, channels) = (values.shape[0], values.shape[1])
    let spatial = Array(2..<values.rank)
    var mask = try values.onesLike()
    switch channel {
    case .all: break
    case .index(let index):
      guard index < channels else {
        throw InterpretabilityError(
          .invalidOption,
          "there is no channel \(index); the layer has \(channels), from 0 to "
            + "\(channels - 1)", node: node)
      }
      mask = try Self.oneChannel(index, like: values)
    case .strongest:
      let best = try values.maximum(over: spatial).indexOfMaximum(along: 1).doubles()
      mask = try .concatenated(
        best.map { try Self.oneChannel(Int($0), like: values.narrowed(axis: 0, to: 0..<1)) },
        axis: 0)
    }
    guard position == .strongest else { return mask }
    let flat = try values.selected(where: mask.isGreater(than: 0), otherwise: -.infinity)
      .reshaped([samples, -1])
    let index = try flat.indexOfMaximum(along: 1).reshaped([samples, 1])
    return try Tensor.call(
      "aten::scatter.value", .tensor(flat.zerosLike()), .int(1), .tensor(index), .double(1)
    ).reshaped(values.shape)
  }

  /// 1 in one channel.
  private static func oneChannel(_ index: Int, like values: Tensor) throws -> Tensor {
    var ones = [Double](repeating: 0, count: values.shape[1])
    ones[index] = 1
    return try Tensor(ones, shape: [values.shape[1]], dtype: values.dtype)
      .moved(to: values.device).aligned(toAxis: 1, rank: values.rank).expanded(to: values.shape)
  }
}

extension PartialDeconvNet: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        PartialDeconvNet(), "What in the input a filter of a layer answers to.",
        cites: ["zeiler2014visualizing"])
    ]
  }
}
