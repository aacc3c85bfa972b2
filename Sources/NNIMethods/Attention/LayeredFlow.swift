/// The largest flow through a network of layers, in which every node leads to every node of the next layer.
///
/// Dinic's algorithm: paths of the fewest edges are filled until none is left, with edges that can be emptied again from
/// the second round on. It ends as soon as the flow is as large as what leaves the start or enters the end, which
/// of attention it nearly always becomes in the first round.
///
/// - Reference: Dinic 1970, *Algorithm for Solution of a Problem of Maximum Flow in Networks with Power Estimation*
///   (`dinic1970algorithm`).
struct LayeredFlow {
  /// What an edge may be short of its capacity, or a flow of its bound, and count as full.
  static let tolerance = 1e-13

  private let tokens: Int
  private let layers: Int
  /// `[layer][from][to]`, the layer of the start first.
  private let capacity: [Double]
  /// What is left of each edge.
  private var rest: [Double]
  private var level: [Int]
  private var arc: [Int]

  /// A network from the capacities between neighbouring layers.
  ///
  /// - Parameters:
  ///   - capacity: `tokens²` numbers of at least 0 for each layer, rows the nodes nearer to the start; the layer at
  ///     the start first.
  ///   - tokens: How many nodes each layer has.
  init(_ capacity: [Double], tokens: Int) {
    self.tokens = tokens
    self.capacity = capacity
    layers = capacity.count / (tokens * tokens)
    rest = capacity
    level = [Int](repeating: 0, count: (layers + 1) * tokens)
    arc = level
  }

  /// The largest flow from a node of the first layer to one of the last.
  mutating func maximum(from start: Int, to end: Int) -> Double {
    let sink = layers * tokens + end
    let leaving = (0..<tokens).reduce(0) { $0 + capacity[start * tokens + $1] }
    let entering = (0..<tokens).reduce(0) {
      $0 + capacity[((layers - 1) * tokens + $1) * tokens + end]
    }
    let bound = min(leaving, entering)
    rest = capacity
    var total = 0.0
    for node in level.indices {
      level[node] = node < layers * tokens || node == sink ? node / tokens : -1
    }
    var isFirst = true
    while isFirst || (total < bound - Self.tolerance && findLevels(from: start, to: sink)) {
      for node in arc.indices { arc[node] = 0 }
      total += fill(from: start, to: sink)
      isFirst = false
    }
    return total
  }

  /// Each node's distance from the start over edges that are not full; whether the end is reached.
  private mutating func findLevels(from start: Int, to sink: Int) -> Bool {
    for node in level.indices { level[node] = -1 }
    level[start] = 0
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      for step in 0..<(2 * tokens) {
        guard let (neighbour, left) = edge(node, step), left > Self.tolerance,
          level[neighbour] < 0
        else { continue }
        level[neighbour] = level[node] + 1
        if neighbour == sink { return true }
        queue.append(neighbour)
      }
    }
    return false
  }

  /// The node that one of a node's edges leads to and what it still holds; the second half of the edges goes back.
  private func edge(_ node: Int, _ step: Int) -> (node: Int, left: Double)? {
    let layer = node / tokens
    if step < tokens {
      guard layer < layers else { return nil }
      return ((layer + 1) * tokens + step, rest[node * tokens + step])
    }
    guard layer > 0 else { return nil }
    let before = (layer - 1) * tokens + step - tokens
    let place = before * tokens + node % tokens
    return (before, capacity[place] - rest[place])
  }

  private mutating func change(_ node: Int, _ step: Int, by amount: Double) {
    if step < tokens {
      rest[node * tokens + step] -= amount
    } else {
      rest[((node / tokens - 1) * tokens + step - tokens) * tokens + node % tokens] += amount
    }
  }

  /// Fills paths along which the level rises, until there is none.
  private mutating func fill(from start: Int, to sink: Int) -> Double {
    var total = 0.0
    var path: [(node: Int, left: Double)] = []
    var node = start
    while true {
      if node == sink {
        let amount = path.reduce(Double.infinity) { min($0, $1.left) }
        total += amount
        var full = path.count
        for (index, part) in path.enumerated().reversed() {
          change(part.node, arc[part.node], by: amount)
          path[index].left -= amount
          if path[index].left <= Self.tolerance { full = index }
        }
        node = path[full].node
        path.removeSubrange(full...)
        continue
      }
      var isFound = false
      while arc[node] < 2 * tokens {
        if let (neighbour, left) = edge(node, arc[node]), left > Self.tolerance,
          level[neighbour] == level[node] + 1
        {
          path.append((node, left))
          node = neighbour
          isFound = true
          break
        }
        arc[node] += 1
      }
      guard !isFound else { continue }
      guard let before = path.popLast() else { return total }
      node = before.node
      arc[node] += 1
    }
  }
}
