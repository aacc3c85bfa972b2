import Foundation
import NNIImages
import Testing

/// Animated pictures.
struct ImageAnimationTests {
  private func frames(_ count: Int) throws -> [Image] {
    try (0..<count).map {
      try Image(width: 20, height: 12, filledWith: [UInt8($0 * 50), 100, 200])
    }
  }

  @Test func `All frames are in the file, and the first can be read`() throws {
    let data = try Image.webPAnimation(frames(4))
    #expect(Image.frameCount(in: data) == 4)
    let first = try Image(decoding: Array(data))
    #expect(first.width == 20 && first.height == 12)
  }

  @Test func `What cannot be an animation is refused`() throws {
    #expect(throws: ImageError.self) { try Image.webPAnimation([]) }
    let other = try Image(width: 3, height: 12, filledWith: [0, 0, 0])
    #expect(throws: ImageError.self) { try Image.webPAnimation(frames(1) + [other]) }
    #expect(throws: ImageError.self) { try Image.webPAnimation(frames(1), quality: 0) }
    #expect(Image.frameCount(in: Data([1, 2, 3])) == 0)
  }
}
