extension Image {
  /// Draws an SVG document; its text needs a font on this machine.
  ///
  /// Meant for documents that this package made. References to other files are not followed.
  ///
  /// - Parameters:
  ///   - svg: the document.
  ///   - scale: pixels per user unit.
  ///   - pixelLimit: the most pixels of the result.
  /// - Throws: ``ImageError`` when the document is malformed or the result too large.
  public init(svg: String, scale: Double = 1, pixelLimit: Int = defaultPixelLimit) throws {
    guard scale > 0, scale <= 100 else {
      throw ImageError(
        .invalidRequest, "A drawing cannot be scaled by \(scale); give a number from 0 to 100.")
    }
    do {
      let picture = try VipsCodec.draw(svg: svg, scale: scale, pixelLimit: pixelLimit)
      try self.init(picture, named: "the drawing")
    } catch let failure as VipsCodec.Failure {
      let size = failure.width > 0 ? " at \(failure.width) x \(failure.height)" : ""
      throw ImageError(
        failure.width > 0 ? .tooLarge : .damaged,
        "Cannot draw the SVG document\(size): \(failure.message); check that libvips has librsvg.")
    }
  }
}
