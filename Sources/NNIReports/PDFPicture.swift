#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import NNIImages

/// A picture as a PDF of one page, for papers and slides.
///
/// The page has the picture's size and nothing else on it. The pixels are those of its PNG, compressed by the
/// same bytes.
///
/// ```swift
/// try PDFPicture(figure.image(), title: "espresso").write(to: URL(filePath: "espresso.pdf"))
/// ```
///
/// - Reference: ISO 32000-1:2008, *Portable document format 1.7*, sections 7.4.4 (`FlateDecode` with PNG's
///   predictors) and 8.9.5 (images).
public struct PDFPicture: Sendable {
  private let image: Image
  private let title: String
  private let scale: Double

  /// Describes a page.
  ///
  /// - Parameters:
  ///   - image: The picture; opacity is dropped.
  ///   - title: What the document is called.
  ///   - scale: Pixels per user unit (CSS pixel, 1/96 inch) of the page.
  public init(_ image: Image, title: String = "", scale: Double = 2) {
    self.image = image.layout == .rgba ? image.converted(to: .rgb) : image
    self.title = title
    self.scale = scale
  }

  /// Writes the document, whole or not at all.
  ///
  /// - Throws: ``ReportError`` when the scale is not positive, `ImageError` when the picture cannot be
  ///   encoded or the file cannot be written.
  public func write(to url: URL) throws {
    try AtomicFile.write(data(), to: url)
  }

  /// The document.
  public func data() throws -> Data { try data(png: image.pngData()) }

  /// The document from the picture's PNG, where there is one already.
  func data(png: Data) throws -> Data {
    guard scale > 0, scale.isFinite else {
      throw ReportError(
        .option, "A page cannot have \(scale) pixels a unit; give a positive number.")
    }
    let pixels = try pixels(png)
    // A user unit of PDF is a point, 3/4 of a CSS pixel.
    let width = NumberText.coordinate(Double(image.width) / scale * 0.75)
    let height = NumberText.coordinate(Double(image.height) / scale * 0.75)
    let content = "q \(width) 0 0 \(height) 0 0 cm /Im0 Do Q"
    let space = image.channels == 1 ? "/DeviceGray" : "/DeviceRGB"
    var file = PDFFile()
    file.add("<< /Type /Catalog /Pages 2 0 R >>")
    file.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    file.add(
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(width) \(height)] /Contents 4 0 R "
        + "/Resources << /XObject << /Im0 5 0 R >> >> >>")
    file.add("<< /Length \(content.utf8.count) >>", stream: Data(content.utf8))
    file.add(
      "<< /Type /XObject /Subtype /Image /Width \(image.width) /Height \(image.height) "
        + "/ColorSpace \(space) /BitsPerComponent 8 /Filter /FlateDecode \(pixels.parameters)"
        + "/Length \(pixels.bytes.count) >>", stream: pixels.bytes)
    file.add("<< /Title \(Self.text(title)) /Producer \(Self.text("NNInterpretability")) >>")
    return file.finished(root: 1, info: 6)
  }

  /// The compressed pixels and what a reader must know of them.
  private func pixels(_ png: Data) throws -> (bytes: Data, parameters: String) {
    if let bytes = PNGPixels.compressed(
      in: png, width: image.width, height: image.height, channels: image.channels)
    {
      return (
        bytes,
        "/DecodeParms << /Predictor 15 /Colors \(image.channels) /BitsPerComponent 8 "
          + "/Columns \(image.width) >> "
      )
    }
    return (Data(try Deflate.compressed(image.pixels)), "")
  }

  /// A text as hexadecimal UTF-16 with its mark, which no character can break out of.
  private static func text(_ text: String) -> String {
    let units = [0xFEFF] + text.utf16
    let digits = units.map { unit in
      let text = String(unit, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - text.count) + text
    }
    return "<\(digits.joined())>"
  }
}

extension VectorPicture {
  /// Writes the drawing as a PDF of one page, whole or not at all.
  ///
  /// - Throws: what ``svg(for:)`` throws, and `ImageError` when it cannot be drawn or written.
  public func writePDF(to url: URL, title: String = "") throws {
    try PDFPicture(image(), title: title).write(to: url)
  }
}
