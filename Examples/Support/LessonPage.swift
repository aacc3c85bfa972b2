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

  /// A page without text.
  public init(_ lesson: Lesson) { self.lesson = lesson }

  /// A part with a heading, below those that are there.
  public mutating func add(_ title: String, _ blocks: [PageBlock]) {
    sections.append(PageSection(title, blocks))
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
