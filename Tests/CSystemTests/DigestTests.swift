import CSystem
import Testing

@Suite struct DigestTests {
  @Test func `The processor's instructions give the state that the standard's steps give`() {
    var bytes = [UInt8](repeating: 0, count: 64 * 50)
    var number: UInt32 = 1
    for index in bytes.indices {
      number = number &* 1_664_525 &+ 1_013_904_223
      bytes[index] = UInt8(number >> 24)
    }
    for count in [0, 1, 2, 50] {
      var (fast, plain) = ([UInt32](0..<8), [UInt32](0..<8))
      csystem_sha256(&fast, bytes, count)
      csystem_sha256_plainly(&plain, bytes, count)
      #expect(fast == plain, "\(count) blocks")
      #expect((fast == [UInt32](0..<8)) == (count == 0))
    }
  }
}
