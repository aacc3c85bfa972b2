/// The channels of a picture.
///
/// The raw value is their number.
public enum PixelLayout: Int, Sendable, Hashable, Codable, CaseIterable {
  /// One channel: luma.
  case grey = 1
  /// Red, green, blue.
  case rgb = 3
  /// Red, green, blue and opacity, not premultiplied.
  case rgba = 4
}
