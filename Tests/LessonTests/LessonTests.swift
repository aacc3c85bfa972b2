import Foundation
import NNIReports
import NNITestSupport
import NNInterpretability
import Testing

@testable import LessonSupport

@Suite struct LessonTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func foldersAreInTheOrderOfTheTopics() throws {
    let lessons = Lesson.all
    #expect(lessons.map(\.folder) == lessons.map(\.folder).sorted())
    #expect(Set(lessons.map(\.program)).count == lessons.count)
    let numbers = lessons.compactMap { Double($0.number) }
    #expect(numbers.count == lessons.count && numbers == numbers.sorted())
    // Every program that the package builds is among them.
    let manifest = try String(
      contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
    let programs = manifest.matches(of: /"([A-Za-z0-9]+Lesson)", "/).map { String($0.1) }
    #expect(programs == lessons.map(\.program))
  }

  /// `make gallery` builds whatever is no test, and on Linux with a static standard library: one without `Testing`.
  @Test func whatIsBuiltWithTheGalleryNeedsNoTesting() throws {
    for folder in ["Sources", "Examples", "Tests/NNITestSupport"] {
      let paths = try FileManager.default.subpathsOfDirectory(
        atPath: Self.root.appending(path: folder).path)
      for path in paths where path.hasSuffix(".swift") {
        let text = try String(
          contentsOf: Self.root.appending(path: folder).appending(path: path), encoding: .utf8)
        guard let place = text.firstRange(of: /(?m)^(public )?import Testing$/) else { continue }
        let isGuarded = text[..<place.lowerBound].contains("#if canImport(Testing)\n")
        #expect(isGuarded, "\(folder)/\(path) imports Testing without #if canImport(Testing)")
      }
    }
  }

  @Test func furtherReadingIsTheBibliography() throws {
    let file = Self.root.appending(
      path: "Sources/NNInterpretability/NNInterpretability.docc/Bibliography.md")
    let lines = Set(
      try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        .map { $0.replacing("*", with: "") })
    for (key, text) in Reading.publications {
      let link = Reading.addresses[key].map { " [\(Reading.label(of: $0))](\($0))" } ?? ""
      #expect(lines.contains("- `\(key)`: \(text)\(link)"), "\(key)")
    }
    // A DOI where there is one; five have neither that nor a page of arXiv that we are sure of.
    #expect(Set(Reading.addresses.keys).isSubset(of: Reading.publications.keys))
    #expect(Reading.addresses.count == Reading.publications.count - 5)
    for address in Reading.addresses.values {
      #expect(
        address.wholeMatch(
          of: #/https:\/\/(doi\.org\/10\.\d{4,5}\/\S+|arxiv\.org\/abs\/\d{4}\.\d{4,5})/#)
          != nil, "\(address)")
    }
    #expect(throws: (any Error).self) { try Reading.entry("nobody2000nothing") }
  }

  @Test(arguments: [
    (0.0, "0"), (1.5, "1.50"), (-0.25, "−0.250"), (12_345, "12300"), (2e-7, "2.0 · 10^{−7}"),
    (-3.26e8, "−3.3 · 10^{8}"),
  ])
  func numbersAreShort(value: Double, text: String) {
    #expect(value.short == text)
  }

  @Test func measuresAreThoseOfTheirFormulas() throws {
    let first = try Tensor([1.0, -2, 3, 0], shape: [4])
    let second = try Tensor([1.0, 2, 2, 0], shape: [4])
    #expect(try abs(first.relativeDistance(to: second) - (17.0 / 9).squareRoot()) < 1e-12)
    #expect(try abs(first.negativeShare() - 2.0 / 6) < 1e-12)
    // Σ(a−ā)(b−b̄) = 0.5, Σ(a−ā)² = 13, Σ(b−b̄)² = 2.75.
    #expect(try abs(first.correlation(with: second) - 0.5 / (13 * 2.75).squareRoot()) < 1e-12)
  }

  @Test func digitsAreOneOfEachClass() throws {
    let digits = try Digits()
    #expect(digits.images.shape == [10, 1, 28, 28] && Set(digits.positions).count == 10)
    #expect(try digits[3].shape == [1, 1, 28, 28])
  }

  @Test func stretchingShowsTheExtremes() throws {
    let values = try Tensor([-1.0, 0, 1, 3, 2, 2, 4, 6], shape: [2, 1, 2, 2])
    #expect(try Pictures.stretched(values).doubles() == [0, 0.25, 0.5, 1, 0, 0, 0.5, 1])
    let picture = try Pictures.grey(values, sample: 0, magnification: 1)
    #expect(picture.pixels == [0, 0, 255, 255])
  }
}
