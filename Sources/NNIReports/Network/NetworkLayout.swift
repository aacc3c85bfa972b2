/// Where the boxes of a diagram stand: in layers from top to bottom, with edges that pass between them.
///
/// A box's layer is the longest way from a box without inputs (Sugiyama, Tagawa, Toda 1981). An edge over
/// several layers gets a point in each layer between; boxes and points of a layer are ordered by the mean
/// place of their neighbours, and then moved as near to these as their order allows.
struct NetworkLayout {
  /// A box, or a point that a long edge passes.
  struct Place {
    /// The box; none for a point of an edge.
    var box: Int?
    /// The room to its left and to its right.
    var left: Double
    var right: Double
    var x = 0.0
  }

  /// The layers from top to bottom, each from left to right.
  private(set) var layers: [[Int]] = []
  /// All boxes first, then all points.
  private(set) var places: [Place]
  /// For each edge the places that it passes, its ends included.
  private(set) var paths: [[Int]] = []
  private var rank: [Int] = []
  private var above: [[Int]] = []
  private var below: [[Int]] = []
  private let gap: Double

  /// - Parameters:
  ///   - boxes: The room of each box to its left and right.
  ///   - edges: From earlier to later boxes, with the width of each.
  ///   - gap: Between two places of a layer.
  init(boxes: [(left: Double, right: Double)], edges: [(Int, Int, width: Double)], gap: Double) {
    self.gap = gap
    places = boxes.enumerated().map {
      Place(box: $0.offset, left: $0.element.0, right: $0.element.1)
    }
    rank = [Int](repeating: 0, count: boxes.count)
    for (source, user, _) in edges.sorted(by: { $0.1 < $1.1 }) {
      rank[user] = max(rank[user], rank[source] + 1)
    }
    for (source, user, width) in edges {
      var path = [source]
      // A box without inputs that is not the first, such as a constant, may stand lower than needed.
      for layer in stride(from: rank[source] + 1, to: rank[user], by: 1) {
        path.append(places.count)
        places.append(Place(box: nil, left: width / 2, right: width / 2))
        rank.append(layer)
      }
      paths.append(path + [user])
    }
    above = [[Int]](repeating: [], count: places.count)
    below = above
    for path in paths {
      for (upper, lower) in zip(path, path.dropFirst()) {
        below[upper].append(lower)
        above[lower].append(upper)
      }
    }
    layers = [[Int]](repeating: [], count: (rank.max() ?? 0) + 1)
    for index in places.indices { layers[rank[index]].append(index) }
    order()
    align()
    let start = places.map { $0.x - $0.left }.min() ?? 0
    for index in places.indices { places[index].x -= start }
  }

  /// The layer of a box.
  func layer(of box: Int) -> Int { rank[box] }

  /// How far the places reach to the right; the first begins at 0.
  var width: Double { places.map { $0.x + $0.right }.max() ?? 0 }

  /// How many pairs of edges cross between neighbouring layers.
  var crossings: Int {
    let positions = self.positions
    return layers.dropLast().reduce(0) { count, layer in
      var ends = layer.flatMap { index in below[index].map { positions[$0] }.sorted() }
      return count + Self.sortedInversions(&ends)
    }
  }

  /// The place of each box or point within its layer.
  private var positions: [Int] {
    var positions = [Int](repeating: 0, count: places.count)
    for layer in layers {
      for (position, index) in layer.enumerated() { positions[index] = position }
    }
    return positions
  }

  /// Sorts, and counts the pairs whose first number is larger than their second: a merge sort.
  private static func sortedInversions(_ numbers: inout [Int]) -> Int {
    guard numbers.count > 1 else { return 0 }
    let middle = numbers.count / 2
    var (left, right) = (Array(numbers[..<middle]), Array(numbers[middle...]))
    var count = sortedInversions(&left) + sortedInversions(&right)
    var (first, second) = (0, 0)
    for place in numbers.indices {
      if second == right.count || first < left.count && left[first] <= right[second] {
        numbers[place] = left[first]
        first += 1
      } else {
        numbers[place] = right[second]
        second += 1
        count += left.count - first
      }
    }
    return count
  }

  /// Sweeps down and up, sorting each layer by the mean position of its neighbours; keeps the best.
  private mutating func order() {
    var best = (crossings: crossings, layers: layers)
    var positions = self.positions
    for sweep in 0..<8 where best.crossings > 0 {
      let isDown = sweep % 2 == 0
      for layer in isDown ? Array(layers.indices) : layers.indices.reversed() {
        let keys = layers[layer].map { index in
          let neighbours = (isDown ? above : below)[index].map { positions[$0] }
          return neighbours.isEmpty
            ? Double(positions[index])
            : Double(neighbours.reduce(0, +)) / Double(neighbours.count)
        }
        // The old order decides ties, so that the sort is the same everywhere.
        layers[layer] = zip(keys, layers[layer]).enumerated().sorted {
          ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
        }.map(\.element.1)
        for (position, index) in layers[layer].enumerated() { positions[index] = position }
      }
      let now = crossings
      if now < best.crossings { best = (now, layers) }
    }
    layers = best.layers
  }

  /// Moves places towards their neighbours: boxes in line with boxes first, long edges straight.
  private mutating func align() {
    for layer in layers { spread(layer, towards: layer.map { _ in 0 }) }
    for sweep in 0..<24 {
      for layer in sweep % 2 == 0 ? layers : layers.reversed() {
        spread(
          layer,
          towards: layer.map { index in
            let neighbours = above[index] + below[index]
            let weights = neighbours.map { weight(index, $0) }
            let sum = weights.reduce(0, +)
            guard sum > 0 else { return places[index].x }
            return zip(neighbours, weights).reduce(0) { $0 + places[$1.0].x * $1.1 } / sum
          })
      }
    }
  }

  private func weight(_ first: Int, _ second: Int) -> Double {
    switch (places[first].box != nil, places[second].box != nil) {
    case (true, true): 8
    case (false, false): 8
    default: 0.05
    }
  }

  /// The places of a layer as near to the wanted ones as their order and room allow, by least squares: the
  /// pool-adjacent-violators algorithm on the places less the room that lies before each.
  private mutating func spread(_ layer: [Int], towards wanted: [Double]) {
    var offsets: [Double] = []
    for (position, index) in layer.enumerated() {
      let previous = position > 0 ? places[layer[position - 1]] : nil
      offsets.append(
        previous.map { offsets[position - 1] + $0.right + gap + places[index].left } ?? 0)
    }
    // A long edge gives way to a box.
    var blocks: [(sum: Double, weight: Double, count: Int)] = []
    for (position, index) in layer.enumerated() {
      let weight = places[index].box == nil ? 0.02 : 1
      blocks.append(((wanted[position] - offsets[position]) * weight, weight, 1))
      while blocks.count > 1 {
        let (upper, lower) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
        guard lower.sum / lower.weight > upper.sum / upper.weight else { break }
        blocks.removeLast()
        blocks[blocks.count - 1] = (
          lower.sum + upper.sum, lower.weight + upper.weight, lower.count + upper.count
        )
      }
    }
    var position = 0
    for block in blocks {
      for _ in 0..<block.count {
        places[layer[position]].x = block.sum / block.weight + offsets[position]
        position += 1
      }
    }
  }
}
