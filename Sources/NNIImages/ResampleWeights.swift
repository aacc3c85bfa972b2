/// For each pixel of a resized row or column: which source pixels it mixes, and how much of each.
///
/// Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`: the weights of one pixel are
/// normalised to sum 1 and kept as fixed-point numbers of ``precision`` bits, so that results are
/// equal bit for bit.
struct ResampleWeights {
  /// 32 bits, less 8 for the pixel and 2 for the overshoot of negative lobes.
  static let precision: Int32 = 32 - 8 - 2

  /// The first source pixel of each result.
  var starts: [Int]
  /// How many source pixels each result mixes.
  var counts: [Int]
  /// The weights, `stride` for each result.
  var weights: [Int32]
  var stride: Int

  init(from source: Int, to target: Int, interpolation: Interpolation) {
    let scale = Double(source) / Double(target)
    let filterScale = max(scale, 1)
    let support = interpolation.support * filterScale
    let one = Double(Int32(1) << Self.precision)
    stride = Int(support.rounded(.up)) * 2 + 1
    starts = []
    counts = []
    weights = [Int32](repeating: 0, count: stride * target)
    for index in 0..<target {
      let center = (Double(index) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let count = min(Int(center + support + 0.5), source) - first
      let exact = (0..<count).map {
        interpolation.weight(at: (Double($0 + first) - center + 0.5) * (1 / filterScale))
      }
      let sum = exact.reduce(0, +)
      for (offset, value) in exact.enumerated() {
        let share = (sum == 0 ? value : value / sum) * one
        weights[index * stride + offset] = Int32(share < 0 ? share - 0.5 : share + 0.5)
      }
      starts.append(first)
      counts.append(count)
    }
  }
}
