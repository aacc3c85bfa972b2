/// For each pixel of a resized row or column: which source pixels it mixes, and how much of each, summing to 1.
///
/// Pillow's `precompute_coeffs`.
struct ExactWeights {
  private let source: Int
  private let scale: Double
  private let filterScale: Double
  private let support: Double
  private let interpolation: Interpolation

  init(from source: Int, to target: Int, interpolation: Interpolation) {
    self.source = source
    self.interpolation = interpolation
    scale = Double(source) / Double(target)
    filterScale = max(scale, 1)
    support = interpolation.support * filterScale
  }

  /// No pixel mixes more than so many.
  var stride: Int { Int(support.rounded(.up)) * 2 + 1 }

  /// The first source pixel of a result, and the shares of it and those after it.
  func shares(of index: Int) -> (first: Int, shares: [Double]) {
    let center = (Double(index) + 0.5) * scale
    let first = max(Int(center - support + 0.5), 0)
    let count = min(Int(center + support + 0.5), source) - first
    let exact = (0..<count).map {
      interpolation.weight(at: (Double($0 + first) - center + 0.5) * (1 / filterScale))
    }
    let sum = exact.reduce(0, +)
    return (first, exact.map { sum == 0 ? $0 : $0 / sum })
  }
}
