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
  /// What a reader must know, below it.
  public var caption: PageText

  /// A chart, drawn with the page's colours.
  ///
  /// - Throws: what the chart throws.
  public init(_ chart: some VectorPicture, caption: PageText = "") throws {
    element = try chart.svg(for: .page)
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
    self.caption = caption
  }

  /// The bytes of a PNG, JPEG or WebP file.
  ///
  /// - Throws: `ImageError` when they are no picture.
  public init(data: Data, description: String, caption: PageText = "") throws {
    let image = try Image(decoding: [UInt8](data))
    element = try Self.element(
      address: image.pngAddress(), image, description: description, isPixelated: false)
    self.caption = caption
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
