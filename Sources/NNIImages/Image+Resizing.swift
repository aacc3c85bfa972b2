extension Image {
  /// The picture in another size, of 8 bits equal bit for bit to the `Image.resize` of Pillow 13.
  ///
  /// Of 16 bits with the same weights, in double precision, and rounded to 16 bits once at the end.
  ///
  /// - Throws: ``ImageError`` when a side is not positive or the result too large.
  public func resized(
    width: Int, height: Int, interpolation: Interpolation = .bilinear
  ) throws -> Image {
    _ = try Image.pixelCount(width: width, height: height)
    guard width != self.width || height != self.height else { return self }
    guard values16.isEmpty else {
      return DeepResampler.resampled(
        self, width: width, height: height, interpolation: interpolation)
    }
    return Resampler.resampled(self, width: width, height: height, interpolation: interpolation)
  }

  /// The picture scaled so that its shorter side has a length, as torchvision's `Resize(int)` does.
  ///
  /// - Throws: ``ImageError`` when the length is not positive or the result too large.
  public func resized(
    shorterSide: Int, interpolation: Interpolation = .bilinear
  ) throws -> Image {
    let size = try CropGeometry.resizedSize(width: width, height: height, shorterSide: shorterSide)
    return try resized(width: size.width, height: size.height, interpolation: interpolation)
  }

  /// The middle of the picture, as torchvision's `CenterCrop` takes it.
  ///
  /// An offset of half a pixel is rounded to the even number. Where the picture is smaller than the
  /// crop, it is surrounded by zeros (black, transparent).
  ///
  /// - Throws: ``ImageError`` when a side is not positive.
  public func centerCropped(width: Int, height: Int) throws -> Image {
    _ = try Image.pixelCount(width: width, height: height)
    let left = CropGeometry.centeredOffset(of: width, in: self.width)
    let top = CropGeometry.centeredOffset(of: height, in: self.height)
    return try cropped(left: left, top: top, width: width, height: height)
  }

  /// A rectangle of the picture; what lies outside the picture is zero.
  ///
  /// - Throws: ``ImageError`` when a side is not positive.
  public func cropped(left: Int, top: Int, width: Int, height: Int) throws -> Image {
    let count = try Image.pixelCount(width: width, height: height)
    guard values16.isEmpty else {
      return Image(
        uncheckedWidth: width, height: height, layout: layout,
        values16: cropped(values16, left, top, width, height, count))
    }
    return Image(
      uncheckedWidth: width, height: height, layout: layout,
      pixels: cropped(pixels, left, top, width, height, count))
  }

  private func cropped<Value: FixedWidthInteger>(
    _ values: [Value], _ left: Int, _ top: Int, _ width: Int, _ height: Int, _ count: Int
  ) -> [Value] {
    var result = [Value](repeating: 0, count: count * channels)
    let columns = max(left, 0)..<max(min(left + width, self.width), max(left, 0))
    let length = columns.count * channels
    for y in 0..<height where length > 0 && top + y >= 0 && top + y < self.height {
      let source = ((top + y) * self.width + columns.lowerBound) * channels
      let target = (y * width + columns.lowerBound - left) * channels
      result.replaceSubrange(
        target..<(target + length), with: values[source..<(source + length)])
    }
    return result
  }

  /// The picture as a network sees it: resized, then cropped, as the geometry says.
  ///
  /// - Throws: ``ImageError`` when the geometry was made for a picture of another size.
  public func applying(
    _ geometry: CropGeometry, interpolation: Interpolation = .bilinear
  ) throws -> Image {
    guard geometry.originalWidth == width, geometry.originalHeight == height else {
      throw ImageError(
        .invalidRequest,
        "A crop for a picture of \(geometry.originalWidth) x \(geometry.originalHeight) was "
          + "applied to one of \(width) x \(height); make the geometry from the same picture.")
    }
    let whole = try resized(
      width: geometry.resizedWidth, height: geometry.resizedHeight, interpolation: interpolation)
    return try whole.cropped(
      left: geometry.left, top: geometry.top, width: geometry.width, height: geometry.height)
  }
}
