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
    do {
      return try Data(VipsCodec.encodePNG(self))
    } catch {
      throw ImageError(
        .notWritten,
        "Cannot encode a picture of \(width) x \(height) as PNG: \(error.message); "
          + "check that libvips can write PNG.")
    }
  }

  /// Writes the picture as a PNG file, whole or not at all.
  ///
  /// - Throws: ``ImageError`` when it cannot be encoded or written; then an existing file is
  ///   unchanged.
  public func writePNG(to url: URL) throws {
    try AtomicFile.write(pngData(), to: url)
  }
}
