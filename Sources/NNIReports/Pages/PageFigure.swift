#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import NNIImages

/// A chart or a picture with a caption.
public struct PageFigure: Sendable, Hashable {
  /// The element of the page.
  private(set) var element: String
  /// The colour bar below a map.
  var scale: MapScale?
  /// The width of a picture in pixels; `nil` for a chart.
  let width: Int?
  /// What a reader must know, below it.
  public var caption: PageText

  /// A chart, drawn with the page's colours.
  ///
  /// It is never drawn so narrow that a letter has less than 11 pixels; where there is less room it scrolls.
  /// - Throws: what the chart throws.
  public init(_ chart: some VectorPicture, caption: PageText = "") throws {
    element = "<div class=\"wide\">\n\(try Self.readable(chart.svg(for: .page)))</div>\n"
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

  /// A map with its colour bar; what a reader should know who does not see it is computed.
  ///
  /// - Parameters:
  ///   - map: the map.
  ///   - colors: its colours.
  ///   - scaling: which value has the colour at the end.
  ///   - magnification: how many pixels a value takes on each side.
  ///   - subject: what the map is of, such as a method and a class.
  ///   - caption: what stands below the bar.
  /// - Throws: ``ReportError`` when the scaling is out of range, `ImageError` when it cannot be encoded.
  public init(
    map: HeatMap, colors: ColorMap, scaling: HeatMapScaling, magnification: Int, subject: String,
    caption: PageText = ""
  ) throws {
    // The same map on another scale is another picture.
    let end = map.isZero ? "" : " Colours end at \(NumberText.short(try scaling.limit(of: map)))."
    try self.init(
      map.image(colors: colors, scaling: scaling, magnification: magnification),
      description: "\(subject): \(map.description(unit: ""))\(end)", caption: caption,
      isPixelated: true)
    scale = try MapScale(of: map, colors: colors, scaling: scaling)
  }

  /// The same figure with the colour bar of a map that the picture shows.
  public func with(_ scale: MapScale) -> PageFigure {
    var result = self
    result.scale = scale
    return result
  }

  /// The same figure with words before its description, such as where in a table it stands.
  func described(before words: String) -> PageFigure {
    var result = self
    result.element = element.replacing(
      " alt=\"", with: " alt=\"\(Markup.escaped(words)): ", maxReplacements: 1)
    return result
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
    return "<figure class=\"plate\">\n\(element)\(scale?.html ?? "")\(text)</figure>\n"
  }

  /// A drawing with the least width at which its smallest letters have 11 pixels.
  static func readable(_ svg: String) -> String {
    let sizes = svg.matches(of: #/font-size="([0-9.]+)"/#).compactMap { Double($0.1) }
    guard let smallest = sizes.filter({ $0 > 0 }).min(),
      let stated = svg.firstMatch(of: #/<svg [^>]*?width="([0-9.]+)"/#),
      let width = Double(stated.1)
    else { return svg }
    let least = NumberText.coordinate((width * 11 / smallest).rounded(.up))
    return svg.replacing("<svg ", with: "<svg style=\"min-width: \(least)px\" ", maxReplacements: 1)
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
