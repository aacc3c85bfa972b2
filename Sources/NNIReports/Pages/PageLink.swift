/// A way to another page.
public struct PageLink: Sendable, Hashable {
  /// What it says.
  public var title: String
  /// Where it leads, relative to the page.
  public var address: String

  /// Describes a link.
  public init(_ title: String, to address: String) {
    self.title = title
    self.address = address
  }

  var html: String {
    "<a href=\"\(Markup.escaped(address))\">\(Markup.escaped(title))</a>"
  }
}
