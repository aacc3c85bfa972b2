extension RelevanceFlow {
  /// The flow of one pass.
  init(
    _ pass: BackwardPass, sums: [EdgeSums.Place: Tensor],
    absorbed: [NodeID: [Ledger.Cause: Tensor]], score: Tensor, method: String
  ) throws {
    let (nodes, start) = (pass.graph.nodes, try pass.graph.index(of: pass.target.node))
    let score = try score.doubles()
    let places = sums.keys.sorted { ($0.user, $0.source) < ($1.user, $1.source) }
    var (arriving, leaving): ([Int: [Double]], [Int: [Double]]) = ([start: score], [:])
    var edges: [Edge] = []
    for place in places {
      let amount = try sums[place]?.doubles() ?? []
      arriving[place.source] = arriving[place.source].map { zip($0, amount).map(+) } ?? amount
      leaving[place.user] = leaving[place.user].map { zip($0, amount).map(+) } ?? amount
      edges.append(
        Edge(source: nodes[place.source].id, user: nodes[place.user].id, relevance: amount))
    }
    let passed = try arriving.keys.sorted().map { index in
      let (id, relevance) = (nodes[index].id, arriving[index] ?? [])
      let kept = try (absorbed[id] ?? [:]).mapValues { try $0.doubles() }
      let residual = leaving[index].map { below in
        relevance.indices.map { sample in
          relevance[sample] - below[sample] - kept.values.reduce(0) { $0 + $1[sample] }
        }
      }
      return Node(
        id: id, relevance: relevance, absorbed: kept,
        residual: residual ?? relevance.map { _ in 0 })
    }
    self.init(
      nodes: passed, edges: edges, score: score, method: method, classes: pass.target.classes)
  }

  /// The mean of flows through one graph.
  init(meanOf flows: [RelevanceFlow]) {
    let share = 1 / Double(flows.count)
    func mean(_ lists: [[Double]]) -> [Double] {
      (lists.first ?? []).indices.map { sample in
        lists.reduce(0) { $0 + $1[sample] } * share
      }
    }
    let first = flows[0]
    self.init(
      nodes: first.nodes.indices.map { index in
        let same = flows.map { $0.nodes[index] }
        let causes = Set(same.flatMap(\.absorbed.keys))
        let zero = first.score.map { _ in 0.0 }
        return Node(
          id: first.nodes[index].id, relevance: mean(same.map(\.relevance)),
          absorbed: Dictionary(
            uniqueKeysWithValues: causes.map { cause in
              (cause, mean(same.map { $0.absorbed[cause] ?? zero }))
            }), residual: mean(same.map(\.residual)))
      },
      edges: first.edges.indices.map { index in
        Edge(
          source: first.edges[index].source, user: first.edges[index].user,
          relevance: mean(flows.map { $0.edges[index].relevance }))
      }, score: mean(flows.map(\.score)), method: first.method, classes: first.classes)
  }
}
