import Foundation
import NNITestSupport
import Testing

/// Whole programs: their pages, and that a page's numbers are computed.
@Suite struct LessonProgramTests {
  @Test(arguments: [
    ("SaliencyLesson", "03-saliency", 50, 1),
    ("TransposedRelevanceLesson", "08-2-transposed-relevance", 60, 1),
    ("EvidenceLesson", "12-evidence", 30, 1),
  ])
  func writesAPage(program: String, name: String, pictures: Int, formulas: Int) throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ProgramRun(program, ["--output", "gallery"], in: folder)
      // Where nobody watches, one line for each part that is done.
      let lines = run.errors.split(separator: "\n")
      #expect(run.status == 0 && lines.count >= 4, "\(run.errors)")
      #expect(lines.allSatisfy { $0.firstMatch(of: /^[0-9.]+ .+: .+ done [0-9]+ s$/) != nil })
      let own = folder.appending(path: "gallery/\(name)")
      let html = try String(contentsOf: own.appending(path: "index.html"), encoding: .utf8)
      let outline = MarkupOutline(html)
      #expect(outline.isWellFormed && outline.elements["script"] == nil)
      #expect(outline.elements["img", default: 0] >= pictures)
      #expect(outline.elements["math", default: 0] >= formulas)
      for file in ["index.json", "thumbnail.png", "../index.html"] {
        #expect(FileManager.default.fileExists(atPath: own.appending(path: file).path), "\(file)")
      }
      guard Browser.executable != nil else { return }
      let browser = try Browser(width: 1250, height: 1000)
      try browser.check(own.appending(path: "index.html"), screenshot: name)
      try browser.check(own.appending(path: "index.html"), screenshot: "\(name)-420") {
        try browser.checkReadability()
      }
      // Every map has a colour bar, its own or its row's, and what the original got wrong is folded.
      let bare = try browser.number(
        """
        [...document.querySelectorAll('img[alt*="strongest"]')]
          .filter((map) => !(map.closest("tr") ?? map.closest("figure")).querySelector(".ends")).length
        """)
      #expect(bare == 0 && html.contains("<details class=\"fold\">"))
      let index = folder.appending(path: "gallery/index.html")
      try browser.check(index, screenshot: "gallery-420") { try browser.checkReadability() }
      try browser.setSize(width: 1250, height: 1000)
      try browser.check(index, screenshot: "gallery") {
        // From the index one comes to the lesson, and back.
        let address = try browser.text("document.querySelector('.card a').href")
        #expect(address.contains(name))
      }
    }
  }

  /// The relative distances of the page on transposed layers are those of double precision.
  @Test func transposedLayersAgree() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ProgramRun("TransposedRelevanceLesson", ["--output", "."], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let html = try String(
        contentsOf: folder.appending(path: "08-2-transposed-relevance/index.html"), encoding: .utf8)
      for name in ["LRP-0", "gradient × input"] {
        let row = try #require(html.firstRange(of: "<tr><td>\(name)</td><td class=\"number\">"))
        let cell = html[row.upperBound...].prefix { $0 != "<" }
        #expect(cell == "0" || cell.contains("10⁻¹"), "\(name): \(cell)")
      }
    }
  }

  /// The evidential loss beside PyTorch's numbers, and no class where there is no evidence.
  @Test func evidenceIsCounted() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ProgramRun("EvidenceLesson", ["--output", "."], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let html = try String(
        contentsOf: folder.appending(path: "12-evidence/index.html"), encoding: .utf8)
      func rows(_ after: String) throws -> [[Substring]] {
        let start = try #require(html.firstRange(of: after))
        let end = try #require(html[start.upperBound...].firstRange(of: "</tbody>"))
        return html[start.upperBound..<end.lowerBound].split(separator: "<tr>").dropFirst().map {
          $0.split(separator: "</td>").dropLast().compactMap { $0.split(separator: ">").last }
        }.filter { !$0.isEmpty }
      }
      let losses = try rows(">epoch</th>")
      #expect(losses.count == 3 && losses.allSatisfy { $0.count == 3 && $0[1] == $0[2] })
      let angles = try rows("A 1 falls over</h2>")
      #expect(angles.count == 10)
      for row in angles {
        #expect(row.count == 6 && (row[2] == "no class") == (row[5] == "0.00"), "\(row)")
      }
    }
  }

  @Test(arguments: [
    (["--outputs", "x"], "there is no argument “--outputs”"),
    (["--output"], "--output has no value"),
    (["extra"], "there is no argument “extra”"),
  ])
  func refusesWrongArguments(arguments: [String], words: String) throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ProgramRun("SaliencyLesson", arguments, in: folder)
      #expect(run.status == 2 && run.errors.contains(words), "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func saysWhenTheFolderCannotBeMade() throws {
    try Fixture.withTemporaryFolder { folder in
      try Data().write(to: folder.appending(path: "file"))
      let run = try ProgramRun("SaliencyLesson", ["--output", "file"], in: folder)
      #expect(run.status == 1 && run.errors.contains("cannot be made"), "\(run.errors)")
    }
  }

  @Test func helps() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ProgramRun("SaliencyLesson", ["--help"], in: folder)
      #expect(run.status == 0 && run.output.contains("USAGE: SaliencyLesson [--output FOLDER]"))
    }
  }
}
