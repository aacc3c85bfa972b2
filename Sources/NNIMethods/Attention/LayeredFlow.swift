/// The largest flow through a network of layers, in which every node leads to every node of the next layer.
///
/// Dinic's algorithm: paths of the fewest edges are filled until none is left, with edges that can be emptied again from
/// the second round on. Only nodes on such paths are looked at. It ends as soon as the flow is as large as what
/// leaves the start or enters the end.
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
  /// The distance from the start of each node of each layer.
  private var level: [Int]
  /// How many of a node's neighbours are done with.
  private var arc: [Int]
  /// In each layer the places that lie on a path of the fewest edges.
  private var useful: [[Int]] = []

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
    let leaving = (0..<tokens).reduce(0) { $0 + capacity[start * tokens + $1] }
    let entering = (0..<tokens).reduce(0) {
      $0 + capacity[((layers - 1) * tokens + $1) * tokens + end]
    }
    let bound = min(leaving, entering)
    rest = capacity
    // At first every node lies on a path.
    useful = [[Int]](repeating: Array(0..<tokens), count: layers + 1)
    (useful[0], useful[layers]) = ([start], [end])
    for layer in 0...layers {
      for place in 0..<tokens { level[layer * tokens + place] = layer }
    }
    var total = fill(from: start, to: end)
    while total < bound - Self.tolerance, findPaths(from: start, to: end) {
      total += fill(from: start, to: end)
    }
    return total
  }

  /// What an edge from a place in a layer to one in a neighbouring layer still holds.
  private func left(_ layer: Int, _ place: Int, _ next: Int, _ other: Int) -> Double {
    if next > layer { return rest[(layer * tokens + place) * tokens + other] }
    let index = (next * tokens + other) * tokens + place
    return capacity[index] - rest[index]
  }

  /// Finds each node's distance from the start over edges that are not full, and the nodes on the shortest paths to the
  /// end; whether there is one.
  private mutating func findPaths(from start: Int, to end: Int) -> Bool {
    for node in level.indices { level[node] = -1 }
    var unseen = [[Int]](repeating: Array(0..<tokens), count: layers + 1)
    unseen[0].remove(at: start)
    level[start] = 0
    var queue = [(layer: 0, place: start)]
    var next = 0
    search: while next < queue.count {
      let (layer, place) = queue[next]
      next += 1
      let distance = level[layer * tokens + place] + 1
      for other in [layer + 1, layer - 1] where other >= 0 && other <= layers {
        var index = 0
        while index < unseen[other].count {
          let neighbour = unseen[other][index]
          guard left(layer, place, other, neighbour) > Self.tolerance else {
            index += 1
            continue
          }
          level[other * tokens + neighbour] = distance
          unseen[other].swapAt(index, unseen[other].count - 1)
          unseen[other].removeLast()
          if other == layers, neighbour == end { break search }
          queue.append((other, neighbour))
        }
      }
    }
    guard level[layers * tokens + end] >= 0 else { return false }
    // From the end back, only along falling distance.
    var found = [[Int]](repeating: [], count: layers + 1)
    var isFound = [Bool](repeating: false, count: level.count)
    isFound[layers * tokens + end] = true
    var stack = [(layer: layers, place: end)]
    var levels = [[Int]](repeating: [], count: layers + 1)
    for part in queue { levels[part.layer].append(part.place) }
    while let (layer, place) = stack.popLast() {
      found[layer].append(place)
      let distance = level[layer * tokens + place] - 1
      for other in [layer - 1, layer + 1] where other >= 0 && other <= layers {
        for neighbour in levels[other]
        where level[other * tokens + neighbour] == distance
          && !isFound[other * tokens + neighbour]
          && left(other, neighbour, layer, place) > Self.tolerance
        {
          isFound[other * tokens + neighbour] = true
          stack.append((other, neighbour))
        }
      }
    }
    useful = found
    return true
  }

  /// Fills paths along which the distance rises, until there is none.
  private mutating func fill(from start: Int, to end: Int) -> Double {
    for node in arc.indices { arc[node] = 0 }
    var total = 0.0
    var path: [(layer: Int, place: Int, next: Int, other: Int, left: Double)] = []
    var (layer, place) = (0, start)
    while true {
      if layer == layers, place == end {
        let amount = path.reduce(Double.infinity) { min($0, $1.left) }
        total += amount
        var full = 0
        for index in path.indices.reversed() {
          let part = path[index]
          if part.next > part.layer {
            rest[(part.layer * tokens + part.place) * tokens + part.other] -= amount
          } else {
            rest[(part.next * tokens + part.other) * tokens + part.place] += amount
          }
          path[index].left -= amount
          if path[index].left <= Self.tolerance { full = index }
        }
        (layer, place) = (path[full].layer, path[full].place)
        path.removeSubrange(full...)
        continue
      }
      guard let step = nextStep(layer, place) else {
        guard let before = path.popLast() else { return total }
        (layer, place) = (before.layer, before.place)
        arc[layer * tokens + place] += 1
        continue
      }
      path.append((layer, place, step.layer, step.place, step.left))
      (layer, place) = (step.layer, step.place)
    }
  }

  /// The next neighbour that is farther from the start and to which an edge is not full.
  private mutating func nextStep(
    _ layer: Int, _ place: Int
  ) -> (layer: Int, place: Int, left: Double)? {
    let node = layer * tokens + place
    let distance = level[node] + 1
    let ahead = layer < layers ? useful[layer + 1].count : 0
    let behind = layer > 0 ? useful[layer - 1].count : 0
    while arc[node] < ahead + behind {
      let isAhead = arc[node] < ahead
      let next = isAhead ? layer + 1 : layer - 1
      let other = isAhead ? useful[next][arc[node]] : useful[next][arc[node] - ahead]
      if level[next * tokens + other] == distance {
        let left = left(layer, place, next, other)
        if left > Self.tolerance { return (next, other, left) }
      }
      arc[node] += 1
    }
    return nil
  }
}
