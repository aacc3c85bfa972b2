internal import CSystem
package import Foundation

/// The Secure Hash Algorithm with 256 bits, by which files are told apart.
///
/// - Reference: NIST 2015, *Secure Hash Standard*, FIPS 180-4, section 6.2 (`nist2015secure`).
package struct SHA256 {
  private var state = Self.initialState
  /// Bytes that do not fill a block yet.
  private var rest: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// The digest of `data` in 64 lower-case hexadecimal digits.
  package static func hexDigest(of data: Data) -> String {
    var digest = SHA256()
    digest.update(data)
    return digest.hexadecimal
  }

  /// Takes more bytes.
  mutating func update(_ data: Data) {
    byteCount += UInt64(data.count)
    let missing = rest.isEmpty ? 0 : 64 - rest.count
    rest += data.prefix(missing)
    if rest.count == 64 {
      Self.compress(rest, &state)
      rest = []
    }
    let others = data.dropFirst(missing)
    let whole = others.count / 64 * 64
    Self.compress(others.prefix(whole), &state)
    rest += others.dropFirst(whole)
  }

  /// The digest of all bytes so far in 64 lower-case hexadecimal digits.
  var hexadecimal: String {
    var state = state
    // The end: a one bit, zeros, and the number of bits in 64 bits.
    var tail = rest + [0x80]
    while tail.count % 64 != 56 { tail.append(0) }
    tail += (0..<8).map { UInt8(truncatingIfNeeded: (byteCount * 8) >> (56 - 8 * UInt64($0))) }
    Self.compress(tail, &state)
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// The compression function on whole blocks.
  private static func compress(_ blocks: some ContiguousBytes & Collection, _ state: inout [UInt32])
  {
    blocks.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      csystem_sha256(
        &state, start.assumingMemoryBound(to: UInt8.self), bytes.count / 64)
    }
  }

  private static let initialState: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
}
