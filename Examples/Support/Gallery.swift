public import Foundation
import NNIReports
import NNInterpretability

/// The folder of all lessons, with a page that leads to them.
public struct Gallery {
  static let pageName = "index.html"
  static let thumbnailName = "thumbnail.png"
  static let link = PageLink("All lessons", to: "../\(pageName)")

  private let folder: URL

  /// The gallery in a folder.
  public init(_ folder: URL) { self.folder = folder }

  /// Writes the index of the lessons that are there, and leads each of them to its neighbours.
  ///
  /// - Throws: `InterpretabilityError` when a record is damaged, `ImageError` when a file cannot be
  ///   read or written.
  public func refresh() throws {
    let found = try Lesson.all.compactMap { lesson in
      try LessonRecord(in: folder.appending(path: lesson.folder)).map { (lesson, $0) }
    }
    let cards = try found.map { lesson, record in
      let picture = folder.appending(path: lesson.folder).appending(path: Self.thumbnailName)
      return try PageCard(
        PageLink(
          "\(record.number) \(record.title)", to: "\(lesson.folder)/\(Self.pageName)"),
        text: .plain(record.summary),
        picture: FileManager.default.fileExists(atPath: picture.path)
          ? Image(contentsOf: picture) : nil)
    }
    try Page(
      "Looking into neural networks",
      subtitle: "\(cards.count) lessons, each computed by a short program of its own.",
      sections: Self.introduction(Set(found.map(\.0))) + [PageSection("Lessons", [.cards(cards)])]
    ).write(to: folder.appending(path: Self.pageName))
    for (index, (lesson, _)) in found.enumerated() {
      var links = [Self.link]
      if index > 0 { links.append(Self.way("←", to: found[index - 1].0)) }
      if index + 1 < found.count { links.append(Self.way("→", to: found[index + 1].0)) }
      try lead(lesson, to: links)
    }
  }

  private static func way(_ arrow: String, to lesson: Lesson) -> PageLink {
    PageLink(
      "\(arrow) \(lesson.number) \(lesson.title)", to: "../\(lesson.folder)/\(pageName)")
  }

  /// Sets the links above a page's heading, which change when a neighbour is added.
  private func lead(_ lesson: Lesson, to links: [PageLink]) throws {
    let file = folder.appending(path: lesson.folder).appending(path: Self.pageName)
    guard let html = try? String(contentsOf: file, encoding: .utf8),
      let changed = Page.replacingLinks(in: html, with: links), changed != html
    else { return }
    try AtomicFile.write(Data(changed.utf8), to: file)
  }
}
