public import NNIMethods

extension NetworkDiagram {
  /// A network, and the relevance of one sample that flows through it.
  ///
  /// The graph is that of the method's recording, in which batch norm is folded away for methods that
  /// need it.
  ///
  /// - Parameters:
  ///   - title: A line above all.
  ///   - trace: The forward pass, for the graph and the shapes.
  ///   - flow: What flows; none shows the network alone, with its numbers of parameters.
  ///   - sample: Which sample of the batch.
  ///   - folding: Which nodes share a box.
  ///   - caption: What a reader must know.
  /// - Throws: ``ReportError`` when the flow has no such sample, `InterpretabilityError` when the layers
  ///   cannot be read.
  public init(
    _ title: String, of trace: Trace, flow: RelevanceFlow? = nil, sample: Int = 0,
    folding: Folding = .fitting(boxes: 48), caption: String = ""
  ) throws {
    try self.init(
      title, graph: trace.graph, shapes: { Array(try trace[$0].shape.dropFirst()) }, flow: flow,
      sample: sample, folding: folding, caption: caption)
  }

  /// A network of which nothing has run.
  ///
  /// - Throws: `InterpretabilityError` when the layers cannot be read.
  public init(
    _ title: String, of graph: Graph, folding: Folding = .fitting(boxes: 48), caption: String = ""
  ) throws {
    try self.init(
      title, graph: graph, shapes: { _ in [] }, flow: nil, sample: 0, folding: folding,
      caption: caption)
  }

  private init(
    _ title: String, graph: Graph, shapes: (NodeID) throws -> [Int], flow: RelevanceFlow?,
    sample: Int, folding: Folding, caption: String
  ) throws {
    if let flow, !flow.score.indices.contains(sample) {
      throw ReportError(
        .option,
        "A diagram of sample \(sample) is asked for; the flow has \(flow.score.count) samples.")
    }
    let passed = Dictionary(uniqueKeysWithValues: (flow?.nodes ?? []).map { ($0.id, $0) })
    // With a flow, only what it can pass: the target may lie in the middle of the network.
    let shown = graph.nodes.filter { flow == nil || passed[$0.id] != nil }
    let places = Dictionary(
      uniqueKeysWithValues: shown.enumerated().map { ($0.element.id, $0.offset) })
    let nodes = try shown.map { node in
      let own = passed[node.id]
      let parameters = try node.layer.parameterCount
      let kept =
        (own?.absorbed.values.reduce(0) { $0 + $1[sample] } ?? 0) + (own?.residual[sample] ?? 0)
      return Node(
        node.id.name, kind: Self.kind(node.layer),
        shape: (try? shapes(node.id).map(String.init).joined(separator: "×")) ?? "",
        isMajor: node.layer.kind.isWeighted || node.inputs.count != 1,
        relevance: own?.relevance[sample], absorbed: kept,
        note: flow == nil && parameters > 0 ? "\(parameters)" : "")
    }
    var edges: [Edge] = []
    if let flow {
      edges = flow.edges.compactMap { edge in
        guard let source = places[edge.source], let user = places[edge.user] else { return nil }
        return Edge(source, user, relevance: edge.relevance[sample])
      }
    } else {
      for (user, node) in shown.enumerated() {
        for source in Set(node.inputs).compactMap({ places[$0] }).sorted() {
          edges.append(Edge(source, user))
        }
      }
    }
    self.init(
      title, nodes: nodes, edges: edges, score: flow?.score[sample] ?? 0, folding: folding,
      caption: caption)
  }

  private static func kind(_ layer: any Layer) -> String {
    // What is left of a batch norm that was folded into its neighbour.
    if layer.name == "Remnant" { return "BatchNorm" }
    // Which activation says more than that it is one.
    guard layer.kind == .activation, layer.name == "Activation" else { return layer.name }
    return String(layer.settings.prefix { $0 != "(" })
  }
}
