/// The name of a node, unique in its graph; that of the model file where there is one.
public struct NodeID: Hashable, Sendable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The name, such as `/features/features.0/Conv`.
  public let name: String

  /// A node of that name.
  public init(_ name: String) { self.name = name }

  public init(stringLiteral value: String) { name = value }

  public init(from decoder: any Decoder) throws {
    name = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }

  public var description: String { name }
}
