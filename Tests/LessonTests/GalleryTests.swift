import Foundation
import NNIReports
import NNITestSupport
import NNInterpretability
import Testing

@testable import LessonSupport

@Suite struct GalleryTests {
  private static let hostile = "<b>&\"'"

  private func lesson(_ folder: String) -> Lesson {
    let own = Lesson.all.first { $0.folder == folder } ?? Lesson.saliency
    return Lesson(
      own.number, Self.hostile, folder: folder, program: own.program, summary: Self.hostile)
  }

  private func text(_ folder: URL, _ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  @Test func escapesTitlesAndListsWhatIsThere() throws {
    try Fixture.withTemporaryFolder { folder in
      try lesson("03-saliency").write(to: folder) { page in
        page.add(Self.hostile, [.paragraph("text")])
        page.thumbnail = try Image(width: 4, height: 3, filledWith: [9])
      }
      let (page, index) = try (text(folder, "03-saliency/index.html"), text(folder, "index.html"))
      for html in [page, index] {
        let outline = MarkupOutline(html)
        #expect(outline.isWellFormed && outline.elements["b"] == nil)
        #expect(html.contains("&lt;b&gt;&amp;&quot;&#39;"))
      }
      #expect(MarkupOutline(index).elements["article"] == 1)
      #expect(MarkupOutline(index).elements["img"] == 1)
    }
  }

  @Test func neighboursLeadToEachOtherInEitherOrder() throws {
    try Fixture.withTemporaryFolder { folder in
      for name in ["05-occlusion", "03-saliency", "04-deconvolution"] {
        try lesson(name).write(to: folder) { $0.add("a", []) }
      }
      let middle = try text(folder, "04-deconvolution/index.html")
      #expect(middle.contains("href=\"../03-saliency/index.html\""))
      #expect(middle.contains("href=\"../05-occlusion/index.html\""))
      let first = try text(folder, "03-saliency/index.html")
      #expect(first.contains("href=\"../04-deconvolution/index.html\""))
      #expect(!first.contains("05-occlusion"))
      let index = try #require(
        try text(folder, "index.html").components(separatedBy: "<div class=\"cards\">").last)
      let places = ["03-saliency", "04-deconvolution", "05-occlusion"].compactMap {
        index.firstRange(of: "href=\"\($0)/index.html\"")?.lowerBound
      }
      #expect(places.count == 3 && places == places.sorted())
    }
  }

  @Test func theIndexTellsWhatToRead() throws {
    try Fixture.withTemporaryFolder { folder in
      try Lesson.saliency.write(to: folder) { $0.add("a", []) }
      let index = try text(folder, "index.html")
      #expect(MarkupOutline(index).isWellFormed)
      for part in ["What these pages are", "A path", "Which method for which question"] {
        #expect(index.contains(">\(part)</h2>"))
      }
      #expect(index.contains("href=\"\(Gallery.original)\""))
      // Every lesson is on a path; those that were run are links.
      let path = try #require(index.firstMatch(of: #/A path<\/h2>[\s\S]*?<\/ul>/#)).0
      for lesson in Lesson.all {
        #expect(path.contains("\(lesson.number) \(lesson.title)"), "\(lesson.title)")
      }
      #expect(path.components(separatedBy: "<a href=").count == 2)
      #expect(path.contains("<a href=\"03-saliency/index.html\">3 Saliency maps</a>"))
      let table = try #require(index.firstMatch(of: #/<th scope="col">question[\s\S]*?<\/table>/#))
        .0
      #expect(table.components(separatedBy: "<tr>").count > 8)
    }
  }

  @Test func correctionsAreFolded() throws {
    try Fixture.withTemporaryFolder { folder in
      try Lesson.saliency.write(to: folder) { page in
        page.add("The method", [.paragraph("first")])
        page.addCorrections([.paragraph("then")])
        page.reading = ["bach2015pixel"]
      }
      let html = try text(folder, "03-saliency/index.html")
      let first = try #require(html.firstRange(of: "<p>first</p>"))
      let fold = try #require(html.firstRange(of: "<details class=\"fold\">"))
      let then = try #require(html.firstRange(of: "<p>then</p>"))
      #expect(first.upperBound < fold.lowerBound && fold.upperBound < then.lowerBound)
      let link =
        "<a href=\"https://doi.org/10.1371/journal.pone.0130140\">doi:10.1371/journal.pone.0130140</a>"
      #expect(html.contains(link))
    }
  }

  @Test func aFailureLeavesNothing() throws {
    try Fixture.withTemporaryFolder { folder in
      #expect(throws: (any Error).self) {
        try lesson("03-saliency").write(to: folder) { page in
          page.add("a", [])
          page.reading = ["nobody2000nothing"]
        }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }

  @Test func aDamagedRecordIsNamed() throws {
    try Fixture.withTemporaryFolder { folder in
      try lesson("03-saliency").write(to: folder) { $0.add("a", []) }
      let record = folder.appending(path: "03-saliency/index.json")
      try Data("{".utf8).write(to: record)
      let error = #expect(throws: InterpretabilityError.self) { try Gallery(folder).refresh() }
      #expect(error?.message.contains("index.json is damaged") == true)
    }
  }
}
