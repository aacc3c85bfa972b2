import NNIImages
import Testing

@Suite struct CropGeometryTests {
  @Test func resizesAsTorchvision() throws {
    for item in try Fixture.cases().geometry {
      let image = try Image(width: item.width, height: item.height, filledWith: [0])
      let geometry = try CropGeometry(
        of: image, shorterSide: item.shorterSide, cropWidth: 5, cropHeight: 5)
      #expect(geometry.resizedWidth == item.resizedWidth, "\(item)")
      #expect(geometry.resizedHeight == item.resizedHeight, "\(item)")
    }
  }

  @Test func equalsItsTwoSteps() throws {
    let image = try Image(contentsOf: Fixture.url("decode/photo.jpg"))
    let geometry = try CropGeometry(of: image, shorterSide: 48, cropWidth: 44, cropHeight: 40)
    let steps = try image.resized(shorterSide: 48).centerCropped(width: 44, height: 40)
    #expect(try image.applying(geometry) == steps)
  }

  /// 451 x 300 becomes 384 x 256; the crop of 224 begins at (80, 16).
  @Test func findsTheCropOnThePhotograph() throws {
    let image = try Image(width: 451, height: 300, filledWith: [0])
    let geometry = try CropGeometry(of: image, shorterSide: 256, cropWidth: 224, cropHeight: 224)
    #expect(geometry.resizedWidth == 384)
    #expect(geometry.left == 80)
    #expect(geometry.top == 16)
    let region = geometry.regionInOriginal
    #expect(abs(region.x - 80 * 451 / 384.0) < 1e-12)
    #expect(abs(region.y - 16 * 300 / 256.0) < 1e-12)
    #expect(abs(region.width - 224 * 451 / 384.0) < 1e-12)
    #expect(abs(region.height - 262.5) < 1e-12)
  }

  @Test func reachesBeyondThePhotographWherePadded() throws {
    let image = try Image(width: 10, height: 10, filledWith: [0])
    let geometry = try CropGeometry(
      of: image, resizedWidth: 10, resizedHeight: 10, cropWidth: 13, cropHeight: 10)
    #expect(geometry.regionInOriginal == .init(x: -1, y: 0, width: 13, height: 10))
  }

  @Test func belongsToOnePicture() throws {
    let image = try Image(width: 10, height: 10, filledWith: [0])
    let other = try Image(width: 10, height: 11, filledWith: [0])
    let geometry = try CropGeometry(of: image, resizedWidth: 5, resizedHeight: 5)
    #expect(code { _ = try other.applying(geometry) } == .invalidRequest)
  }
}
