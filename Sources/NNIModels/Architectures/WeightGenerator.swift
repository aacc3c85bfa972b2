import Foundation

/// Normally distributed numbers that are the same on every machine.
///
/// - Reference: Steele, Lea and Flood 2014, *Fast Splittable Pseudorandom Number Generators*, figure 17
///   (`steele2014splittable`); Box and Muller 1958, *A Note on the Generation of Random Normal Deviates*
///   (`box1958note`).
struct WeightGenerator {
  private var state: UInt64

  /// A generator for the parameter of that name.
  init(seed: UInt64, name: String) {
    // FNV-1a, so that parameters of one network draw independent numbers.
    let hash = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    state = seed
    state = next() ^ hash
  }

  /// Sixty-four random bits (SplitMix64).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// `count` numbers of mean 0.
  mutating func normal(count: Int, deviation: Double) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count + 1)
    let unit = 0x1p-53
    while numbers.count < count {
      let radius = deviation * (-2 * log((Double(next() >> 11) + 1) * unit)).squareRoot()
      let angle = 2 * Double.pi * Double(next() >> 11) * unit
      numbers.append(Float(radius * cos(angle)))
      numbers.append(Float(radius * sin(angle)))
    }
    if numbers.count > count { numbers.removeLast() }
    return numbers
  }

  /// `count` numbers that are uniform between `-limit` and `limit`.
  mutating func uniform(count: Int, limit: Double) -> [Float] {
    (0..<count).map { _ in Float((Double(next() >> 11) * 0x1p-52 - 1) * limit) }
  }
}
