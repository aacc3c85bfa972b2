#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension Image {
  /// The picture as the bytes of a PNG file.
  ///
  /// - Throws: ``ImageError`` when libvips cannot encode it.
  public func pngData() throws -> Data {
    try encoded(jpegQuality: 0, as: "PNG")
  }

  /// The picture as the bytes of a JPEG file without chroma subsampling; opacity is dropped.
  ///
  /// - Parameter quality: 1 to 100.
  /// - Returns: the whole file.
  /// - Throws: ``ImageError`` when the quality is out of range or libvips cannot encode it.
  public func jpegData(quality: Int = 90) throws -> Data {
    guard (1...100).contains(quality) else {
      throw ImageError(
        .invalidRequest, "There is no JPEG of quality \(quality); give a number from 1 to 100.")
    }
    let opaque = layout == .rgba ? converted(to: .rgb) : self
    return try opaque.encoded(jpegQuality: quality, as: "JPEG")
  }

  /// Writes the picture as a PNG file, whole or not at all.
  ///
  /// - Throws: ``ImageError`` when it cannot be encoded or written; then an existing file is
  ///   unchanged.
  public func writePNG(to url: URL) throws {
    try AtomicFile.write(pngData(), to: url)
  }

  private func encoded(jpegQuality: Int, as format: String) throws -> Data {
    do {
      return try Data(VipsCodec.encode(self, jpegQuality: jpegQuality))
    } catch {
      throw ImageError(
        .notWritten,
        "Cannot encode a picture of \(width) x \(height) as \(format): \(error.message); "
          + "check that libvips can write \(format).")
    }
  }
}
