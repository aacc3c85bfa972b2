import Foundation
import Testing

/// What sources and articles cite stands in the bibliography, and nothing else does.
@Suite struct BibliographyTests {
  private let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  private var bibliography: URL {
    sources.appending(path: "NNInterpretability/NNInterpretability.docc/Bibliography.md")
  }

  /// The keys of the bibliography's entries, in its order.
  private var entries: [String] {
    get throws {
      try String(contentsOf: bibliography, encoding: .utf8).split(separator: "\n")
        .compactMap { $0.prefixMatch(of: /- `(.+?)`:/).map { String($0.1) } }
    }
  }

  /// Each key that stands in code quotes or as a text in a source or an article, with one file that has it.
  private var citations: [String: String] {
    get throws {
      var found: [String: String] = [:]
      for path in try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      where path.hasSuffix(".swift") || path.hasSuffix(".md") {
        let file = sources.appending(path: path)
        guard file.lastPathComponent != bibliography.lastPathComponent else { continue }
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(of: /[`"]([a-z]+(?:19|20)[0-9]{2}[a-z][a-z0-9]*)[`"]/) {
          found[String(match.1)] = path
        }
      }
      return found
    }
  }

  @Test func everyCitationHasAnEntry() throws {
    let known = Set(try entries)
    for (key, file) in try citations {
      #expect(known.contains(key), "\(key), cited in \(file), is not in Bibliography.md")
    }
  }

  @Test func everyEntryIsCited() throws {
    let cited = try citations
    for key in try entries {
      #expect(cited[key] != nil, "\(key) stands in Bibliography.md and is cited nowhere")
    }
  }

  @Test func entriesAreSortedAndUnique() throws {
    let keys = try entries
    #expect(keys.count > 80)
    #expect(keys == Set(keys).sorted())
  }
}
