/// Pillow's two-pass resampling of 8-bit pixels: one direction, rounded to 8 bits, then the other.
enum Resampler {
  static func resampled(
    _ image: Image, width: Int, height: Int, interpolation: Interpolation
  ) -> Image {
    guard interpolation != .nearest else { return nearest(image, width: width, height: height) }
    guard image.layout != .rgba else {
      let mixed = twoPasses(
        premultiplied(image), width: width, height: height, interpolation: interpolation)
      return unpremultiplied(mixed)
    }
    return twoPasses(image, width: width, height: height, interpolation: interpolation)
  }

  private static func twoPasses(
    _ image: Image, width: Int, height: Int, interpolation: Interpolation
  ) -> Image {
    var result = image
    if isVerticalFirst(from: image, width: width, height: height) {
      result = vertical(result, height: height, interpolation)
    }
    result = horizontal(result, width: width, interpolation)
    return vertical(result, height: height, interpolation)
  }

  /// Whether columns come first: where they lose more than twice as many pixels as the rows.
  ///
  /// Pillow 13's rule (its pull request 9549); earlier versions always begin with the rows. At one
  /// scale for both it takes a picture taller than 2:1, and it moves single values by one.
  private static func isVerticalFirst(from image: Image, width: Int, height: Int) -> Bool {
    image.height - height > max(0, 2 * (image.width - width))
  }

  private static let half = Int32(1) << (ResampleWeights.precision - 1)

  private static func rounded(_ sum: Int32) -> UInt8 {
    UInt8(clamping: sum >> ResampleWeights.precision)
  }

  private static func horizontal(
    _ image: Image, width: Int, _ interpolation: Interpolation
  ) -> Image {
    guard width != image.width else { return image }
    let table = ResampleWeights(from: image.width, to: width, interpolation: interpolation)
    let channels = image.channels
    let source = image.pixels
    let weights = table.weights
    var result = [UInt8](repeating: 0, count: width * image.height * channels)
    var target = 0
    for y in 0..<image.height {
      let row = y * image.width * channels
      for x in 0..<width {
        let first = row + table.starts[x] * channels
        let kernel = x * table.stride
        if channels == 3 {
          // The common case without an inner loop over channels: three times faster.
          var (red, green, blue) = (half, half, half)
          var index = first
          for tap in kernel..<(kernel + table.counts[x]) {
            let weight = weights[tap]
            red &+= Int32(source[index]) &* weight
            green &+= Int32(source[index + 1]) &* weight
            blue &+= Int32(source[index + 2]) &* weight
            index += 3
          }
          result[target] = rounded(red)
          result[target + 1] = rounded(green)
          result[target + 2] = rounded(blue)
        } else {
          for channel in 0..<channels {
            var sum = half
            for tap in 0..<table.counts[x] {
              let value = Int32(source[first + tap * channels + channel])
              sum &+= value &* weights[kernel + tap]
            }
            result[target + channel] = rounded(sum)
          }
        }
        target += channels
      }
    }
    return Image(
      uncheckedWidth: width, height: image.height, layout: image.layout, pixels: result)
  }

  private static func vertical(
    _ image: Image, height: Int, _ interpolation: Interpolation
  ) -> Image {
    guard height != image.height else { return image }
    let table = ResampleWeights(from: image.height, to: height, interpolation: interpolation)
    let length = image.width * image.channels
    let source = image.pixels
    var result: [UInt8] = []
    result.reserveCapacity(length * height)
    var sums = [Int32](repeating: 0, count: length)
    for y in 0..<height {
      for index in 0..<length { sums[index] = half }
      for tap in 0..<table.counts[y] {
        let weight = table.weights[y * table.stride + tap]
        let row = (table.starts[y] + tap) * length
        for index in 0..<length { sums[index] &+= Int32(source[row + index]) &* weight }
      }
      for sum in sums { result.append(rounded(sum)) }
    }
    return Image(
      uncheckedWidth: image.width, height: height, layout: image.layout, pixels: result)
  }

  /// Pillow steps by addition, not by multiplication; the rounding of that sum decides ties.
  private static func positions(from source: Int, to target: Int) -> [Int] {
    let step = Double(source) / Double(target)
    var position = step * 0.5
    return (0..<target).map { _ in
      defer { position += step }
      return min(Int(position), source - 1)
    }
  }

  private static func nearest(_ image: Image, width: Int, height: Int) -> Image {
    Image(
      uncheckedWidth: width, height: height, layout: image.layout,
      pixels: nearest(image.pixels, of: image, width: width, height: height))
  }

  /// The values under the centres.
  static func nearest<Value>(
    _ values: [Value], of image: Image, width: Int, height: Int
  ) -> [Value] {
    let channels = image.channels
    let columns = positions(from: image.width, to: width)
    var result: [Value] = []
    result.reserveCapacity(width * height * channels)
    for y in positions(from: image.height, to: height) {
      for x in columns {
        let start = (y * image.width + x) * channels
        for channel in 0..<channels { result.append(values[start + channel]) }
      }
    }
    return result
  }

  /// Colours of transparent pixels must not leak into their neighbours.
  private static func premultiplied(_ image: Image) -> Image {
    mappingColors(of: image) { value, alpha in
      let product = value * alpha + 128
      return ((product >> 8) + product) >> 8
    }
  }

  private static func unpremultiplied(_ image: Image) -> Image {
    mappingColors(of: image) { value, alpha in
      alpha == 0 || alpha == 255 ? value : min(255 * value / alpha, 255)
    }
  }

  private static func mappingColors(of image: Image, _ transform: (Int, Int) -> Int) -> Image {
    var result = image
    for start in stride(from: 0, to: image.pixels.count, by: 4) {
      let alpha = Int(image.pixels[start + 3])
      for index in start..<(start + 3) {
        result.pixels[index] = UInt8(transform(Int(image.pixels[index]), alpha))
      }
    }
    return result
  }
}
