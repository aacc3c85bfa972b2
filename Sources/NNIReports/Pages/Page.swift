#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
import NNIImages

/// A self-contained page of text, figures and tables, in the style of the reports.
///
/// The page needs no network and runs no script; charts and pictures are inside it. It follows the
/// reader's light or dark setting and prints. Every text is escaped.
///
/// ```swift
/// let page = Page(
///   "Dropout at test time",
///   sections: [
///     PageSection(
///       "Result",
///       [.paragraph("The variance $σ^2$ grows with the angle."), .figure(try PageFigure(chart))])
///   ])
/// try page.write(to: URL(filePath: "dropout.html"))
/// ```
public struct Page: Sendable, Hashable {
  /// The page's heading.
  public var title: String
  /// A line below the heading; none when empty.
  public var subtitle: String
  /// Ways to other pages, above the heading; none when empty.
  public var links: [PageLink]
  /// The parts, in this order.
  public var sections: [PageSection]
  /// The command that makes this page again; left out when empty.
  public var command: String
  /// What else one needs to make it again: versions, seeds, checksums.
  public var environment: [ReportFact]

  /// Describes a page.
  public init(
    _ title: String, subtitle: String = "", links: [PageLink] = [], sections: [PageSection],
    command: String = "", environment: [ReportFact] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.links = links
    self.sections = sections
    self.command = command
    self.environment = environment
  }

  /// The page.
  ///
  /// - Returns: a complete HTML document.
  /// - Throws: ``ReportError`` when a table's rows are not equally long.
  public func html() throws -> String {
    let subtitle = subtitle.isEmpty ? "" : "<p class=\"muted\">\(Markup.escaped(subtitle))</p>\n"
    let parts = try sections.enumerated().map { try PageWriter.section($1, number: $0) }
    let hasWords = sections.contains { section in
      section.blocks.contains { if case .words = $0 { true } else { false } }
    }
    return HTMLShell.document(
      title: title, style: "article", sheet: hasWords ? TextReport.wordSheet : "", before: ways,
      header: subtitle + contents,
      main: parts.joined() + HTMLShell.reproduction(command: command, environment: environment))
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: what ``html()`` throws, and `ImageError` when the file cannot be written; then a
  ///   file that was there is unchanged.
  public func write(to url: URL) throws {
    try AtomicFile.write(Data(html().utf8), to: url)
  }

  /// The links in one line.
  private var ways: String { Self.ways(links) }

  private static let waysBegin = "<nav class=\"ways\" aria-label=\"Pages\">\n"
  private static let waysEnd = "</nav>\n"

  private static func ways(_ links: [PageLink]) -> String {
    links.isEmpty ? "" : waysBegin + links.map { "\($0.html)\n" }.joined() + waysEnd
  }

  /// A page that was made with ``links``, with others in their place.
  ///
  /// For pages whose neighbours are made later. The result is `nil` for a page without links.
  public static func replacingLinks(in html: String, with links: [PageLink]) -> String? {
    guard let begin = html.firstRange(of: waysBegin),
      let end = html[begin.upperBound...].firstRange(of: waysEnd)
    else { return nil }
    return String(html[..<begin.lowerBound] + ways(links) + html[end.upperBound...])
  }

  /// A list of the sections, when there are many.
  private var contents: String {
    guard sections.count > 3 else { return "" }
    let items = sections.enumerated().map { index, section in
      "<li><a href=\"#section\(index)\">\(Markup.escaped(section.title))</a></li>\n"
    }
    return "<nav aria-label=\"Contents\">\n<ul>\n\(items.joined())</ul>\n</nav>\n"
  }
}
