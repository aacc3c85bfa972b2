#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import NNIImages

/// A drawing of lines and text: a chart, or several.
///
/// ```swift
/// try chart.writeSVG(to: URL(filePath: "loss.svg"))
/// try chart.image().writePNG(to: URL(filePath: "loss.png"))
/// ```
public protocol VectorPicture: Sendable {
  /// The drawing as one `<svg>` element that needs no other file.
  ///
  /// - Throws: ``ReportError`` when what is drawn contradicts itself.
  func svg(for medium: ChartMedium) throws -> String
}

extension VectorPicture {
  /// The drawing as an SVG document of its own.
  public func svg() throws -> String { try svg(for: .file) }

  /// The drawing as a PNG-ready picture.
  ///
  /// - Parameter scale: pixels per user unit; 2 suits screens of high resolution and print.
  /// - Returns: an opaque RGB picture.
  /// - Throws: what ``svg(for:)`` throws, and `ImageError` when libvips cannot draw it.
  public func image(scale: Double = 2) throws -> Image {
    try Image(svg: svg(), scale: scale).converted(to: .rgb)
  }

  /// Writes the drawing as an SVG file, whole or not at all.
  ///
  /// - Throws: what ``svg(for:)`` throws, and `ImageError` when the file cannot be written.
  public func writeSVG(to url: URL) throws {
    try AtomicFile.write(Data(svg().utf8), to: url)
  }
}
