import CVips

/// The only Swift file that touches libvips' memory: bytes in, bytes out.
enum VipsCodec {
  /// Pixels as libvips gives them: upright, 8 bits.
  struct Picture {
    var width: Int
    var height: Int
    /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA or CMYK.
    var channels: Int
    var isCMYK: Bool
    var pixels: [UInt8]
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

  /// An animated WebP of frames of equal size and layout.
  static func encode(frames: [Image], delays: [Int32], quality: Int) throws(Failure) -> [UInt8] {
    var failure = CVipsFailure()
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    let pixels = frames.flatMap(\.pixels)
    let status = pixels.withUnsafeBufferPointer { pixels in
      delays.withUnsafeBufferPointer { delays in
        cvips_encode_animation(
          pixels.baseAddress, Int32(frames[0].width), Int32(frames[0].height),
          Int32(frames.count), Int32(frames[0].channels), delays.baseAddress, Int32(quality),
          &encoded, &count, &failure)
      }
    }
    defer { cvips_release(encoded) }
    guard status == CVipsSuccess else { throw Failure(status, failure) }
    return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
  }

  /// How many frames a file has; 0 when it cannot be read.
  static func frameCount(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { Int(cvips_frame_count($0.baseAddress, $0.count)) }
  }

  private static func picture(
    taking pixels: CVipsPixels, _ status: CVipsStatus, _ failure: CVipsFailure
  ) throws(Failure) -> Picture {
    defer { cvips_release(pixels.bytes) }
    guard status == CVipsSuccess else { throw Failure(status, failure) }
    return Picture(
      width: Int(pixels.width), height: Int(pixels.height), channels: Int(pixels.channels),
      isCMYK: pixels.is_cmyk != 0,
      pixels: [UInt8](UnsafeBufferPointer(start: pixels.bytes, count: pixels.count)))
  }
}
