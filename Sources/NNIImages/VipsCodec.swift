import CVips

/// The only Swift file that touches libvips' memory: bytes in, bytes out.
enum VipsCodec {
  /// Pixels as libvips gives them: upright, 8 or 16 bits.
  struct Picture {
    var width: Int
    var height: Int
    /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA or CMYK.
    var channels: Int
    var isCMYK: Bool
    /// Values of 8 bits; empty when they have 16.
    var pixels: [UInt8]
    /// Values of 16 bits; empty when they have 8.
    var values16: [UInt16]
  }

  /// A call that failed, in libvips' words.
  struct Failure: Error {
    var status: CVipsStatus
    var width: Int
    var height: Int
    var message: String

    init(_ status: CVipsStatus, _ failure: CVipsFailure) {
      self.status = status
      width = Int(failure.width)
      height = Int(failure.height)
      message = withUnsafeBytes(of: failure.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  }

  static func decode(_ bytes: [UInt8], pixelLimit: Int) throws(Failure) -> Picture {
    var failure = CVipsFailure()
    var pixels = CVipsPixels()
    let status = bytes.withUnsafeBufferPointer {
      cvips_decode($0.baseAddress, $0.count, Int64(pixelLimit), &pixels, &failure)
    }
    return try picture(taking: pixels, status, failure)
  }

  static func draw(svg: String, scale: Double, pixelLimit: Int) throws(Failure) -> Picture {
    var failure = CVipsFailure()
    var pixels = CVipsPixels()
    let bytes = [UInt8](svg.utf8)
    let status = bytes.withUnsafeBufferPointer {
      cvips_draw_svg($0.baseAddress, $0.count, scale, Int64(pixelLimit), &pixels, &failure)
    }
    return try picture(taking: pixels, status, failure)
  }

  /// A JPEG of a quality from 1 to 100, or a PNG for 0.
  static func encode(_ image: Image, jpegQuality: Int) throws(Failure) -> [UInt8] {
    var failure = CVipsFailure()
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = image.pixels.withUnsafeBufferPointer {
      cvips_encode(
        $0.baseAddress, Int32(image.width), Int32(image.height), Int32(image.channels),
        Int32(jpegQuality), &encoded, &count, &failure)
    }
    defer { cvips_release(encoded) }
    guard status == CVipsSuccess else { throw Failure(status, failure) }
    return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
  }

  /// An animated WebP of a quality from 1 to 100.
  static func encodeWebP(_ animation: Animation, quality: Int) throws(Failure) -> [UInt8] {
    let first = animation.frames[0]
    let pixels = animation.frames.flatMap(\.pixels)
    let durations = animation.durations.map { Int32($0) }
    var failure = CVipsFailure()
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = pixels.withUnsafeBufferPointer { pixels in
      durations.withUnsafeBufferPointer { durations in
        cvips_encode_webp(
          pixels.baseAddress, Int32(first.width), Int32(first.height), Int32(first.channels),
          durations.baseAddress, Int32(durations.count), Int32(quality), &encoded, &count, &failure)
      }
    }
    defer { cvips_release(encoded) }
    guard status == CVipsSuccess else { throw Failure(status, failure) }
    return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
  }

  private static func picture(
    taking pixels: CVipsPixels, _ status: CVipsStatus, _ failure: CVipsFailure
  ) throws(Failure) -> Picture {
    defer { cvips_release(pixels.bytes) }
    guard status == CVipsSuccess else { throw Failure(status, failure) }
    let bytes = UnsafeRawBufferPointer(start: pixels.bytes, count: pixels.count)
    return Picture(
      width: Int(pixels.width), height: Int(pixels.height), channels: Int(pixels.channels),
      isCMYK: pixels.is_cmyk != 0, pixels: pixels.bits == 8 ? [UInt8](bytes) : [],
      values16: pixels.bits == 16 ? [UInt16](bytes.bindMemory(to: UInt16.self)) : [])
  }
}
