/// Resampling of 16-bit pixels with ``Resampler``'s weights, in double precision throughout.
///
/// Pillow has no such thing for colours; for one channel it is the resizing of its mode `F`, but for the
/// last rounding to 16 bits.
enum DeepResampler {
  static func resampled(
    _ image: Image, width: Int, height: Int, interpolation: Interpolation
  ) -> Image {
    guard interpolation != .nearest else {
      let values = Resampler.nearest(
        image.values16, of: image, width: width, height: height)
      return Image(
        uncheckedWidth: width, height: height, layout: image.layout, values16: values)
    }
    let channels = image.channels
    var values = image.values16.map(Double.init)
    // Colours of transparent pixels must not leak into their neighbours.
    if image.layout == .rgba { scaleColors(&values) { $0 / 65535 } }
    // Whichever direction comes first matters only where something is rounded between: rows first.
    values = mixed(
      values, lines: image.height, from: image.width, to: width, step: channels,
      interpolation)
    values = mixed(
      values, lines: 1, from: image.height, to: height, step: width * channels, interpolation)
    if image.layout == .rgba { scaleColors(&values) { $0 == 0 ? 0 : 65535 / $0 } }
    return Image(
      uncheckedWidth: width, height: height, layout: image.layout,
      values16: values.map { UInt16(max(0, min(65535, $0.rounded()))) })
  }

  /// Mixes runs of `step` values: pixels of a line, or whole rows of the picture.
  private static func mixed(
    _ values: [Double], lines: Int, from source: Int, to target: Int, step: Int,
    _ interpolation: Interpolation
  ) -> [Double] {
    guard source != target else { return values }
    let weights = ExactWeights(from: source, to: target, interpolation: interpolation)
    let shares = (0..<target).map(weights.shares(of:))
    var result = [Double](repeating: 0, count: lines * target * step)
    for line in 0..<lines {
      for (index, (first, shares)) in shares.enumerated() {
        let place = (line * target + index) * step
        for (offset, share) in shares.enumerated() {
          let run = (line * source + first + offset) * step
          for position in 0..<step { result[place + position] += values[run + position] * share }
        }
      }
    }
    return result
  }

  private static func scaleColors(_ values: inout [Double], by factor: (Double) -> Double) {
    for start in stride(from: 0, to: values.count, by: 4) {
      let scale = factor(values[start + 3])
      for index in start..<(start + 3) { values[index] *= scale }
    }
  }
}
