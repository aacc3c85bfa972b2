public import NNIImages

/// A page among others: a small picture, its title and a sentence.
public struct PageCard: Sendable, Hashable {
  /// Where it leads; the title is what it says.
  public var link: PageLink
  /// A sentence or two.
  public var text: PageText
  /// The element of the picture; none when empty.
  let picture: String

  /// Describes a card.
  ///
  /// - Throws: `ImageError` when the picture cannot be encoded.
  public init(_ link: PageLink, text: PageText, picture: Image?) throws {
    self.link = link
    self.text = text
    self.picture =
      try picture.map {
        "<img src=\"\(try $0.pngAddress())\" alt=\"\(Markup.escaped("A picture of " + link.title))\">\n"
      } ?? ""
  }

  var html: String {
    """
    <article class="card">
    \(picture)<h3>\(link.html)</h3>
    <p>\(text.html)</p>
    </article>

    """
  }
}
