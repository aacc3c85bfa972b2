/// What happens when a map cannot be right.
///
/// Where a map misses a twentieth or more of what it should sum to, the same is computed for one sample in float64. If
/// the two differ as far as rounding cannot explain, arithmetic has spoilt the map; and what a method promises without
/// an integral, such as DeepLIFT, must hold in any precision. A coarse integral is neither: it is a warning
/// (``Attribution/warnings(sample:)``).
public enum ArithmeticCheck: String, Sendable, Codable, CaseIterable {
  /// The method throws an error with the code ``InterpretabilityError/Code/brokenLaw``.
  case required
  /// The map is given all the same, with a warning that says what is wrong with it.
  case reported
  /// The map is given as it is, without a second look.
  case skipped
}
