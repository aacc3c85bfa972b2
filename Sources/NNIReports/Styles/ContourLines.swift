/// Lines along which a heat map has one value.
///
/// Marching squares over the bilinear interpolation between pixel centres, which ``HeatMap/value(x:y:)``
/// draws: a line crosses the side of a square where the interpolated value is the level, exactly, and is
/// straight inside a square. Where a square has two opposite corners above, the value at the
/// interpolation's saddle decides which are joined. Beyond the outer centres values stay constant, so that
/// lines reach the map's edge.
///
/// - Reference: The plane's form of Lorensen and Cline 1987 (`lorensen1987marching`).
public struct ContourLines: Sendable, Hashable {
  /// A line: `x` from 0 at the map's left edge to its width, `y` from 0 at the upper edge to its height.
  public struct Line: Sendable, Hashable {
    /// Its corners, in order; larger values lie to the right of the way along it.
    public var points: [SIMD2<Double>]
    /// Whether it returns to its start, which is then not repeated.
    public var isClosed: Bool
  }

  /// The value along the lines.
  public let level: Double
  /// The lines.
  public let lines: [Line]

  /// Finds the lines of one value.
  ///
  /// - Throws: ``ReportError`` when the level is not finite.
  public init(of map: HeatMap, at level: Double) throws {
    guard level.isFinite else {
      throw ReportError(.option, "There are no contours at \(level); give a finite value.")
    }
    self.level = level
    lines = MarchingSquares(map, level).lines()
  }
}

/// Squares between neighbouring centres, with a frame of half squares around them.
private struct MarchingSquares {
  /// A side of a square: the one that leaves a corner to the right, or downwards.
  struct Side: Hashable {
    let x: Int
    let y: Int
    let isDown: Bool
  }

  let map: HeatMap
  let level: Double

  init(_ map: HeatMap, _ level: Double) {
    self.map = map
    self.level = level
  }

  /// Where a line of corners stands: the edge, the centres, the other edge.
  private func place(_ index: Int, _ count: Int) -> Double {
    index == 0 ? 0 : index == count + 1 ? Double(count) : Double(index) - 0.5
  }

  private func value(_ x: Int, _ y: Int) -> Double {
    let column = min(max(x - 1, 0), map.width - 1)
    let row = min(max(y - 1, 0), map.height - 1)
    return Double(map.values[row * map.width + column])
  }

  private func point(_ side: Side) -> SIMD2<Double> {
    let (x, y) = (place(side.x, map.width), place(side.y, map.height))
    let (endX, endY) =
      side.isDown ? (x, place(side.y + 1, map.height)) : (place(side.x + 1, map.width), y)
    let start = value(side.x, side.y)
    let end = side.isDown ? value(side.x, side.y + 1) : value(side.x + 1, side.y)
    let share = (level - start) / (end - start)
    return SIMD2(x + (endX - x) * share, y + (endY - y) * share)
  }

  /// The segments of a square, each with the larger values on the same hand.
  private func segments(_ x: Int, _ y: Int) -> [(Side, Side)] {
    let (a, b) = (value(x, y), value(x + 1, y))
    let (d, c) = (value(x, y + 1), value(x + 1, y + 1))
    let top = Side(x: x, y: y, isDown: false)
    let bottom = Side(x: x, y: y + 1, isDown: false)
    let left = Side(x: x, y: y, isDown: true)
    let right = Side(x: x + 1, y: y, isDown: true)
    let above = [a, b, c, d].map { $0 >= level }
    switch (above[0], above[1], above[2], above[3]) {
    case (false, false, false, false), (true, true, true, true): return []
    case (true, false, false, false): return [(top, left)]
    case (false, true, false, false): return [(right, top)]
    case (false, false, true, false): return [(bottom, right)]
    case (false, false, false, true): return [(left, bottom)]
    case (true, true, false, false): return [(right, left)]
    case (false, true, true, false): return [(bottom, top)]
    case (false, false, true, true): return [(left, right)]
    case (true, false, false, true): return [(top, bottom)]
    case (false, true, true, true): return [(left, top)]
    case (true, false, true, true): return [(top, right)]
    case (true, true, false, true): return [(right, bottom)]
    case (true, true, true, false): return [(bottom, left)]
    case (true, false, true, false):
      return saddle(a, b, c, d) ? [(top, right), (bottom, left)] : [(top, left), (bottom, right)]
    case (false, true, false, true):
      return saddle(a, b, c, d) ? [(left, top), (right, bottom)] : [(right, top), (left, bottom)]
    }
  }

  /// Whether the value at the saddle of the interpolation between four corners is above the level.
  private func saddle(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Bool {
    (a * c - b * d) / (a + c - b - d) >= level
  }

  func lines() -> [ContourLines.Line] {
    // Each side is left by at most one segment and met by at most one.
    var next: [Side: Side] = [:]
    var before: [Side: Side] = [:]
    var starts: [Side] = []
    for y in 0...map.height {
      for x in 0...map.width {
        for (from, to) in segments(x, y) {
          next[from] = to
          before[to] = from
          starts.append(from)
        }
      }
    }
    var lines: [ContourLines.Line] = []
    // Open lines from their ends first, then what is left: rings.
    for side in starts.filter({ before[$0] == nil }) + starts {
      guard next[side] != nil else { continue }
      let isClosed = before[side] != nil
      var points = [point(side)]
      var current = side
      while let following = next.removeValue(forKey: current) {
        current = following
        if isClosed && following == side { break }
        points.append(point(following))
      }
      // A level that a corner has exactly gives the same point twice.
      var distinct: [SIMD2<Double>] = []
      for point in points where distinct.last != point { distinct.append(point) }
      if isClosed, distinct.count > 1, distinct.first == distinct.last { distinct.removeLast() }
      if distinct.count > 1 {
        lines.append(ContourLines.Line(points: distinct, isClosed: isClosed))
      }
    }
    return lines
  }
}
