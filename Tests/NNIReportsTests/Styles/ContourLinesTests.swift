import Foundation
import Testing

@testable import NNIReports

/// Judged by maps whose lines are known: ramps, cones and saddles.
@Suite struct ContourLinesTests {
  private func map(
    _ width: Int, _ height: Int, _ value: (Double, Double) -> Double
  ) throws -> HeatMap {
    let values = (0..<(width * height)).map {
      Float(value(Double($0 % width) + 0.5, Double($0 / width) + 0.5))
    }
    return try HeatMap(values, height: height, width: width, kind: .signed)
  }

  @Test(arguments: [0.0, 1.25, -3.5])
  func aRampHasOneStraightLine(level: Double) throws {
    // v = 2x + y - 20 over 17 × 11.
    let lines = try ContourLines(of: map(17, 11) { 2 * $0 + $1 - 20 }, at: level).lines
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(!line.isClosed)
    for point in line.points where point.y > 0.5 && point.y < 10.5 {
      #expect(abs(2 * point.x + point.y - 20 - level) < 1e-5)
    }
    // It crosses the whole map.
    #expect(line.points.contains { $0.y == 0 } && line.points.contains { $0.y == 11 })
    // Larger values lie on its right: it runs so that x is larger there.
    let (start, end) = (line.points[0], line.points[line.points.count - 1])
    #expect(start.y > end.y)
  }

  @Test func aConeHasRings() throws {
    let cone = try map(64, 48) { 20 - hypot($0 - 30, $1 - 24) }
    let lines = try ContourLines(of: cone, at: 5).lines
    #expect(lines.count == 1 && lines[0].isClosed)
    for point in lines[0].points {
      // A chord of one square falls short of the circle by less than 1/(8 · 15).
      #expect(abs(hypot(point.x - 30, point.y - 24) - 15) < 0.02)
    }
    // The shoelace area: a circle of radius 15, on the right-hand side of the way around.
    let points = lines[0].points
    let area = points.indices.reduce(0.0) { sum, index in
      let (a, b) = (points[index], points[(index + 1) % points.count])
      return sum + (a.x * b.y - b.x * a.y) / 2
    }
    #expect(abs(area - .pi * 225) < 3)
  }

  /// Every point of every line has the level's value in the interpolation that pictures show.
  @Test func pointsHaveTheLevelsValue() throws {
    let waves = try map(23, 31) { sin($0 * 0.9) * cos($1 * 0.7) + 0.1 * $0 }
    for level in [-0.5, 0, 0.3, 1.7] {
      let lines = try ContourLines(of: waves, at: level).lines
      #expect(!lines.isEmpty)
      for line in lines {
        for point in line.points {
          #expect(abs(waves.value(x: point.x, y: point.y) - level) < 1e-6)
        }
        // Open lines end at the edges.
        guard !line.isClosed else { continue }
        for end in [line.points[0], line.points[line.points.count - 1]] {
          #expect(end.x == 0 || end.x == 23 || end.y == 0 || end.y == 31)
        }
      }
    }
  }

  /// Two high corners of a square: the saddle of the interpolation decides which are joined.
  @Test func saddlesAreDecided() throws {
    // Corners 4, 0 over 0, 2: saddle at 4 · 2 / 6 = 4/3.
    let saddle = try HeatMap([4, 0, 0, 2], height: 2, width: 2, kind: .signed)
    func joins(_ level: Double) throws -> Bool {
      // Joined, both low corners are cut off: no line passes on the near side of a high corner.
      let lines = try ContourLines(of: saddle, at: level).lines
      #expect(lines.count == 2)
      return lines.contains { line in
        line.points.contains { $0.x == 1.5 - 0 } && line.points.contains { $0.y == 0 }
      }
    }
    #expect(try joins(1.2))
    #expect(try !joins(1.5))
  }

  @Test func flatAndForeignLevelsHaveNone() throws {
    let flat = try map(5, 4) { _, _ in 2 }
    #expect(try ContourLines(of: flat, at: 2).lines.isEmpty)
    #expect(try ContourLines(of: flat, at: 3).lines.isEmpty)
    #expect(throws: ReportError.self) { _ = try ContourLines(of: flat, at: .nan) }
    let one = try HeatMap([1], height: 1, width: 1, kind: .signed)
    #expect(try ContourLines(of: one, at: 0.5).lines.isEmpty)
  }

  @Test func quantilesHoldTheirShareOfTheArea() throws {
    let random = try map(100, 80) { $0 * 80 + $1 }  // all values different
    let levels = try ContourLevels.quantiles([0.9, 0.5, 0.9]).resolved(for: random)
    #expect(levels.count == 2)
    for (level, share) in zip(levels, [0.5, 0.9]) {
      let below = random.values.count { abs(Double($0)) < level }
      #expect(abs(Double(below) / 8000 - share) < 0.001)
    }
    #expect(try ContourLevels.values([3, 1, 3]).resolved(for: random) == [1, 3])
    let zero = try HeatMap([0, 0], height: 1, width: 2, kind: .signed)
    #expect(try ContourLevels.quantiles([0.5]).resolved(for: zero).isEmpty)
    for levels: ContourLevels in [
      .quantiles([]), .quantiles([1]), .quantiles([.nan]), .values([]), .values([-1]),
      .values([.infinity]),
    ] {
      #expect(throws: ReportError.self) { _ = try levels.resolved(for: random) }
    }
  }
}
