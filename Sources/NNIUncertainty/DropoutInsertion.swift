/// Dropout that is put after a node of a network which has none there, as exporters leave it behind.
///
/// ```swift
/// let members = try MonteCarloDropout(model, inserting: [DropoutInsertion(after: "/relu/Relu", rate: 0.5)])
/// ```
public struct DropoutInsertion: Sendable, Hashable, CustomStringConvertible {
  /// The node whose value is thinned.
  public var node: NodeID
  /// The probability with which an element is dropped, in 0..<1.
  public var rate: Double

  /// Describes a place and its rate.
  public init(after node: NodeID, rate: Double) {
    self.node = node
    self.rate = rate
  }

  /// Reads `NODE:RATE`, where the last colon counts.
  ///
  /// `nil` for what is none, or a rate outside 0..<1.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let rate = Double(text[text.index(after: colon)...]), rate >= 0, rate < 1
    else { return nil }
    self.init(after: NodeID(String(text[..<colon])), rate: rate)
  }

  public var description: String { "\(node):\(rate)" }
}

extension Graph {
  /// The same graph with dropout after some nodes, its own at a rate that may be another.
  func inserting(
    _ insertions: [DropoutInsertion], besides rate: DropoutRate
  ) throws -> Graph {
    var graph = self
    if case .fixed(let fixed) = rate {
      for node in nodes {
        guard var layer = node.layer as? DropoutLayer else { continue }
        layer.rate = fixed
        try graph.setLayer(layer, at: node.id)
      }
    }
    var taken: Set<NodeID> = []
    for insertion in insertions {
      guard taken.insert(insertion.node).inserted else {
        throw InterpretabilityError(
          .invalidOption, "dropout is to be put there twice", node: insertion.node)
      }
      graph = try graph.inserting(
        DropoutLayer(rate: insertion.rate), after: [insertion.node], suffix: "dropout")
    }
    return graph
  }
}
