import Foundation
import NNIImages
import Testing

@testable import NNIReports

@Suite struct HTMLReportTests {
  let report: HTMLReport

  init() throws {
    report = try HTMLReport(
      title: Sample.hostile, photos: [Sample.photo(), Sample.photo(width: 40, height: 70)],
      command: Sample.hostile, environment: [ReportFact("seed", "0")])
  }

  @Test func isOneSafePage() throws {
    let html = try report.html()
    let (isWellFormed, elements) = Sample.parse(html)
    #expect(isWellFormed)
    #expect(elements["script"] == nil)
    #expect(elements["link"] == nil)
    #expect(!html.contains("http://") && !html.contains("https://"))
    // For each photograph itself, two overlays, two maps alone.
    #expect(elements["img"] == 10)
    #expect(html.components(separatedBy: " alt=\"").count == 11)
    #expect(elements["figure"] == 8)
    #expect(elements["table"] == 2)
  }

  @Test func hasUniqueIdentifiers() throws {
    let parts = try report.html().components(separatedBy: " id=\"").dropFirst()
    let names = parts.map { $0.prefix { $0 != "\"" } }
    #expect(Set(names).count == names.count)
  }

  @Test func isWrittenWhole() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).html")
    defer { try? FileManager.default.removeItem(at: file) }
    try report.write(to: file)
    #expect(try String(contentsOf: file, encoding: .utf8) == report.html())
  }

  @Test func refusesSizesOutOfRange() throws {
    var small = report
    small.pictureSize = 3
    #expect(throws: ReportError.self) { _ = try small.html() }
  }

  @Test func standsWithoutAnything() throws {
    let html = try HTMLReport(title: "", photos: []).html()
    #expect(Sample.parse(html).isWellFormed)
  }
}
