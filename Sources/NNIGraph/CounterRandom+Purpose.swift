extension CounterRandom {
  /// The numbers of a seed that serve one purpose, so that two purposes share none.
  ///
  /// - Parameters:
  ///   - seed: The seed of the whole.
  ///   - purpose: What the numbers are for, such as a node's name.
  package init(seed: UInt64, purpose: String) {
    self.init(seed: Self.seed(seed, purpose: purpose))
  }

  /// A seed for one purpose and, if it recurs, one turn of it.
  package static func seed(_ seed: UInt64, purpose: String, turn: Int = 0) -> UInt64 {
    // FNV-1a of the purpose, then a block of Philox, so that near seeds lie far apart.
    let hash = purpose.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    let (high, low, _, _) = CounterRandom(seed: seed)
      .words(stream: hash, block: UInt64(bitPattern: Int64(turn)))
    return UInt64(high) << 32 | UInt64(low)
  }
}
