import Foundation
import NNIImages
import Testing

@Suite struct ImageDecodingTests {
  static let files: [String] =
    ["photo.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "orientation8.png", "photo.webp"]
    + ["alpha.png", "alpha.webp", "grey_alpha.png", "palette.png", "bits.png", "deep.png"]
    + ["deep_grey.png"] + (1...8).map { "orientation\($0).jpg" }

  @Test(arguments: files) func equalsPillow(file: String) throws {
    let image = try Image(contentsOf: Fixture.url("decode/\(file)"))
    #expect(image.layout == .rgb)
    #expect(try image.pixels == Fixture.bytes("decode/\(file).rgb"))
  }

  @Test func turnsTheSidesToo() throws {
    let image = try Image(contentsOf: Fixture.url("decode/orientation6.jpg"))
    #expect(image.width == 29)
    #expect(image.height == 41)
  }

  @Test func keepsOpacityOnRequest() throws {
    let image = try Image(contentsOf: Fixture.url("decode/alpha.png"), layout: .rgba)
    #expect(Set(stride(from: 3, to: image.pixels.count, by: 4).map { image.pixels[$0] }).count > 50)
  }

  /// Every length short of the whole picture must be refused: grey halves would be explained as
  /// content.
  @Test(arguments: ["photo.jpg", "progressive.jpg", "photo.webp", "alpha.png", "deep.png"])
  func refusesTruncatedFiles(file: String) throws {
    let bytes = try Fixture.bytes("decode/\(file)")
    // The last chunk of a PNG (12 bytes) holds no pixels, and libpng does not ask for it.
    for length in stride(from: 0, to: bytes.count - 16, by: 37) {
      #expect(
        code { _ = try Image(decoding: Array(bytes[..<length])) } != nil, "\(length) bytes")
    }
  }

  @Test func refusesRandomBytes() {
    var generator = SystemRandomNumberGenerator()
    let magics: [[UInt8]] = [
      [], [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
      Array("RIFF".utf8) + [0, 4, 0, 0] + Array("WEBPVP8 ".utf8),
    ]
    for magic in magics {
      let bytes = magic + (0..<1000).map { _ in UInt8.random(in: 1...200, using: &generator) }
      #expect(code { _ = try Image(decoding: bytes) } != nil)
    }
  }

  @Test func survivesDamage() throws {
    var generator = SystemRandomNumberGenerator()
    for file in ["photo.jpg", "alpha.png", "photo.webp", "orientation6.jpg"] {
      let bytes = try Fixture.bytes("decode/\(file)")
      for _ in 0..<40 {
        var damaged = bytes
        damaged[Int.random(in: 12..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255)
        _ = try? Image(decoding: damaged, pixelLimit: 1_000_000)
      }
    }
  }

  /// A valid header of 60,000 x 60,000 pixels and next to no data.
  @Test func refusesHugeDeclaredSizes() throws {
    var bytes = try Fixture.bytes("decode/alpha.png")
    bytes.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
    bytes.replaceSubrange(29..<33, with: crc(bytes[12..<29]))
    #expect(code { _ = try Image(decoding: bytes) } == .tooLarge)
  }

  @Test func keepsToTheGivenLimit() throws {
    let bytes = try Fixture.bytes("decode/photo.jpg")
    #expect(code { _ = try Image(decoding: bytes, pixelLimit: 97 * 65) } == nil)
    #expect(code { _ = try Image(decoding: bytes, pixelLimit: 97 * 65 - 1) } == .tooLarge)
  }

  @Test func namesTheFileInErrors() throws {
    try Fixture.withFolder { folder in
      let missing = folder.appending(path: "none.jpg")
      #expect(code { _ = try Image(contentsOf: missing) } == .unreadable)
      #expect(code { _ = try Image(contentsOf: folder) } == .unreadable)
      let empty = folder.appending(path: "empty.png")
      try Data().write(to: empty)
      let error = #expect(throws: ImageError.self) { _ = try Image(contentsOf: empty) }
      #expect(error?.description.contains("empty.png") == true)
      let text = folder.appending(path: "text.jpg")
      try Data("This is no picture.".utf8).write(to: text)
      #expect(code { _ = try Image(contentsOf: text) } == .unknownFormat)
    }
  }

  @Test func decodesInParallel() async throws {
    let bytes = try Fixture.bytes("decode/photo.jpg")
    let expected = try Fixture.bytes("decode/photo.jpg.rgb")
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 { group.addTask { try Image(decoding: bytes).pixels == expected } }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  private func crc(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    sum = ~sum
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
  }
}
