/// What kept a picture from being read, changed or written, in one sentence.
public struct ImageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure, for callers that treat some of them differently.
  public enum Code: String, Sendable, Hashable, Codable {
    /// The file cannot be opened or is no regular file.
    case unreadable
    /// The bytes are no JPEG, PNG or WebP.
    case unknownFormat
    /// The bytes begin like a picture and end too early or contradict themselves.
    case damaged
    /// The picture declares, or the request needs, more pixels than allowed.
    case tooLarge
    /// A request that no picture can fulfil, such as a width of zero.
    case invalidRequest
    /// A picture cannot be encoded or its file cannot be written.
    case notWritten
    /// libvips cannot be used at all.
    case libraryUnavailable
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
