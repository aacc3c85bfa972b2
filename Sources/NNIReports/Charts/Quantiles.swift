/// Quantiles of a sample, by linear interpolation between ranks as NumPy does it.
struct Quantiles {
  private let sorted: [Double]

  /// Takes the finite values.
  init(of values: [Double]) { sorted = values.filter(\.isFinite).sorted() }

  var isEmpty: Bool { sorted.isEmpty }

  /// The value below which a share of the sample, 0 to 1, lies; NaN for an empty sample.
  func callAsFunction(_ share: Double) -> Double {
    guard let last = sorted.indices.last else { return .nan }
    let position = min(max(share, 0), 1) * Double(last)
    let index = min(Int(position), last)
    let next = min(index + 1, last)
    let part = position - Double(index)
    return sorted[index] * (1 - part) + sorted[next] * part
  }
}
