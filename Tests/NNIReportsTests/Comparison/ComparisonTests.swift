import Foundation
import NNIImages
import NNITestSupport
import NNInterpretability
import Testing

@testable import NNIReports

@Suite struct ComparisonTests {
  /// The page without its scripts, whose text is no markup.
  private func markup(_ html: String) -> String {
    html.replacing(/<script[^>]*>[\s\S]*?<\/script>/, with: "")
  }

  @Test func isOneSafePage() throws {
    let html = try ComparisonSample.comparison(name: Sample.hostile, className: Sample.hostile)
      .html()
    let (isWellFormed, elements) = Sample.parse(markup(html))
    #expect(isWellFormed)
    #expect(elements["link"] == nil && elements["iframe"] == nil)
    #expect(!markup(html).contains("alert('"))
    #expect(html.components(separatedBy: "<script").count == 3)
    #expect(!html.contains("https://"))
    // Two photographs and a still of each of twelve maps.
    #expect(elements["img"] == 14)
    #expect(elements["article"] == 12)
    let parts = html.components(separatedBy: " id=\"").dropFirst()
    let identifiers = parts.map { $0.prefix { $0 != "\"" } }
    #expect(Set(identifiers).count == identifiers.count)
  }

  @Test func onlyItsOwnScriptMayRun() throws {
    let html = try ComparisonSample.comparison().html()
    let source = try #require(html.firstMatch(of: /<script>([\s\S]*?)<\/script>/)).1
    let policy = try #require(html.firstMatch(of: /script-src '([^']*)'/)).1
    #expect(policy.hasPrefix("sha256-"))
    #expect(String(policy.dropFirst(7)) == Self.digest(String(source)))
    #expect(!source.contains("eval(") && !source.contains("innerHTML"))
  }

  /// By another program.
  private static func digest(_ text: String) -> String? {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "sha256sum || shasum -a 256"]
    process.standardInput = input
    process.standardOutput = output
    guard (try? process.run()) != nil else { return nil }
    try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try? input.fileHandleForWriting.close()
    let digits = Array(
      String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
    process.waitUntilExit()
    let bytes = stride(from: 0, to: min(64, digits.count - 1), by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
    return Data(bytes).base64EncodedString()
  }

  @Test func namesInTheDataCannotLeaveTheirElement() throws {
    var comparison = try ComparisonSample.comparison()
    comparison.photos[0].targets[0].entries[0].tile.unit = "</script><b>"
    let html = try comparison.html()
    let data = try #require(html.firstMatch(of: /id="data">([\s\S]*?)<\/script>/)).1
    #expect(data.contains("\\u003c/script>"))
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(data.utf8)) }
  }

  @Test func mapsKeepWithinTheirBudget() throws {
    var comparison = try ComparisonSample.comparison()
    let pictures = try comparison.photos.map {
      try ReportPicture($0.asReport, fittingWidth: 480, height: 480)
    }
    func size(_ store: ComparisonStore) -> Int {
      store.maps.joined().reduce(0) { $0 + ($1?.values.utf8.count ?? 0) }
    }
    let full = try ComparisonStore(comparison, pictures: pictures, byteBudget: 1_000_000)
    #expect(full.maps[0][0]?.steps == 127)
    let budget = size(full) * 3 / 4
    let small = try ComparisonStore(comparison, pictures: pictures, byteBudget: budget)
    #expect(size(small) <= budget)
    #expect((small.maps[0][0]?.steps ?? 0) < 127)
    // The page as a whole keeps to it.
    let whole = try comparison.html().utf8.count
    comparison.byteBudget = whole - size(full) / 4
    #expect(try comparison.html().utf8.count <= comparison.byteBudget)
  }

  @Test func refusesWhatCannotBeCompared() throws {
    var comparison = try ComparisonSample.comparison()
    comparison.photos[1].targets[0].entries.removeLast()
    #expect(throws: ReportError.self) { try comparison.html() }
    comparison = try ComparisonSample.comparison()
    comparison.pictureSize = 3
    #expect(throws: ReportError.self) { try comparison.html() }
    comparison.pictureSize = 480
    comparison.byteBudget = 0
    #expect(throws: ReportError.self) { try comparison.html() }
  }

  @Test func theCommonScaleIsTheGeometricMean() throws {
    let photo = try ComparisonSample.photo("a", "cat", seed: 1)
    let logits = photo.targets.flatMap(\.entries).filter { $0.tile.unit == "logit" }
    let limits = try logits.map { try $0.tile.scaling.limit(of: $0.tile.map) }
    #expect(limits.count == 4)
    let mean = pow(limits.reduce(1, *), 0.25)
    #expect(abs(try #require(try photo.commonLimit()) - mean) < 1e-9 * mean)
    var other = photo
    other.targets = []
    #expect(try other.commonLimit() == nil)
  }

  @Test func standsWithoutPhotographs() throws {
    #expect(throws: Never.self) { try Comparison(title: "", photos: []).html() }
  }
}
