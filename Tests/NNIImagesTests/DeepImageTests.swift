import NNIImages
import Testing

/// Pictures of 16 bits keep them.
@Suite struct DeepImageTests {
  @Test func valuesAreKept() throws {
    for picture in try DeepFixture.load().pictures {
      let image = try Image(contentsOf: Fixture.url("deep/\(picture.file)"))
      #expect(image.width == picture.width)
      #expect(image.height == picture.height)
      #expect(image.values16 == picture.values, "\(picture.file)")
      #expect(image.pixels == picture.values.map { UInt8($0 >> 8) })
    }
  }

  @Test func aPictureOfEightBitsHasNone() throws {
    let image = try Image(contentsOf: Fixture.url("decode/photo.jpg"))
    #expect(image.values16.isEmpty)
    var deep = try Image(contentsOf: Fixture.url("deep/rgb.png"))
    deep[x: 0, y: 0, channel: 0] = 7
    #expect(deep.values16.isEmpty)
  }

  /// `value / 65535`, in planes.
  @Test func aTensorHoldsThem() throws {
    let values: [UInt16] = [0, 1, 255, 256, 65534, 65535]
    let image = try Image(width: 2, height: 1, layout: .rgb, values16: values)
    let planes: [Float] = [0, 256, 1, 65534, 255, 65535]
    #expect(try image.normalized() == planes.map { $0 / 65535 })
    let normalized = try image.normalized(
      mean: [0.1, 0.2, 0.3], standardDeviation: [0.5, 0.25, 2])
    let (means, deviations): ([Float], [Float]) = ([0.1, 0.2, 0.3], [0.5, 0.25, 2])
    for (index, value) in planes.enumerated() {
      let wanted: Float = (value / 65535 - means[index / 2]) / deviations[index / 2]
      #expect(abs(normalized[index] - wanted) < 1e-6)
    }
  }

  /// The luma of ITU-R 601 with Pillow's weights, in 16 bits.
  @Test func greyIsMadeWithoutLoss() throws {
    let image = try Image(
      width: 2, height: 1, layout: .rgb, values16: [65535, 65535, 65535, 1000, 30000, 60000])
    let sum: Double = 19595 * 1000 + 38470 * 30000 + 7471 * 60000
    let grey: [UInt16] = [65535, UInt16((sum / 65536).rounded())]
    #expect(image.converted(to: .grey).values16 == grey)
    let opaque: [UInt16] = [65535, 65535, 65535, 65535, 1000, 30000, 60000, 65535]
    #expect(image.converted(to: .rgba).values16 == opaque)
  }

  @Test func resizingEqualsPillowInFloat() throws {
    for resize in try DeepFixture.load().resizes {
      let layout: PixelLayout =
        resize.values.count == resize.width * resize.height
        ? .grey : resize.values.count == 3 * resize.width * resize.height ? .rgb : .rgba
      let image = try Image(contentsOf: Fixture.url("deep/\(resize.file)"), layout: layout)
      let result = try image.resized(
        width: resize.width, height: resize.height, interpolation: resize.filter)
      #expect(result.values16.count == resize.values.count)
      for (value, wanted) in zip(result.values16, resize.values) {
        // Half a step for the rounding; Pillow's floats have 24 bits.
        #expect(abs(Double(value) - wanted) < 0.55, "\(resize.file) \(resize.filter)")
      }
    }
  }

  @Test func theNearestPixelIsTakenAsItIs() throws {
    let image = try Image(contentsOf: Fixture.url("deep/rgb.png"))
    let small = try image.resized(width: 5, height: 4, interpolation: .nearest)
    let plain = try Image(
      width: image.width, height: image.height, layout: .rgb, pixels: image.pixels
    ).resized(width: 5, height: 4, interpolation: .nearest)
    #expect(small.pixels == plain.pixels)
    #expect(Set(small.values16).isSubset(of: Set(image.values16)))
  }

  @Test func cropsKeepThem() throws {
    let image = try Image(width: 3, height: 2, layout: .grey, values16: [1, 2, 3, 400, 500, 600])
    let crop = try image.cropped(left: 1, top: 0, width: 3, height: 3)
    #expect(crop.values16 == [2, 3, 0, 500, 600, 0, 0, 0, 0])
    let geometry = try CropGeometry(of: image, shorterSide: 2, cropWidth: 1, cropHeight: 1)
    #expect(try image.applying(geometry).values16.count == 1)
  }

  /// `ImageOps.exif_transpose`, for the formats beside JPEG.
  @Test func picturesAreTurned() throws {
    for turn in try DeepFixture.load().turns {
      let image = try Image(contentsOf: Fixture.url("deep/\(turn.file)"))
      #expect(image.width == turn.width, "\(turn.file)")
      #expect(image.pixels == turn.values.map { UInt8($0) }, "\(turn.file)")
    }
  }
}
