/// An estimate of one quantile of a growing list, for each of many elements, in five markers each: P².
///
/// The markers stand at the smallest value, at the quantiles `p/2`, `p` and `(1 + p)/2`, and at the largest
/// value; each new value moves them by at most one place, along a parabola through their neighbours.
///
/// - Reference: Jain and Chlamtac 1985, *The P² Algorithm for Dynamic Calculation of Quantiles and
///   Histograms Without Storing Observations*, box 1 (`jain1985p2`).
struct PSquareQuantile {
  private let share: Double
  private var count = 5
  /// The markers' heights, marker by marker.
  private var heights: [[Double]]
  /// The markers' positions, from 1; the last one's is the count.
  private var positions: [[Double]]

  /// Begins with the first five values of each element.
  init(_ share: Double, first values: [[Double]]) {
    precondition(values.count == 5, "P² begins with five values")
    self.share = share
    let elements = values[0].count
    heights = values
    positions = (1...5).map { [Double](repeating: Double($0), count: elements) }
    for element in 0..<elements {
      let sorted = values.map { $0[element] }.sorted()
      for marker in 0..<5 { heights[marker][element] = sorted[marker] }
    }
  }

  /// Takes up one more value of each element.
  mutating func add(_ values: [Double]) {
    count += 1
    let increments = [0, share / 2, share, (1 + share) / 2, 1]
    let wanted = increments.map { 1 + Double(count - 1) * $0 }
    for (element, value) in values.enumerated() {
      heights[0][element] = min(heights[0][element], value)
      for marker in 1...3 where value < heights[marker][element] {
        positions[marker][element] += 1
      }
      heights[4][element] = max(heights[4][element], value)
      positions[4][element] += 1
      for marker in 1...3 { move(marker, element, to: wanted[marker]) }
    }
  }

  /// Moves a marker one place towards where it should be, if there is room.
  private mutating func move(_ marker: Int, _ element: Int, to wanted: Double) {
    let (below, here, above) = (
      positions[marker - 1][element], positions[marker][element], positions[marker + 1][element]
    )
    let distance = wanted - here
    guard distance >= 1 && above - here > 1 || distance <= -1 && below - here < -1 else { return }
    let d: Double = distance >= 1 ? 1 : -1
    let (low, height, high) = (
      heights[marker - 1][element], heights[marker][element], heights[marker + 1][element]
    )
    let rise = (here - below + d) * (high - height) / (above - here)
    let fall = (above - here - d) * (height - low) / (here - below)
    let parabola = height + d / (above - below) * (rise + fall)
    if low < parabola && parabola < high {
      heights[marker][element] = parabola
    } else {
      let line = d > 0 ? (high - height) / (above - here) : (low - height) / (below - here)
      heights[marker][element] = height + d * line
    }
    positions[marker][element] = here + d
  }

  /// The estimates.
  var values: [Double] { heights[2] }
}
