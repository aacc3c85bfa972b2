extension HeatMap {
  /// The value at a place between pixels: bilinear, with pixel centres at halves, constant beyond
  /// the edges.
  ///
  /// - Parameters:
  ///   - x: 0 at the left edge to ``width`` at the right one; the first pixel's centre is 0.5.
  ///   - y: 0 at the upper edge to ``height`` at the lower one.
  /// - Returns: the interpolated value.
  public func value(x: Double, y: Double) -> Double {
    let (left, right, across) = Self.neighbours(of: x, count: width)
    let (upper, lower, down) = Self.neighbours(of: y, count: height)
    let top = mixed(upper * width + left, upper * width + right, across)
    let bottom = mixed(lower * width + left, lower * width + right, across)
    return top + (bottom - top) * down
  }

  /// The map at a lower resolution: means over squares, smaller ones at the right and lower edge.
  ///
  /// A map that is finer than the picture it is drawn on would otherwise show a random choice of its
  /// values.
  func averaged(over side: Int) -> HeatMap {
    guard side > 1 else { return self }
    let columns = (width + side - 1) / side
    let rows = (height + side - 1) / side
    var means: [Float] = []
    means.reserveCapacity(columns * rows)
    for row in 0..<rows {
      let lines = (row * side)..<min((row + 1) * side, height)
      for column in 0..<columns {
        let places = (column * side)..<min((column + 1) * side, width)
        let sum = lines.reduce(0.0) { sum, y in
          places.reduce(sum) { $0 + Double(values[y * width + $1]) }
        }
        means.append(Float(sum / Double(lines.count * places.count)))
      }
    }
    return HeatMap(uncheckedValues: means, height: rows, width: columns, kind: kind)
  }

  private func mixed(_ first: Int, _ second: Int, _ share: Double) -> Double {
    let start = Double(values[first])
    return start + (Double(values[second]) - start) * share
  }

  /// The two pixels around a place, and how far it lies towards the second.
  private static func neighbours(of place: Double, count: Int) -> (Int, Int, Double) {
    let centered = min(max(place - 0.5, 0), Double(count - 1))
    let first = Int(centered)
    return (first, min(first + 1, count - 1), centered - Double(first))
  }
}
