/// A layer's value, or one channel of it: what a visualisation is about.
///
/// Written as `features.12` or `features.12:40`.
public struct FeatureReference: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Which channels count.
  public enum Channels: Sendable, Hashable, Codable {
    /// All of them.
    case all
    /// The one with that index, from 0.
    case one(Int)
  }

  /// The node.
  public var layer: NodeID
  /// The channels: indices of the first axis after the batch.
  public var channels: Channels

  /// A layer, or a channel of it.
  public init(_ layer: NodeID, channels: Channels = .all) {
    self.layer = layer
    self.channels = channels
  }

  /// The layer that a text names, `LAYER` or `LAYER:CHANNEL`; a colon may belong to the layer's own name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names when the network has no such layer,
  ///   or that says what is no number.
  public init(_ text: String, in graph: Graph) throws {
    let names = Set(graph.nodes.map(\.id.name))
    guard !names.contains(text), let colon = text.lastIndex(of: ":") else {
      _ = try graph[NodeID(text)]
      self.init(NodeID(text))
      return
    }
    let layer = NodeID(String(text[..<colon]))
    _ = try graph[layer]
    let number = text[text.index(after: colon)...]
    guard let channel = Int(number), channel >= 0 else {
      throw InterpretabilityError(
        .invalidTarget,
        "“\(number)” is no channel; write LAYER:NUMBER, such as \(layer):3", node: layer)
    }
    self.init(layer, channels: .one(channel))
  }

  public var description: String {
    if case .one(let channel) = channels { "\(layer):\(channel)" } else { layer.name }
  }

  /// Checks that a value has the channel.
  ///
  /// - Throws: ``InterpretabilityError`` when the value has no such channel.
  func checked(for value: Tensor) throws {
    guard value.rank >= 2 else {
      throw InterpretabilityError(
        .invalidTarget, "its value has shape \(value.shape), which has no channels", node: layer)
    }
    guard case .one(let channel) = channels, !(0..<value.shape[1]).contains(channel) else { return }
    throw InterpretabilityError(
      .invalidTarget,
      "there is no channel \(channel); it has \(value.shape[1]), from 0 to \(value.shape[1] - 1)",
      node: layer)
  }

  /// The elements of a layer's value that count, `[N, C′, …]`.
  ///
  /// - Throws: ``InterpretabilityError`` when the value has no such channel.
  func elements(of value: Tensor) throws -> Tensor {
    try checked(for: value)
    guard case .one(let channel) = channels else { return value }
    return try value.narrowed(axis: 1, to: channel..<(channel + 1))
  }

  /// A layer's value with zeros at all elements that do not count.
  func masked(_ value: Tensor) throws -> Tensor {
    try checked(for: value)
    guard case .one(let channel) = channels else { return value }
    var factors = [Double](repeating: 0, count: value.shape[1])
    factors[channel] = 1
    let mask = try Tensor(factors, shape: [factors.count], dtype: value.dtype)
      .moved(to: value.device)
    return try value * mask.aligned(toAxis: 1, rank: value.rank)
  }
}
