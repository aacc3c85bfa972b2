import NNITestSupport
import NNInterpretability
import Testing

@testable import NNIReports

@Suite struct NetworkDiagramTests {
  private typealias Node = NetworkDiagram.Node
  private typealias Edge = NetworkDiagram.Edge

  /// input → a → b → sum, and a → sum.
  private func skip(_ folding: NetworkDiagram.Folding = .none) -> NetworkDiagram {
    NetworkDiagram(
      Sample.hostile,
      nodes: [
        Node("input", relevance: 8), Node("a", relevance: 9, absorbed: 1),
        Node("relu", kind: "relu", isMajor: false, relevance: 9),
        Node("b", relevance: -3, absorbed: -0.001),
        Node("minor", kind: Sample.hostile, isMajor: false, relevance: -3),
        Node("sum", relevance: 10, absorbed: 4),
      ],
      edges: [
        Edge(0, 1, relevance: 8), Edge(1, 2, relevance: 9), Edge(2, 3, relevance: -3),
        Edge(3, 4, relevance: -3), Edge(4, 5, relevance: -3), Edge(2, 5, relevance: 12),
      ], score: 10, folding: folding, caption: Sample.hostile)
  }

  @Test(arguments: [
    NetworkDiagram.Folding.none, .minorLayers, .chains, .fitting(boxes: 4), .fitting(boxes: 100),
  ])
  func isSound(folding: NetworkDiagram.Folding) throws { try expectSound(skip(folding)) }

  @Test func foldsWhatFollows() {
    #expect(NetworkFolding(skip()).boxes.map(\.nodes) == [[0], [1], [2], [3], [4], [5]])
    let minor = NetworkFolding(skip(.minorLayers))
    // Two use the relu, so that only b takes its neighbour in.
    #expect(minor.boxes.map(\.nodes) == [[0], [1, 2], [3, 4], [5]])
    #expect(minor.edges.map { [$0.source, $0.user] } == [[0, 1], [1, 2], [2, 3], [1, 3]])
    #expect(minor.boxes[1].absorbed == 1 && minor.boxes[2].relevance == -3)
    #expect(NetworkFolding(skip(.fitting(boxes: 5))).boxes.count == 4)
    #expect(NetworkFolding(skip(.fitting(boxes: 6))).boxes.count == 6)
    #expect(NetworkFolding(skip(.fitting(boxes: 1))).boxes.count == 4)
  }

  /// Widths are to each other as relevance is, colours tell its sign.
  @Test func edgesAreAsWideAsTheyCarry() throws {
    let paths = SVGInspector(try skip().svg()).all("path").filter {
      $0.attributes["fill"] == "none"
    }
    let widths = paths.map { $0.number("stroke-width") }
    #expect(widths.count == 6)
    #expect(widths.sorted(by: >) == widths)
    for (width, value) in zip(widths, [12.0, 9, 8, 3, 3, 3]) {
      #expect(abs(width - 18 * value / 12) < 0.011)
    }
    let paints = paths.map { $0.attributes["stroke"] ?? "" }
    #expect(Set(paints[..<3]).count == 1 && Set(paints[3...]).count == 1 && paints[0] != paints[3])
  }

  @Test func showsSharesAndWhatIsKept() throws {
    let texts = SVGInspector(try skip().svg()).all("text").map(\.text)
    #expect(texts.contains("80 %") && texts.contains("90 %") && texts.contains("−30 %"))
    // Kept: 1 and 4 of 10; a thousandth is too little to show.
    #expect(texts.contains("10 %") && texts.contains("40 %"))
    #expect(!texts.contains { $0.hasPrefix("0.0") || $0.hasPrefix("≈") })
  }

