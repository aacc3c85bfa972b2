/// A diagram with some of its nodes in common boxes.
struct NetworkFolding {
  /// A box: one node, or several that follow each other.
  struct Box: Hashable {
    /// The positions of its nodes, from the input on.
    var nodes: [Int]
    var name: String
    var kinds: String
    var shape: String
    var relevance: Double?
    var absorbed: Double
    var note: String
  }

  private(set) var boxes: [Box] = []
  /// Between boxes.
  private(set) var edges: [NetworkDiagram.Edge] = []

  init(_ diagram: NetworkDiagram) {
    switch diagram.folding {
    case .none: self.init(diagram) { _ in false }
    case .minorLayers: self.init(diagram) { !$0.isMajor }
    case .chains: self.init(diagram) { _ in true }
    case .fitting(let limit):
      self.init(diagram) { _ in false }
      if boxes.count > limit { self.init(diagram) { !$0.isMajor } }
      if boxes.count > limit { self.init(diagram) { _ in true } }
    }
  }

  /// A node joins the only node before it where `joins` says so and nobody else uses that.
  private init(_ diagram: NetworkDiagram, joins: (NetworkDiagram.Node) -> Bool) {
    var before = [[Int]](repeating: [], count: diagram.nodes.count)
    var users = [Int](repeating: 0, count: diagram.nodes.count)
    for edge in diagram.edges {
      before[edge.user].append(edge.source)
      users[edge.source] += 1
    }
    var place: [Int] = []
    var members: [[Int]] = []
    for index in diagram.nodes.indices {
      if before[index].count == 1, let source = before[index].first, users[source] == 1,
        !before[source].isEmpty, joins(diagram.nodes[index])
      {
        place.append(place[source])
        members[place[source]].append(index)
      } else {
        place.append(members.count)
        members.append([index])
      }
    }
    boxes = members.map { Box($0, of: diagram) }
    edges = diagram.edges.compactMap { edge in
      let (source, user) = (place[edge.source], place[edge.user])
      return source == user
        ? nil : NetworkDiagram.Edge(source, user, relevance: edge.relevance)
    }
  }
}

extension NetworkFolding.Box {
  fileprivate init(_ members: [Int], of diagram: NetworkDiagram) {
    let all = members.map { diagram.nodes[$0] }
    nodes = members
    let major = all.filter(\.isMajor)
    let (first, last) = (major.first ?? all[0], major.last ?? all[0])
    name = first.name == last.name ? first.name : Self.name(from: first.name, to: last.name)
    var counts: [(kind: String, count: Int)] = []
    for kind in all.map(\.kind) where !kind.isEmpty && kind != "Identity" {
      if let place = counts.firstIndex(where: { $0.kind == kind }) {
        counts[place].count += 1
      } else {
        counts.append((kind, 1))
      }
    }
    kinds = counts.map { $0.count == 1 ? $0.kind : "\($0.count) \($0.kind)" }
      .joined(separator: ", ")
    shape = all.last { !$0.shape.isEmpty }?.shape ?? ""
    // What leaves the box upwards is at its last node's value.
    relevance = all.last?.relevance
    absorbed = all.reduce(0) { $0 + $1.absorbed }
    let numbers = all.compactMap { Int($0.note) }
    note = numbers.isEmpty ? all.last?.note ?? "" : "\(numbers.reduce(0, +))"
  }

  /// What several names have in common where that says which, such as a block's number; else the first
  /// and what is different in the last.
  private static func name(from first: String, to last: String) -> String {
    let shared = String(zip(first, last).prefix { $0 == $1 }.map(\.0))
    let end = shared.lastIndex { $0 == "." || $0 == "/" } ?? shared.startIndex
    let stem = String(shared[..<end])
    if stem.contains(where: \.isNumber) { return stem }
    let rest = stem.isEmpty ? last : String(last.dropFirst(stem.count + 1))
    return "\(first) … \(rest)"
  }
}
