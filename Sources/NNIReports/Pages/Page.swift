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
  /// The parts, in this order.
  public var sections: [PageSection]
  /// The command that makes this page again; left out when empty.
  public var command: String
  /// What else one needs to make it again: versions, seeds, checksums.
  public var environment: [ReportFact]

  /// Describes a page.
  public init(
    _ title: String, subtitle: String = "", sections: [PageSection], command: String = "",
    environment: [ReportFact] = []
  ) {
    self.title = title
    self.subtitle = subtitle
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
    return HTMLShell.document(
      title: title, style: "article", header: subtitle + contents,
      main: parts.joined() + HTMLShell.reproduction(command: command, environment: environment))
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: what ``html()`` throws, and `ImageError` when the file cannot be written; then a
  ///   file that was there is unchanged.
  public func write(to url: URL) throws {
    try AtomicFile.write(Data(html().utf8), to: url)
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
