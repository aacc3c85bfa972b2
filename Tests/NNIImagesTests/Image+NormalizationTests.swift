import NNIImages
import Testing

@Suite struct ImageNormalizationTests {
  static let mean: [Float] = [0.485, 0.456, 0.406]
  static let deviation: [Float] = [0.229, 0.224, 0.225]

  /// From the file to the network's input, every bit as torchvision makes it.
  @Test func equalsTorchvision() throws {
    let image = try Image(contentsOf: Fixture.url("decode/photo.jpg"))
    let input = try image.resized(shorterSide: 48).centerCropped(width: 44, height: 40)
      .normalized(mean: Self.mean, standardDeviation: Self.deviation)
    #expect(try input == Fixture.floats("preprocess.f32"))
  }

  @Test func defaultsToZeroToOne() throws {
    let image = try Image(width: 2, height: 1, layout: .rgb, pixels: [0, 1, 2, 255, 254, 253])
    let expected: [Float] = [0, 1, 1 / 255, 254 / 255, 2 / 255, 253 / 255]
    #expect(try image.normalized() == expected)
  }

  @Test func refusesNumbersThatDoNotFit() throws {
    let image = try Image(width: 1, height: 1, filledWith: [0])
    #expect(code { _ = try image.normalized(mean: [0, 0, 0]) } == .invalidRequest)
    #expect(code { _ = try image.normalized(standardDeviation: [0]) } == .invalidRequest)
  }
}
