/// What a graph is seen to consist of: the parts that rules and methods know as one, and those that were expected
/// to be one and are not.
public struct RecognizedParts: Sendable, Hashable {
  /// A kind of part and how often it occurs.
  public struct Count: Sendable, Hashable, Codable {
    /// Its name, such as `attention` or `GELU`.
    public let name: String
    /// How often it occurs.
    public let count: Int
  }

  /// The parts that were recognised, attentions first, then by name.
  public let counts: [Count]
  /// What was left in pieces, a sentence each: the node and what it might be part of.
  public let unrecognized: [String]

  /// Looks through a graph.
  public init(of graph: Graph) {
    let attentions = graph.attentionBlocks
    var numbers: [String: Int] = [:]
    for node in graph.nodes {
      if let name = Self.name(of: node.layer) { numbers[name, default: 0] += 1 }
    }
    let rotations = graph.nodes.indices.count { graph.isRotation($0) }
    if rotations > 0 { numbers["rotary positions"] = rotations }
    counts =
      (attentions.isEmpty ? [] : [Count(name: "attention", count: attentions.count)])
      + numbers.sorted { $0.key < $1.key }.map { Count(name: $0.key, count: $0.value) }
    let weights = Set(attentions.map(\.weights))
    unrecognized = graph.nodes.compactMap { node in
      switch node.layer {
      case let layer as SoftmaxLayer where !layer.isLogarithmic:
        node.id == graph.output || weights.contains(node.id)
          ? nil : "\(node.id): a softmax that is no attention's"
      case let layer as ActivationLayer where layer.function == .errorFunction:
        "\(node.id): an error function that is no GELU's"
      case is NamedOperatorLayer:
        "\(node.id): an operator that is known by its derivative alone, \(node.layer.settings)"
      default: nil
      }
    }
  }

  /// The name of a layer that exporters may write in pieces.
  private static func name(of layer: any Layer) -> String? {
    switch layer {
    case let layer as ActivationLayer:
      switch layer.function {
      case .gelu: "GELU"
      case .silu: "SiLU"
      case .hardSwish: "hard swish"
      case .mish: "Mish"
      case .softplus, .scaledSoftplus: "softplus"
      default: nil
      }
    case is LayerNormLayer: "layer norm"
    case let layer as UnscaledNormLayer: layer.isCentred ? "layer norm" : "RMS norm"
    case is RMSNormLayer: "RMS norm"
    case is GroupNormLayer: "group norm"
    case is InstanceNormLayer: "instance norm"
    case is NormalizeLayer: "L2 norm"
    default: nil
    }
  }
}

extension Graph {
  /// Whether a node computes `x cos + rotated(x) sin`, where the second half of a vector, negated, comes before its
  /// first.
  ///
  /// - Reference: Su et al. 2021, *RoFormer*, equation 34 (`su2021roformer`).
  fileprivate func isRotation(_ index: Int) -> Bool {
    let operands = nodes[index].inputIndices
    guard nodes[index].layer is SumLayer, operands.count == 2 else { return false }
    let sources = operands.compactMap { operand -> Int? in
      guard let layer = nodes[operand].layer as? AffineLayer, layer.bias == nil else { return nil }
      return nodes[operand].inputIndices.first
    }
    guard sources.count == 2 else { return false }
    for (x, turned) in [(sources[0], sources[1]), (sources[1], sources[0])] {
      guard nodes[turned].layer.kind == .concatenation, nodes[turned].inputIndices.count == 2
      else { continue }
      let parts = nodes[turned].inputIndices.map { part -> Int? in
        var part = part
        while nodes[part].layer.kind == .structural || nodes[part].layer is AffineLayer, part != x,
          let source = nodes[part].inputIndices.first
        {
          part = source
        }
        return part
      }
      if parts.allSatisfy({ $0 == x }) { return true }
    }
    return false
  }
}
