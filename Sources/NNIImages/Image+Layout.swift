extension Image {
  /// The same picture with other channels, by Pillow's rules.
  ///
  /// To grey: `(19595 R + 38470 G + 7471 B + 32768) >> 16` (ITU-R 601 luma). Opacity is dropped,
  /// not composited. From grey: replicated. Added opacity is full. Values of 16 bits stay such.
  public func converted(to layout: PixelLayout) -> Image {
    guard layout != self.layout else { return self }
    guard values16.isEmpty else {
      return Image(
        uncheckedWidth: width, height: height, layout: layout,
        values16: converted(values16, to: layout))
    }
    return Image(
      uncheckedWidth: width, height: height, layout: layout, pixels: converted(pixels, to: layout))
  }

  private func converted<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: [Value], to layout: PixelLayout
  ) -> [Value] {
    let count = width * height
    var result: [Value] = []
    result.reserveCapacity(count * layout.rawValue)
    for pixel in 0..<count {
      let start = pixel * channels
      let red = values[start]
      let green = self.layout == .grey ? red : values[start + 1]
      let blue = self.layout == .grey ? red : values[start + 2]
      switch layout {
      case .grey: result.append(Image.luma(red, green, blue))
      case .rgb, .rgba:
        result.append(red)
        result.append(green)
        result.append(blue)
        if layout == .rgba { result.append(Value.max) }
      }
    }
    return result
  }

  private static func luma<Value: FixedWidthInteger & UnsignedInteger>(
    _ red: Value, _ green: Value, _ blue: Value
  ) -> Value {
    let sum: UInt64 = UInt64(red) * 19595 + UInt64(green) * 38470 + UInt64(blue) * 7471
    return Value((sum + 0x8000) >> 16)
  }

  /// What libvips decoded, in one of our layouts.
  init(_ picture: VipsCodec.Picture, named name: String) throws {
    let isDeep = !picture.values16.isEmpty
    let layout: PixelLayout
    switch (picture.channels, picture.isCMYK, isDeep) {
    case (1, _, _): layout = .grey
    case (3, _, _), (4, true, false): layout = .rgb
    case (2, _, _), (4, false, _): layout = .rgba
    default:
      throw ImageError(
        .unknownFormat,
        "Cannot decode \(name): it has \(picture.channels) channels; save it as RGB.")
    }
    func spread<Value>(_ values: [Value]) -> [Value] {
      picture.channels == 2 ? Image.rgba(greyAndAlpha: values) : values
    }
    guard !isDeep else {
      self.init(
        uncheckedWidth: picture.width, height: picture.height, layout: layout,
        values16: spread(picture.values16))
      return
    }
    self.init(
      uncheckedWidth: picture.width, height: picture.height, layout: layout,
      pixels: picture.isCMYK ? Image.rgb(cmyk: picture.pixels) : spread(picture.pixels))
  }

  private static func rgba<Value>(greyAndAlpha values: [Value]) -> [Value] {
    var result: [Value] = []
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
