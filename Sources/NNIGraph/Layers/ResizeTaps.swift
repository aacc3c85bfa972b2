/// Where one axis of a resized tensor gets its elements from, and how it is told.
public struct ResizeAxis: Sendable, Hashable {
  /// How long the axis becomes.
  public enum Extent: Sendable, Hashable {
    /// The input's extent times a factor, rounded down.
    case factor(Double)
    /// A number of elements.
    case size(Int)
  }

  /// Which axis; 0 is the batch's.
  public var axis: Int
  /// How long it becomes.
  public var extent: Extent
  /// Begin and end of the part that is looked at, as parts of the axis, for
  /// ``ResizeLayer/Coordinates/cropAndResize``.
  public var region: [Double]

  /// Creates a description.
  public init(axis: Int, extent: Extent, region: [Double] = [0, 1]) {
    self.axis = axis
    self.extent = extent
    self.region = region
  }

  /// The extent that an axis of `extent` elements gets.
  func resized(_ old: Int, isCropping: Bool) -> Int {
    switch extent {
    case .size(let size): size
    case .factor(let factor):
      // Single precision, as the files' factors have it: 0.7 times 10 is 7.
      isCropping
        ? Int(Float(old) * (Float(region[1]) - Float(region[0])) * Float(factor))
        : Int(Float(old) * Float(factor))
    }
  }
}

/// The elements of the input that each element of a resized axis is a weighted sum of.
struct ResizeTaps {
  /// `indices[t][i]` is the position of tap `t` of element `i`.
  private(set) var indices: [[Int64]] = []
  /// The weights of the same taps.
  private(set) var weights: [[Double]] = []

  private typealias Sum = [(index: Int, weight: Double)]

  init(_ layer: ResizeLayer, _ axis: ResizeAxis, from old: Int, to new: Int) {
    let sums = (0..<new).map { element -> Sum in
      let position = Self.position(of: element, layer, axis, old, new)
      if layer.coordinates == .cropAndResize, position < 0 || position > Double(old - 1) {
        return [(0, 0)]
      }
      switch layer.mode {
      case .nearest(let rounding):
        let isShrinking = new < old
        return [(min(max(rounding.nearest(position, isShrinking), 0), old - 1), 1)]
      case .linear, .cubic:
        return Self.taps(layer, at: position, Self.scale(axis, old, new), old)
      }
    }
    let count = sums.map(\.count).max() ?? 0
    for tap in 0..<count {
      indices.append(sums.map { tap < $0.count ? Int64($0[tap].index) : 0 })
      weights.append(sums.map { tap < $0.count ? $0[tap].weight : 0 })
    }
  }

  /// Whether each element is a copy of one.
  var isSelection: Bool { weights.count == 1 && weights[0].allSatisfy { $0 == 1 } }

  /// The weights as a matrix, a row for each element of the result.
  func matrix(columns: Int) -> [Double] {
    let rows = weights.first?.count ?? 0
    var matrix = [Double](repeating: 0, count: rows * columns)
    for (positions, factors) in zip(indices, weights) {
      for row in 0..<rows { matrix[row * columns + Int(positions[row])] += factors[row] }
    }
    return matrix
  }

  private static func scale(_ axis: ResizeAxis, _ old: Int, _ new: Int) -> Double {
    switch axis.extent {
    case .size: Double(new) / Double(old)
    case .factor(let factor): factor
    }
  }

  /// The position in the input of an element of the result.
  private static func position(
    of element: Int, _ layer: ResizeLayer, _ axis: ResizeAxis, _ old: Int, _ new: Int
  ) -> Double {
    let (i, length, result) = (Double(element), Double(old), Double(new))
    func scaled(_ shift: Double) -> Double {
      switch axis.extent {
      // A quotient of whole numbers is exact where it is whole.
      case .size: (i + shift) * length / result
      // Files state factors in single precision; what was meant shows after rounding to it.
      case .factor(let factor): Double(Float((i + shift) / factor))
      }
    }
    switch layer.coordinates {
    case .asymmetric: return scaled(0)
    case .halfPixel: return scaled(0.5) - 0.5
    case .halfPixelUnlessOne: return new > 1 ? scaled(0.5) - 0.5 : 0
    case .halfPixelFloor: return scaled(0.5)
    case .alignCorners: return new > 1 ? i * (length - 1) / (result - 1) : 0
    case .halfPixelSymmetric:
      let adjustment =
        switch axis.extent {
        case .size: 1.0
        case .factor(let factor): result / (factor * length)
        }
      return Double(Float(length / 2 * (1 - adjustment) + scaled(0.5) - 0.5))
    case .cropAndResize:
      let (start, end) = (axis.region[0], axis.region[1])
      guard new > 1 else { return 0.5 * (start + end) * (length - 1) }
      return start * (length - 1) + i * (end - start) * (length - 1) / (result - 1)
    }
  }

  /// The weights of a filter around a position, which a shrinking axis stretches if it is to
  /// smooth; they sum to 1.
  private static func taps(
    _ layer: ResizeLayer, at position: Double, _ scale: Double, _ old: Int
  ) -> Sum {
    let stretch = layer.isSmoothing ? min(scale, 1) : 1
    let reach = (layer.mode == .linear ? 1 : 2) / stretch
    let first = Int((position - reach).rounded(.down)) + 1
    let last = max(first, Int((position + reach).rounded(.up)) - 1)
    var sum = (first...last).map { index in
      (index: index, weight: layer.mode.weight(at: (Double(index) - position) * stretch))
    }
    if layer.excludesOutside {
      sum = sum.filter { (0..<old).contains($0.index) }
    }
    let total = sum.reduce(0) { $0 + $1.weight }
    // Positions beyond the edge repeat it.
    return sum.map { (min(max($0.index, 0), old - 1), total == 0 ? 0 : $0.weight / total) }
  }
}

extension ResizeLayer.Mode {
  /// The filter's weight at a distance.
  fileprivate func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return x < 0.5 ? 1 : 0
    case .linear: return max(0, 1 - x)
    case .cubic(let a):
      // Keys 1981, equation 4, with its free parameter.
      if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
  }
}

extension ResizeLayer.Rounding {
  fileprivate func nearest(_ position: Double, _ isShrinking: Bool) -> Int {
    switch self {
    case .floor: Int(position.rounded(.down))
    case .ceiling: Int(position.rounded(.up))
    case .halfDown: Int((position - 0.5).rounded(.up))
    case .halfUp: Int((position + 0.5).rounded(.down))
    case .simple: Int(position.rounded(isShrinking ? .up : .down))
    }
  }
}
