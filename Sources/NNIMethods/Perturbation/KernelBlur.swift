internal import Foundation

/// The blur that RISE's insertion curve begins with: a kernel of `side` elements along each of two axes,
/// zeros beyond the border.
///
/// The kernel is what `scipy.ndimage.gaussian_filter` makes of a single 1 in the middle of a field of
/// `side` elements: a Gaussian cut at four deviations, folded back at the field's ends, so that it sums
/// to 1. With the usual 11 elements and σ = 5 it is nearly flat.
///
/// - Reference: Petsiuk, Das and Saenko 2018, *RISE*, the authors' `evaluation.py`
///   (`petsiuk2018rise`).
struct KernelBlur: Sendable {
  /// σ, in elements.
  let deviation: Double
  /// The kernel's side, odd.
  let side: Int

  /// `[N, C, …]` blurred along every axis after the channel axis.
  func blurred(_ input: Tensor) throws -> Tensor {
    try input.mixedAlongAxes(by: weights)
  }

  /// The kernel along one axis.
  var kernel: [Double] {
    let reach = Int(4 * deviation + 0.5)
    let gaussian = (-reach...reach).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
    let total = gaussian.reduce(0, +)
    var kernel = [Double](repeating: 0, count: side)
    for place in 0..<side {
      for (index, weight) in gaussian.enumerated() {
        // Half-sample reflection: …, 1, 0 | 0, 1, …, side − 1 | side − 1, …
        let period = 2 * side
        let folded = ((place + index - reach) % period + period) % period
        if min(folded, period - 1 - folded) == side / 2 { kernel[place] += weight / total }
      }
    }
    return kernel
  }

  /// `[j, i]`, row by row: how much element `j` counts for element `i`.
  private func weights(_ extent: Int) -> [Double] {
    let kernel = kernel
    var weights = [Double](repeating: 0, count: extent * extent)
    for i in 0..<extent {
      for (offset, weight) in kernel.enumerated() {
        let j = i + offset - side / 2
        if (0..<extent).contains(j) { weights[j * extent + i] = weight }
      }
    }
    return weights
  }
}
