internal import Foundation

/// The frequencies of a real image's Fourier transform.
enum Frequency {
  /// The length of each frequency in cycles a pixel, for `H` rows and `⌊W/2⌋ + 1` columns.
  static func lengths(height: Int, width: Int) -> [Double] {
    (0..<height).flatMap { row -> [Double] in
      // Rows above the middle stand for negative frequencies.
      let vertical = Double(row <= (height - 1) / 2 ? row : row - height) / Double(height)
      return (0...(width / 2)).map { column in
        let horizontal = Double(column) / Double(width)
        return (vertical * vertical + horizontal * horizontal).squareRoot()
      }
    }
  }
}

/// `base` to a real power.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

extension Tensor {
  /// The orthonormal Fourier transform of real images, `[N, C, H, W]`, as pairs of numbers:
  /// `[N, C, H, ⌊W/2⌋ + 1, 2]`.
  func spectrum() throws -> Tensor {
    try .call(
      "aten::view_as_real",
      .tensor(
        .call("aten::fft_rfft2", .tensor(self), .none, .ints([-2, -1]), .string("ortho"))))
  }

  /// The real images whose transform the pairs are: the inverse of ``spectrum()``.
  func wave(height: Int, width: Int) throws -> Tensor {
    let complex = try Tensor.call("aten::view_as_complex", .tensor(reshaped(shape)))
    return try .call(
      "aten::fft_irfft2", .tensor(complex), .ints([height, width]), .ints([-2, -1]),
      .string("ortho"))
  }
}
