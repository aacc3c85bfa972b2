/// A part of a page with a heading.
public struct PageSection: Sendable, Hashable {
  /// The heading.
  public var title: String
  /// What stands below it, in this order.
  public var blocks: [PageBlock]

  /// Describes a part.
  public init(_ title: String, _ blocks: [PageBlock]) {
    self.title = title
    self.blocks = blocks
  }
}
