import Foundation
import Testing

@testable import NNIModels

/// The examples of NIST's *Secure Hash Standard* and its test vectors.
struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `Texts have the standard's digests`(text: String, digest: String) {
    #expect(SHA256.hexDigest(of: Data(text.utf8)) == digest)
  }

  @Test func `A million letters have the standard's digest`() {
    #expect(
      SHA256.hexDigest(of: Data(repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `A slice is hashed as a copy of it`() {
    let data = Data((0..<300).map { UInt8(truncatingIfNeeded: $0) })
    #expect(SHA256.hexDigest(of: data[100..<250]) == SHA256.hexDigest(of: Data(data[100..<250])))
  }

  @Test func `Pieces of any size are hashed as the whole`() throws {
    let data = Data((0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) })
    for size in [1, 63, 64, 65, 127, 128, 200] {
      var digest = SHA256()
      for start in stride(from: 0, to: data.count, by: size) {
        digest.update(data[start..<min(start + size, data.count)])
      }
      #expect(digest.hexadecimal == SHA256.hexDigest(of: data), "pieces of \(size)")
    }
  }
}
