/// How the score flows through a network, from the target down to the input: a sum at every node and
/// along every edge, from one pass back.
///
/// At each node `relevance = Σ relevance of the edges to its inputs + Σ absorbed + residual`; a node
/// that several others use collects what all of them send.
///
/// ```swift
/// let recording = try Recording(model, input: image, preparation: LRPComposite().preparation)
/// let flow = try LRPComposite().flow(recording, target: .predicted)
/// for node in flow.nodes { print(node.id, node.relevance[0] / flow.score[0]) }
/// ```
public struct RelevanceFlow: Sendable, Equatable {
  /// A node that relevance passes.
  public struct Node: Sendable, Equatable {
    /// Its name.
    public let id: NodeID
    /// What arrives at its value from all its users, or is put there at the start; for each sample.
    public let relevance: [Double]
    /// What it keeps for itself, by cause, for each sample; causes that keep nothing are left out.
    public let absorbed: [Ledger.Cause: [Double]]
    /// What it neither keeps under a name nor hands on, for each sample: 0 up to rounding for rules
    /// that conserve relevance, and 0 where the flow ends.
    public let residual: [Double]
  }

  /// What goes from a node to one of its inputs.
  public struct Edge: Sendable, Equatable {
    /// The input, nearer to the network's input.
    public let source: NodeID
    /// The node that uses it.
    public let user: NodeID
    /// What the user sends back to the source, for each sample.
    public let relevance: [Double]
  }

  /// The nodes between target and input, in the order of the graph.
  public let nodes: [Node]
  /// The edges between them; two uses of one input by one node are one edge.
  public let edges: [Edge]
  /// What flows: the score, less that of the reference where there is one; for each sample.
  public let score: [Double]
  /// The method's name in the catalogue.
  public let method: String
  /// For each sample the class that is explained, if it is one class.
  public let classes: [Int]

  init(nodes: [Node], edges: [Edge], score: [Double], method: String, classes: [Int]) {
    self.nodes = nodes
    self.edges = edges
    self.score = score
    self.method = method
    self.classes = classes
  }
}

/// A method whose relevance can be followed through the network.
public protocol RelevanceFlowMethod: RecordedMethod {
  /// Follows the target's score from its node down to the input.
  ///
  /// - Throws: What `attribute` throws.
  func flow(_ recording: Recording, target: Target) throws -> RelevanceFlow
}

extension RelevanceFlowMethod {
  /// Runs the network once and follows the target's score.
  public func flow(_ model: Model, input: Tensor, target: Target) throws -> RelevanceFlow {
    try flow(Recording(model, input: input, preparation: preparation), target: target)
  }
}

extension RelevanceMethod {
  public func flow(_ recording: Recording, target: Target) throws -> RelevanceFlow {
    let pass = try BackwardPass(recording, target: target)
    let rules = try rules(for: pass.graph, of: recording.model, input: recording.input)
    let (trace, graph) = (pass.trace, pass.graph)
    let sums = EdgeSums { try $0.relevance(of: trace[graph.nodes[$1].id]) }
    let result = try RelevancePass(pass, using: rules, at: graph.input, measuring: sums)
    return try RelevanceFlow(
      pass, sums: sums.values, absorbed: result.absorbed, score: pass.score, method: name)
  }
}

extension GradientTimesInput: RelevanceFlowMethod {
  /// Follows `value · gradient`; what biases take shows as residual.
  public func flow(_ recording: Recording, target: Target) throws -> RelevanceFlow {
    let pass = try BackwardPass(recording, target: target)
    let (trace, graph) = (pass.trace, pass.graph)
    let sums = EdgeSums { try $0.value * trace[graph.nodes[$1].id] }
    _ = try trace.propagate(
      pass.unitSeed, using: propagation.rules(for: graph), measuring: sums)
    return try RelevanceFlow(
      pass, sums: sums.values, absorbed: [:], score: pass.score, method: name)
  }
}
