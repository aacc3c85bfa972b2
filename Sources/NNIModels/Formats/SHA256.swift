package import Foundation

/// The Secure Hash Algorithm with 256 bits, by which files are told apart.
///
/// - Reference: NIST 2015, *Secure Hash Standard*, FIPS 180-4, section 6.2 (`nist2015secure`).
package struct SHA256 {
  private var state = Self.initialState
  private var schedule = [UInt32](repeating: 0, count: 64)
  /// Bytes that do not fill a block yet.
  private var rest: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// The digest of `data` in 64 lower-case hexadecimal digits.
  package static func hexDigest(of data: Data) -> String {
    var digest = SHA256()
    // Chunks, so that a mapped file is not copied as a whole.
    let chunkSize = 1 << 16
    for start in stride(from: 0, to: data.count, by: chunkSize) {
      digest.update(data.dropFirst(start).prefix(chunkSize))
    }
    return digest.hexadecimal
  }

  /// Takes more bytes.
  mutating func update(_ data: Data) {
    byteCount += UInt64(data.count)
    let bytes = rest + data
    let whole = bytes.count / 64 * 64
    for block in stride(from: 0, to: whole, by: 64) {
      Self.compress(bytes, block, &schedule, &state)
    }
    rest = Array(bytes[whole...])
  }

  /// The digest of all bytes so far in 64 lower-case hexadecimal digits.
  var hexadecimal: String {
    var (state, schedule) = (state, schedule)
    // The end: a one bit, zeros, and the number of bits in 64 bits.
    var tail = rest + [0x80]
    while tail.count % 64 != 56 { tail.append(0) }
    tail += (0..<8).map { UInt8(truncatingIfNeeded: (byteCount * 8) >> (56 - 8 * UInt64($0))) }
    for block in stride(from: 0, to: tail.count, by: 64) {
      Self.compress(tail, block, &schedule, &state)
    }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// The compression function on the 64 bytes that begin at `start`.
  private static func compress(
    _ bytes: [UInt8], _ start: Int, _ w: inout [UInt32], _ state: inout [UInt32]
  ) {
    var t = 0
    while t < 16 {
      let i = start &+ t &* 4
      w[t] =
        UInt32(bytes[i]) &<< 24 | UInt32(bytes[i &+ 1]) &<< 16 | UInt32(bytes[i &+ 2]) &<< 8
        | UInt32(bytes[i &+ 3])
      t &+= 1
    }
    while t < 64 {
      let (x, y) = (w[t &- 15], w[t &- 2])
      let sigma0 = rotated(x, 7) ^ rotated(x, 18) ^ (x &>> 3)
      let sigma1 = rotated(y, 17) ^ rotated(y, 19) ^ (y &>> 10)
      w[t] = w[t &- 16] &+ sigma0 &+ w[t &- 7] &+ sigma1
      t &+= 1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    t = 0
    while t < 64 {
      let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let first = h &+ sum1 &+ ((e & f) ^ (~e & g)) &+ constants[t] &+ w[t]
      let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let second = sum0 &+ ((a & b) ^ (a & c) ^ (b & c))
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
      t &+= 1
    }
    state = [
      state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d,
      state[4] &+ e, state[5] &+ f, state[6] &+ g, state[7] &+ h,
    ]
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
  }

  private static let initialState: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
    0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
    0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
    0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
    0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
    0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
    0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
