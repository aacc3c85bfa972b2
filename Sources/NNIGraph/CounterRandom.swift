internal import Foundation

/// Random numbers by counting: the number at a place depends on nothing but the seed and the place.
///
/// The same seed gives the same bits whatever the chunk size, the order of computation or the number of
/// threads, because nobody takes "the next" number. A place is a stream (a draw, a node) and a position
/// in it.
///
/// Philox 4×32 with ten rounds.
///
/// - Reference: Salmon et al. 2011, *Parallel Random Numbers: As Easy as 1, 2, 3*, section 3.3
///   (`salmon2011parallel`).
public struct CounterRandom: Sendable {
  private let key: (UInt32, UInt32)

  /// The numbers of a seed.
  public init(seed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The four random words at a block of a stream.
  public func words(stream: UInt64, block: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
    var (a, b) = (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32))
    var (c, d) = (UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    var (k0, k1) = key
    for _ in 0..<10 {
      let first = a.multipliedFullWidth(by: 0xD251_1F53)
      let second = c.multipliedFullWidth(by: 0xCD9E_8D57)
      (a, b, c, d) = (second.high ^ b ^ k0, second.low, first.high ^ d ^ k1, first.low)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (a, b, c, d)
  }

  /// The first `count` standard normal numbers of a stream (Box and Muller 1958).
  public func normals(_ count: Int, stream: UInt64) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count + 3)
    for block in 0..<UInt64((count + 3) / 4) {
      let (a, b, c, d) = words(stream: stream, block: block)
      for (radius, angle) in [(a, b), (c, d)] {
        // Halfway between the steps, so that the logarithm's argument is never zero.
        let r = (-2 * log((Float(radius >> 8) + 0.5) * 0x1p-24)).squareRoot()
        let t = 2 * Float.pi * Float(angle >> 8) * 0x1p-24
        numbers.append(r * cos(t))
        numbers.append(r * sin(t))
      }
    }
    return Array(numbers.prefix(count))
  }

  /// The first `count` numbers of a stream that are uniform in 0..<1.
  public func uniforms(_ count: Int, stream: UInt64) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count + 3)
    for block in 0..<UInt64((count + 3) / 4) {
      let (a, b, c, d) = words(stream: stream, block: block)
      for word in [a, b, c, d] { numbers.append(Float(word >> 8) * 0x1p-24) }
    }
    return Array(numbers.prefix(count))
  }
}
