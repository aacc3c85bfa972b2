#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Pictures that are shown one after the other, over and over.
public struct Animation: Sendable, Hashable {
  /// The pictures, all of one size and layout.
  public let frames: [Image]
  /// How long each picture is shown, in milliseconds.
  public let durations: [Int]

  /// Describes an animation.
  ///
  /// - Parameters:
  ///   - frames: The pictures, at least one.
  ///   - durations: One number for each picture, or one for all; 1 to 60 000 milliseconds.
  /// - Throws: ``ImageError`` when sizes or layouts differ, a duration is out of range, or all pictures
  ///   together have too many pixels.
  public init(_ frames: [Image], durations: [Int]) throws {
    guard let first = frames.first,
      frames.allSatisfy({
        ($0.width, $0.height, $0.layout) == (first.width, first.height, first.layout)
      })
    else {
      throw ImageError(
        .invalidRequest,
        "An animation was given \(frames.count) pictures; give one or more of one size and layout.")
    }
    guard durations.count == 1 || durations.count == frames.count,
      durations.allSatisfy({ (1...60_000).contains($0) })
    else {
      throw ImageError(
        .invalidRequest,
        "An animation of \(frames.count) pictures was given \(durations.count) durations; give one "
          + "for each or one for all, from 1 to 60000 milliseconds.")
    }
    _ = try Image.pixelCount(width: first.width, height: first.height * frames.count)
    self.frames = frames
    self.durations =
      durations.count == 1 ? [Int](repeating: durations[0], count: frames.count) : durations
  }

  /// The animation as the bytes of a WebP file.
  ///
  /// - Parameter quality: 1 to 100.
  /// - Returns: The whole file.
  /// - Throws: ``ImageError`` when the quality is out of range or libvips cannot encode it.
  public func webpData(quality: Int = 80) throws -> Data {
    guard (1...100).contains(quality) else {
      throw ImageError(
        .invalidRequest, "There is no WebP of quality \(quality); give a number from 1 to 100.")
    }
    do {
      return try Data(VipsCodec.encodeWebP(self, quality: quality))
    } catch {
      throw ImageError(
        .notWritten,
        "Cannot encode \(frames.count) pictures as an animated WebP: \(error.message); "
          + "check that libvips can write WebP.")
    }
  }

  /// Writes the animation as a WebP file, whole or not at all.
  ///
  /// - Throws: ``ImageError`` when it cannot be encoded or written; then an existing file is unchanged.
  public func writeWebP(to url: URL, quality: Int = 80) throws {
    try AtomicFile.write(webpData(quality: quality), to: url)
  }
}
