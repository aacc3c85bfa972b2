/// How an optimisation went, step by step and image by image.
public struct MaximizationHistory: Sendable, Codable, Equatable {
  /// Why an image was done.
  public enum End: String, Sendable, Codable {
    /// All steps were made.
    case steps
    /// Its class was probable enough.
    case probability
    /// It got no better.
    case stagnation
  }

  /// One image's way.
  public struct Image: Sendable, Codable, Equatable {
    /// The objective before each step, and after the last.
    public var scores: [Double] = []
    /// The probability of its class at the same times; empty when nobody asked for it.
    public var probabilities: [Double] = []
    /// Why it was done; `nil` while it is not.
    public var end: End?
    /// The best score that counted, and when it was.
    var best = -Double.greatestFiniteMagnitude
    var bestStep = 0

    /// How many steps were made.
    public var steps: Int { max(0, scores.count - (end == nil ? 0 : 1)) }
  }

  /// All images.
  public var images: [Image]

  /// Nothing yet.
  init(count: Int) { images = [Image](repeating: Image(), count: count) }

  /// Whether all images are done.
  public var isFinished: Bool { images.allSatisfy { $0.end != nil } }
}