  @Test func everyBoxHasARoomOfItsOwn() throws {
    for count in [1, 2, 7] {
      // A fan: one input, `count` branches of two, one join, and a long way around.
      var (nodes, edges) = ([Node("input")], [Edge]())
      for branch in 0..<count {
        nodes += [Node("first\(branch)", shape: "64×55×55"), Node("second\(branch)")]
        edges += [
          Edge(0, nodes.count - 2), Edge(nodes.count - 2, nodes.count - 1),
        ]
      }
      let join = nodes.count
      edges += (0..<count).map { Edge(2 * $0 + 2, join) } + [Edge(0, join)]
      nodes.append(Node("join"))
      let diagram = NetworkDiagram("fan", nodes: nodes, edges: edges, folding: .none)
      try expectSound(diagram)
      let boxes = SVGInspector(try diagram.svg()).all("rect").filter { $0.attributes["rx"] == "4" }
      #expect(boxes.count == nodes.count)
      for (index, one) in boxes.enumerated() {
        for other in boxes[..<index] {
          let isApart =
            abs(one.number("x") - other.number("x")) >= one.number("width")
            || abs(one.number("y") - other.number("y")) > one.number("height")
          #expect(isApart)
        }
      }
    }
  }

  /// Sixteen blocks of ten layers with a skip each: few boxes, a trunk that stays in line, no crossing.
  @Test func aLongNetworkStaysLegible() throws {
    var (nodes, edges) = ([Node("input")], [Edge]())
    for block in 0..<16 {
      let start = nodes.count - 1
      for layer in 0..<8 {
        nodes.append(
          Node("block.\(block).\(layer)", kind: "Convolution", isMajor: layer % 3 == 0))
        edges.append(Edge(nodes.count - 2, nodes.count - 1))
      }
      nodes += [Node("block.\(block).add", kind: "Sum"), Node("relu.\(block)", isMajor: false)]
      let sum = nodes.count - 2
      edges += [Edge(sum - 1, sum), Edge(start, sum), Edge(sum, sum + 1)]
    }
    let diagram = NetworkDiagram("long", nodes: nodes, edges: edges)
    try expectSound(diagram)
    let svg = SVGInspector(try diagram.svg())
    let boxes = svg.all("rect").filter { $0.attributes["rx"] == "4" }
    #expect(boxes.count == 33)
    let names = svg.all("text").map(\.text)
    #expect(names.contains("block.7") && names.contains("block.7.add"))
    // Nothing drifts: all boxes stand within one box's width of each other.
    let places = boxes.map { $0.number("x") }
    #expect((places.max() ?? 0) - (places.min() ?? 0) < 200)
    #expect(svg.size.x < 500)
  }

  @Test func refusesWhatIsNoNetwork() {
    let one = [Node("a"), Node("b")]
    for diagram in [
      NetworkDiagram("none", nodes: [], edges: []),
      NetworkDiagram("back", nodes: one, edges: [Edge(1, 0)]),
      NetworkDiagram("loop", nodes: one, edges: [Edge(0, 0)]),
      NetworkDiagram("gone", nodes: one, edges: [Edge(0, 2)]),
      NetworkDiagram("nan", nodes: one, edges: [Edge(0, 1, relevance: .nan)]),
      NetworkDiagram("wide", nodes: one, edges: [Edge(0, 1)], widestEdge: 1000),
    ] {
      #expect(throws: ReportError.self) { try diagram.svg() }
    }
  }

  @Test func drawsAFlow() throws {
    let method = LRPComposite()
    let recording = try Recording(
      SampleNets.mixed(), input: SampleNets.mixedInput(), preparation: method.preparation)
    let flow = try method.flow(recording, target: .class(1))
    for sample in 0..<3 {
      let diagram = try NetworkDiagram(
        "mixed", of: recording.trace, flow: flow, sample: sample, folding: .none)
      try expectSound(diagram)
      #expect(diagram.nodes.map(\.name) == flow.nodes.map(\.id.name))
      #expect(diagram.score == flow.score[sample])
      // What arrives is what is sent on and what is kept, in the picture's own numbers.
      for (index, node) in diagram.nodes.enumerated() where index > 0 {
        let below = diagram.edges.filter { $0.user == index }.reduce(0) { $0 + ($1.relevance ?? 0) }
        #expect(abs((node.relevance ?? 0) - below - node.absorbed) < 1e-9)
      }
    }
    #expect(throws: ReportError.self) {
      try NetworkDiagram("mixed", of: recording.trace, flow: flow, sample: 3)
    }
    let plain = try NetworkDiagram("mixed", of: recording.graph)
    print(try plain.svg())
    try expectSound(plain)
    #expect(plain.nodes.allSatisfy { $0.relevance == nil })
    #expect(plain.edges.count == recording.graph.nodes.reduce(0) { $0 + Set($1.inputs).count })
  }
}
