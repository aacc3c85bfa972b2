/// The part of a network in which a changed box of the input stays a box of every value.
///
/// It reaches from the input to the last nodes before a layer that is no ``LocalLayer``. From these
/// ``handover`` nodes on, whole values are computed.
package struct LocalPart: Sendable {
  let graph: Graph
  /// The position of the node that is wanted.
  let end: Int
  /// For each node its value's shape for one sample; empty where it is not needed.
  let shapes: [[Int]]
  /// What each node of the part sees of those that feed it; `nil` for the input and all other nodes.
  let views: [LocalView?]
  /// The nodes of the part in order, the input first.
  let nodes: [Int]
  /// Those of them whose whole values are needed.
  let handover: [Int]
  /// The changed nodes that are computed as a whole, in order.
  let rest: [Int]

  /// The part of a graph whose input has the shape `[C, H, W]` for one sample.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - shapes: The shape of each node's value for one sample.
  ///   - end: The node that is wanted.
  /// - Throws: ``InterpretabilityError`` when there is no such node.
  package init(_ graph: Graph, shapes: [NodeID: [Int]], end: NodeID) throws {
    self.graph = graph
    self.end = try graph.index(of: end)
    let isNeeded = graph.isAncestor(of: self.end)
    let isChanged = graph.isDescendant(of: [0])
    let shapes = zip(graph.nodes, isNeeded).map { $1 ? shapes[$0.id] ?? [] : [] }
    var views = [LocalView?](repeating: nil, count: graph.nodes.count)
    var isLocal = [Bool](repeating: false, count: graph.nodes.count)
    isLocal[0] = shapes[0].count == 3
    for (index, node) in graph.nodes.enumerated().dropFirst()
    where isNeeded[index] && isChanged[index] {
      let sources = node.inputIndices
      let inputs = sources.map { shapes[$0] }
      guard (inputs + [shapes[index]]).allSatisfy({ $0.count == 3 }),
        sources.allSatisfy({ isLocal[$0] || !isChanged[$0] })
      else { continue }
      views[index] = (node.layer as? any LocalLayer)?.view(of: inputs)
      isLocal[index] = views[index] != nil
    }
    let changed = graph.nodes.indices.filter { isNeeded[$0] && isChanged[$0] }
    let rest = changed.filter { !isLocal[$0] }
    let wanted = Set(rest.flatMap { graph.nodes[$0].inputIndices } + [self.end])
    self.shapes = shapes
    self.views = views
    self.rest = rest
    nodes = changed.filter { isLocal[$0] }
    handover = nodes.filter(wanted.contains)
  }

  /// The nodes whose recorded values a part of the graph may read, whatever their shapes.
  package static func nodesRead(of graph: Graph) -> Set<NodeID> {
    let isChanged = graph.isDescendant(of: [0])
    var isRead = isChanged.map { !$0 }
    isRead[0] = true
    for (index, node) in graph.nodes.enumerated().dropFirst() where isChanged[index] {
      isRead[index] = node.layer is any LocalLayer && node.inputIndices.allSatisfy { isRead[$0] }
    }
    return Set(zip(graph.nodes, isRead).filter(\.1).map(\.0.id))
  }

  /// The boxes of every node of the part that change with a box of the input; others have none.
  func boxes(changing box: Box) -> [Box] {
    var boxes = [Box](repeating: Box(rows: 0..<0, columns: 0..<0), count: graph.nodes.count)
    boxes[0] = box
    for index in nodes {
      guard let view = views[index] else { continue }
      let map = map(index)
      boxes[index] = graph.nodes[index].inputIndices.map {
        boxes[$0].seen(through: view.window, height: map.height, width: map.width)
      }.reduce(boxes[index]) { $0.union($1) }
    }
    return boxes
  }

  /// The height and the width of a node's value.
  func map(_ index: Int) -> (height: Int, width: Int) { (shapes[index][1], shapes[index][2]) }

  /// The multiply-adds of a complete pass of one sample.
  var multiplyAdds: Int { (nodes + rest).reduce(0) { $0 + multiplyAdds(at: $1, shapes[$1]) } }

  /// The multiply-adds of a node for a part of its value of that shape.
  func multiplyAdds(at index: Int, _ shape: [Int]) -> Int {
    (graph.nodes[index].layer as? any MultiplyAddLayer)?.multiplyAdds(for: shape) ?? 0
  }
}
