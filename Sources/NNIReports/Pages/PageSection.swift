/// A part of a page with a heading.
public struct PageSection: Sendable, Hashable {
  /// The heading.
  public var title: String
  /// What stands below it, in this order.
  public var blocks: [PageBlock]
  /// Whether a reader sees only the heading until the part is opened; in print it is open.
  public var isFolded: Bool

  /// Describes a part.
  public init(_ title: String, _ blocks: [PageBlock], isFolded: Bool = false) {
    self.title = title
    self.blocks = blocks
    self.isFolded = isFolded
  }
}
