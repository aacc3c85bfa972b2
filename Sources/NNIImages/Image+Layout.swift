extension Image {
  /// The same picture with other channels, by Pillow's rules.
  ///
  /// To grey: `(19595 R + 38470 G + 7471 B + 32768) >> 16` (ITU-R 601 luma). Opacity is dropped,
  /// not composited. From grey: replicated. Added opacity is 255.
  public func converted(to layout: PixelLayout) -> Image {
    guard layout != self.layout else { return self }
    let count = width * height
    var result: [UInt8] = []
    result.reserveCapacity(count * layout.rawValue)
    for pixel in 0..<count {
      let start = pixel * channels
      let red = pixels[start]
      let green = self.layout == .grey ? red : pixels[start + 1]
      let blue = self.layout == .grey ? red : pixels[start + 2]
      switch layout {
      case .grey: result.append(Image.luma(red, green, blue))
      case .rgb, .rgba:
        result.append(red)
        result.append(green)
        result.append(blue)
        if layout == .rgba { result.append(255) }
      }
    }
    return Image(uncheckedWidth: width, height: height, layout: layout, pixels: result)
  }

  private static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let sum: UInt32 = UInt32(red) * 19595 + UInt32(green) * 38470 + UInt32(blue) * 7471
    return UInt8((sum + 0x8000) >> 16)
  }

  /// What libvips decoded, in one of our layouts.
  init(_ picture: VipsCodec.Picture, named name: String) throws {
    let pixels: [UInt8]
    let layout: PixelLayout
    switch (picture.channels, picture.isCMYK) {
    case (1, _): (layout, pixels) = (.grey, picture.pixels)
    case (2, _): (layout, pixels) = (.rgba, Image.rgba(greyAndAlpha: picture.pixels))
    case (3, _): (layout, pixels) = (.rgb, picture.pixels)
    case (4, true): (layout, pixels) = (.rgb, Image.rgb(cmyk: picture.pixels))
    case (4, false): (layout, pixels) = (.rgba, picture.pixels)
    default:
      throw ImageError(
        .unknownFormat,
        "Cannot decode \(name): it has \(picture.channels) channels; save it as RGB.")
    }
    self.init(
      uncheckedWidth: picture.width, height: picture.height, layout: layout, pixels: pixels)
  }

  private static func rgba(greyAndAlpha values: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(values.count * 2)
    for start in stride(from: 0, to: values.count, by: 2) {
      let grey = values[start]
      result.append(contentsOf: [grey, grey, grey, values[start + 1]])
    }
    return result
  }

  /// Pillow's conversion: each ink takes its share of what black leaves.
  private static func rgb(cmyk values: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(values.count / 4 * 3)
    for start in stride(from: 0, to: values.count, by: 4) {
      let paper = 255 - Int(values[start + 3])
      for ink in 0..<3 {
        let product = Int(values[start + ink]) * paper + 128
        let covered = ((product >> 8) + product) >> 8
        result.append(UInt8(clamping: paper - covered))
      }
    }
    return result
  }
}
