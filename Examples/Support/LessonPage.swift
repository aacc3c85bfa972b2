public import Foundation
public import NNIReports
public import NNInterpretability

/// The page of a lesson while it is written.
public struct LessonPage {
  /// The topic.
  public let lesson: Lesson
  /// The commands that do the same, one a line.
  public var commands: [String] = []
  /// Keys of the bibliography, for further reading.
  public var reading: [String] = []
  /// A folder of the reader's own photographs, a folder in it for each class; `nil` when none was given.
  public internal(set) var photographs: URL?
  /// A picture for the index; about 320 × 200 pixels show whole.
  public var thumbnail: Image?
  private var sections: [PageSection] = []
  private var models: [Model] = []
  private let progress: LessonProgress?

  /// A page without text that says nothing while it is written.
  public init(_ lesson: Lesson) { self.init(lesson, progress: nil) }

  init(_ lesson: Lesson, progress: LessonProgress?) {
    self.lesson = lesson
    self.progress = progress
  }

  /// A part with a heading, below those that are there.
  public mutating func add(_ title: String, _ blocks: [PageBlock]) {
    sections.append(PageSection(title, blocks))
    progress?.done(title)
  }

  /// Says on a terminal what is computed now.
  public func doing(_ what: String) { progress?.doing(what) }

  /// Says on a terminal how far something is.
  public func doing(_ what: String, _ done: Int, of total: Int) {
    progress?.doing(what, part: "\(done) of \(total)")
  }

  /// The results of a list's elements, with a word on a terminal before each.
  public func each<Element, Result>(
    _ elements: [Element], _ what: String, _ body: (Element) throws -> Result
  ) rethrows -> [Result] {
    try elements.enumerated().map { index, element in
      doing(what, index + 1, of: elements.count)
      return try body(element)
    }
  }

  /// What the original (``Gallery/original``) got wrong: a fold, for a page teaches the method first.
  public mutating func addCorrections(_ blocks: [PageBlock]) {
    sections.append(PageSection("What the original got wrong", blocks, isFolded: true))
  }

  /// Names a network among what is needed to make the page again.
  public mutating func uses(_ models: Model...) {
    self.models += models.filter { new in !self.models.contains { $0.name == new.name } }
  }

  /// The whole page.
  func page(seconds: Double) throws -> Page {
    var sections = sections
    if !reading.isEmpty {
      sections.append(PageSection("Further reading", [.list(try reading.map(Reading.entry))]))
    }
    return Page(
      "\(lesson.number) \(lesson.title)", subtitle: lesson.summary,
      links: [Gallery.link], sections: sections,
      command: (["swift run -c release \(lesson.program)"] + commands).joined(separator: "\n"),
      environment: models.map { ReportFact($0.name, "SHA-256 \($0.digest)") } + [
        ReportFact("NNInterpretability", Release.version), ReportFact("libtorch", Torch.version),
        ReportFact("time", "\(seconds.fixed(1)) s"),
      ])
  }
}
