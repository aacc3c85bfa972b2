extension NetworkDrawing {
  /// All edges, below the boxes.
  func edges() -> String {
    let (starts, ends) = (ports(below: true), ports(below: false))
    // The widest first, so that thin ones stay visible.
    let order = folded.edges.indices.sorted { (thickness($0), $1) > (thickness($1), $0) }
    return order.map { index in
      let path = layout.paths[index]
      var points: [(x: Double, y: Double)] = [(starts[index], bottom(of: path[0]))]
      for (position, place) in path.dropFirst().dropLast().enumerated() {
        let layer = layout.layer(of: path[0]) + position + 1
        points.append((layout.places[place].x, top(layer)))
        points.append((layout.places[place].x, top(layer) + boxHeight))
      }
      points.append((ends[index], top(layout.layer(of: path[path.count - 1]))))
      return stroke(points, edge: index)
    }.joined()
  }

  /// Vertical lines past the boxes, smooth bends between the layers.
  private func stroke(_ points: [(x: Double, y: Double)], edge index: Int) -> String {
    var path = "M\(number(points[0].x)) \(number(points[0].y))"
    for (position, (from, to)) in zip(points, points.dropFirst()).enumerated() {
      if position % 2 == 1 || from.x == to.x {
        path += "L\(number(to.x)) \(number(to.y))"
      } else {
        let middle = number((from.y + to.y) / 2)
        path += "C\(number(from.x)) \(middle) \(number(to.x)) \(middle) "
        path += "\(number(to.x)) \(number(to.y))"
      }
    }
    let value = folded.edges[index].relevance
    let paint = value.map(color) ?? ChartColor.muted.paint(for: medium)
    return """
      <path d="\(path)" fill="none" stroke="\(paint)" \
      stroke-width="\(number(thickness(index)))" stroke-opacity="0.75"/>

      """
  }

  private func thickness(_ edge: Int) -> Double {
    guard let value = folded.edges[edge].relevance else { return 1.25 }
    return max(abs(value) * unit, 0.75)
  }

  /// Where each edge leaves or meets its box: side by side, in the order of where they come from.
  private func ports(below: Bool) -> [Double] {
    var result = [Double](repeating: 0, count: folded.edges.count)
    let ends = folded.edges.indices.map { below ? folded.edges[$0].source : folded.edges[$0].user }
    for box in folded.boxes.indices {
      let own = folded.edges.indices.filter { ends[$0] == box }.sorted { first, second in
        func next(_ edge: Int) -> Double {
          let path = layout.paths[edge]
          return layout.places[below ? path[1] : path[path.count - 2]].x
        }
        return (next(first), first) < (next(second), second)
      }
      let widths = own.map(thickness)
      let space = own.count > 1 ? 6.0 : 0
      let whole = widths.reduce(0, +) + Double(max(own.count - 1, 0)) * space
      // Many wide edges are squeezed into the box's own width.
      let squeeze = min(1, (Self.boxWidth - 12) / max(whole, 1))
      var place = layout.places[box].x - whole * squeeze / 2
      for (edge, width) in zip(own, widths) {
        result[edge] = place + width * squeeze / 2
        place += (width + space) * squeeze
      }
    }
    return result
  }
}
