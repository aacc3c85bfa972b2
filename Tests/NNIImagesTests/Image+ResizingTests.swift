import NNIImages
import Testing

@Suite struct ImageResizingTests {
  @Test func equalsPillow() throws {
    let layouts: [String: PixelLayout] = ["rgb.png": .rgb, "grey.png": .grey, "rgba.png": .rgba]
    for item in try Fixture.cases().resize {
      let layout = try #require(layouts[item.source])
      let source = try Image(contentsOf: Fixture.url("resize/\(item.source)"), layout: layout)
      let result = try source.resized(
        width: item.width, height: item.height, interpolation: item.filter)
      #expect(try result.pixels == Fixture.bytes("resize/\(item.file)"), "\(item.file)")
    }
  }

  @Test(arguments: Interpolation.allCases)
  func keepsAConstantPicture(interpolation: Interpolation) throws {
    let image = try Image(width: 13, height: 9, filledWith: [3, 128, 255])
    let result = try image.resized(width: 5, height: 22, interpolation: interpolation)
    #expect(try result == Image(width: 5, height: 22, filledWith: [3, 128, 255]))
  }

  @Test func cropsAsTorchvision() throws {
    for crop in try Fixture.cases().crops {
      let pixels = (1...(crop.width * crop.height)).map { UInt8($0) }
      let image = try Image(
        width: crop.width, height: crop.height, layout: .grey, pixels: pixels)
      let result = try image.centerCropped(width: crop.cropWidth, height: crop.cropHeight)
      #expect(result.pixels == crop.pixels, "\(crop)")
    }
  }

  @Test func cropsNothingOutsideThePicture() throws {
    let image = try Image(width: 3, height: 3, filledWith: [5])
    for (left, top) in [(-9, 0), (9, 0), (0, -9), (0, 9)] {
      let result = try image.cropped(left: left, top: top, width: 2, height: 2)
      #expect(result.pixels == [0, 0, 0, 0])
    }
  }

  @Test func refusesImpossibleSizes() throws {
    let image = try Image(width: 3, height: 3, filledWith: [5])
    #expect(code { _ = try image.resized(width: 0, height: 3) } == .invalidRequest)
    #expect(code { _ = try image.resized(shorterSide: -1) } == .invalidRequest)
    #expect(code { _ = try image.resized(width: 100_000, height: 100_000) } == .tooLarge)
    #expect(code { _ = try image.centerCropped(width: 0, height: 1) } == .invalidRequest)
  }
}
