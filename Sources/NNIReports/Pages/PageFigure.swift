#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import NNIImages

/// A chart or a picture with a caption.
public struct PageFigure: Sendable, Hashable {
  /// The element of the page.
  let element: String
  /// The width of a picture in pixels; `nil` for a chart.
  let width: Int?
  /// What a reader must know, below it.
  public var caption: PageText

  /// A chart, drawn with the page's colours.
  ///
  /// - Throws: what the chart throws.
  public init(_ chart: some VectorPicture, caption: PageText = "") throws {
    element = try chart.svg(for: .page)
    width = nil
    self.caption = caption
  }

  /// A picture.
  ///
  /// - Parameters:
  ///   - image: the picture; it is shown at its size or smaller.
  ///   - description: what a reader who does not see it should know.
  ///   - caption: what stands below it.
  ///   - isPixelated: whether pixels stay squares where a browser magnifies them.
  /// - Throws: `ImageError` when it cannot be encoded.
  public init(
    _ image: Image, description: String, caption: PageText = "", isPixelated: Bool = false
  ) throws {
    element = try Self.element(
      address: image.pngAddress(), image, description: description, isPixelated: isPixelated)
    width = image.width
    self.caption = caption
  }

  /// The bytes of a PNG, JPEG or WebP file.
  ///
  /// - Throws: `ImageError` when they are no picture.
  public init(data: Data, description: String, caption: PageText = "") throws {
    let image = try Image(decoding: [UInt8](data))
    element = try Self.element(
      address: image.pngAddress(), image, description: description, isPixelated: false)
    width = image.width
    self.caption = caption
  }

  /// The figure as the page holds it.
  var html: String {
    let text = caption.runs.isEmpty ? "" : "<figcaption>\(caption.html)</figcaption>\n"
    return "<figure class=\"plate\">\n\(element)\(text)</figure>\n"
  }

  private static func element(
    address: String, _ image: Image, description: String, isPixelated: Bool
  ) throws -> String {
    """
    <img\(isPixelated ? " class=\"map\"" : "") src="\(address)" width="\(image.width)" \
    height="\(image.height)" alt="\(Markup.escaped(description))">

    """
  }
}
