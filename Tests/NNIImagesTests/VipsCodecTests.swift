import Testing

@testable import NNIImages

@Suite struct VipsCodecTests {
  @Test func saysWhatFailed() {
    let failure = #expect(throws: VipsCodec.Failure.self) {
      _ = try VipsCodec.decode([0xFF, 0xD8, 0xFF, 0, 1, 2], pixelLimit: 100)
    }
    #expect(failure?.message.contains("\n") == false)
    #expect(failure?.message.isEmpty == false)
  }
}
