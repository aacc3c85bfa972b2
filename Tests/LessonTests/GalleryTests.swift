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
      let index = try text(folder, "index.html")
      let places = ["03-saliency", "04-deconvolution", "05-occlusion"].compactMap {
        index.firstRange(of: "href=\"\($0)/index.html\"")?.lowerBound
      }
      #expect(places.count == 3 && places == places.sorted())
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
