/// For each pixel of a resized row or column: which source pixels it mixes, and how much of each.
///
/// Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`: the weights of one pixel are
/// normalised to sum 1 (``ExactWeights``) and kept as fixed-point numbers of ``precision`` bits, so that
/// results are equal bit for bit.
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
    let exact = ExactWeights(from: source, to: target, interpolation: interpolation)
    let one = Double(Int32(1) << Self.precision)
    stride = exact.stride
    starts = []
    counts = []
    weights = [Int32](repeating: 0, count: stride * target)
    for index in 0..<target {
      let (first, shares) = exact.shares(of: index)
      for (offset, value) in shares.enumerated() {
        let share = value * one
        weights[index * stride + offset] = Int32(share < 0 ? share - 0.5 : share + 0.5)
      }
      starts.append(first)
      counts.append(shares.count)
    }
  }
}
