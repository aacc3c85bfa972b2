#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension Image {
  /// An animated WebP that repeats for ever.
  ///
  /// - Parameters:
  ///   - frames: The pictures in order, all of one size; opacity is dropped.
  ///   - delay: How long each is shown, in milliseconds.
  ///   - lastDelay: How long the last is shown, in milliseconds.
  ///   - quality: 1 to 100.
  /// - Returns: The whole file.
  /// - Throws: ``ImageError`` when there is no frame, sizes differ, a number is out of range, or libvips
  ///   cannot encode it.
  public static func webPAnimation(
    _ frames: [Image], delay: Int = 80, lastDelay: Int = 1500, quality: Int = 85
  ) throws -> Data {
    guard let first = frames.first,
      frames.allSatisfy({ $0.width == first.width && $0.height == first.height })
    else {
      throw ImageError(
        .invalidRequest, "An animation needs at least one picture, and all of one size.")
    }
    guard (1...100).contains(quality), [delay, lastDelay].allSatisfy({ (1...60_000).contains($0) })
    else {
      throw ImageError(
        .invalidRequest,
        "An animation cannot have the quality \(quality) and delays of \(delay) and \(lastDelay) ms; "
          + "give 1 to 100, and 1 to 60000 ms.")
    }
    // WebP cannot hold longer sides; libvips counts rows of all frames together.
    let (rows, overflow) = first.height.multipliedReportingOverflow(by: frames.count)
    guard first.width <= 16383, first.height <= 16383, !overflow, rows <= 10_000_000 else {
      throw ImageError(
        .tooLarge,
        "An animation of \(frames.count) pictures of \(first.width) x \(first.height) is too large; "
          + "WebP has sides up to 16383.")
    }
    let delays = (0..<frames.count).map { Int32($0 == frames.count - 1 ? lastDelay : delay) }
    do {
      return try Data(
        VipsCodec.encode(
          frames: frames.map { $0.converted(to: .rgb) }, delays: delays, quality: quality))
    } catch {
      throw ImageError(
        .notWritten,
        "Cannot encode an animation of \(frames.count) pictures: \(error.message); "
          + "check that libvips can write WebP.")
    }
  }

  /// How many pictures a file holds one after the other; 0 when it cannot be read.
  public static func frameCount(in data: Data) -> Int { VipsCodec.frameCount(Array(data)) }
}
