/// What kept a map or a report from being made, in one sentence.
public struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: String, Sendable, Hashable, Codable {
    /// Sides and number of values do not agree, or a side is not positive.
    case shape
    /// A value is not a number or infinite.
    case notFinite
    /// An option is out of its range.
    case option
  }

  /// The kind of failure.
  public let code: Code

  /// The place, what was found, what was wanted, and what to do.
  public let description: String

  /// Describes a failure.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
