/// The k-means of ``SLIC``: centres that move, pixels that follow the nearest.
struct PixelClustering {
  /// The centre of each pixel, row by row.
  private(set) var labels: [Int]
  /// `S = √(H·W/K)` for the `K` centres that there are.
  let distance: Double

  private struct Center {
    var y: Double
    var x: Double
    var color: [Double]
  }

  private let pixels: PixelColors
  private var centers: [Center]
  /// How far from a centre its pixels may lie.
  private let reach: (rows: Double, columns: Double)
  /// What squared distances of place are multiplied by.
  private let placeWeight: Double
  private var isFirst = true

  /// Centres on a grid of about `segments` cells, each moved to the flattest of the nine pixels around.
  init(_ pixels: PixelColors, segments: Int, compactness: Double) {
    self.pixels = pixels
    let (height, width) = (Double(pixels.height), Double(pixels.width))
    let rows = min(max((Double(segments) * height / width).squareRoot().rounded(), 1), height)
    let columns = min(max((Double(segments) / rows).rounded(), 1), width)
    distance = (height * width / (rows * columns)).squareRoot()
    placeWeight = (compactness / distance) * (compactness / distance)
    reach = (max(distance, height / rows), max(distance, width / columns))
    labels = (0..<pixels.height * pixels.width).map { pixel in
      let (y, x) = (pixel / pixels.width, pixel % pixels.width)
      let row = Int((Double(y) + 0.5) * rows / height)
      return row * Int(columns) + Int((Double(x) + 0.5) * columns / width)
    }
    centers = []
    for row in 0..<Int(rows) {
      for column in 0..<Int(columns) {
        centers.append(
          Self.center(
            y: (Double(row) + 0.5) * height / rows - 0.5,
            x: (Double(column) + 0.5) * width / columns - 0.5, in: pixels))
      }
    }
  }

  /// Gives each pixel to the nearest centre within reach; whether any changed its centre.
  ///
  /// True the first time, when centres are not yet the means of their pixels.
  mutating func assign() -> Bool {
    let depth = pixels.depth
    var nearest = [Double](repeating: .infinity, count: labels.count)
    var changed = labels
    for (index, center) in centers.enumerated() {
      let rows = Self.range(center.y, reach.rows, pixels.height)
      let columns = Self.range(center.x, reach.columns, pixels.width)
      for y in rows {
        let down = Double(y) - center.y
        for x in columns {
          let right = Double(x) - center.x
          let pixel = y * pixels.width + x
          var far = (down * down + right * right) * placeWeight
          for part in 0..<depth {
            let difference = pixels.values[pixel * depth + part] - center.color[part]
            far += difference * difference
          }
          if far < nearest[pixel] {
            nearest[pixel] = far
            changed[pixel] = index
          }
        }
      }
    }
    defer { (labels, isFirst) = (changed, false) }
    return isFirst || changed != labels
  }

  /// Moves each centre to the mean of its pixels; one without pixels stays.
  mutating func moveCenters() {
    let depth = pixels.depth
    var sums = [Double](repeating: 0, count: centers.count * (depth + 3))
    for (pixel, label) in labels.enumerated() {
      let start = label * (depth + 3)
      sums[start] += 1
      sums[start + 1] += Double(pixel / pixels.width)
      sums[start + 2] += Double(pixel % pixels.width)
      for part in 0..<depth { sums[start + 3 + part] += pixels.values[pixel * depth + part] }
    }
    for index in centers.indices {
      let part = sums[(index * (depth + 3))..<((index + 1) * (depth + 3))].map { $0 }
      guard part[0] > 0 else { continue }
      centers[index] = Center(
        y: part[1] / part[0], x: part[2] / part[0], color: part[3...].map { $0 / part[0] })
    }
  }

  private static func range(_ center: Double, _ reach: Double, _ extent: Int) -> ClosedRange<Int> {
    let low = max(Int((center - reach).rounded(.up)), 0)
    return low...max(low, min(Int((center + reach).rounded(.down)), extent - 1))
  }

  /// A centre near a place: there, or at a pixel beside it whose surroundings are flatter, so that no
  /// centre begins on an edge or on a noisy pixel.
  private static func center(y: Double, x: Double, in pixels: PixelColors) -> Center {
    func color(_ y: Int, _ x: Int) -> [Double] {
      let start = (y * pixels.width + x) * pixels.depth
      return Array(pixels.values[start..<(start + pixels.depth)])
    }
    let (row, column) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
    var best = (y: row, x: column, slope: slope(row, column, in: pixels))
    for otherY in max(row - 1, 0)...min(row + 1, pixels.height - 1) {
      for otherX in max(column - 1, 0)...min(column + 1, pixels.width - 1) {
        let other = slope(otherY, otherX, in: pixels)
        if other < best.slope { best = (otherY, otherX, other) }
      }
    }
    let hasMoved = best.y != row || best.x != column
    return Center(
      y: hasMoved ? Double(best.y) : y, x: hasMoved ? Double(best.x) : x,
      color: color(best.y, best.x))
  }

  /// `‖I(x+1, y) − I(x−1, y)‖² + ‖I(x, y+1) − I(x, y−1)‖²`; beyond the border stands the border's pixel.
  private static func slope(_ y: Int, _ x: Int, in pixels: PixelColors) -> Double {
    let (height, width) = (pixels.height, pixels.width)
    let (left, right) = (y * width + max(x - 1, 0), y * width + min(x + 1, width - 1))
    let (above, below) = (max(y - 1, 0) * width + x, min(y + 1, height - 1) * width + x)
    return pixels.squaredDistance(left, right) + pixels.squaredDistance(above, below)
  }
}
