import Foundation
import Testing

/// Every public type stands in a group of its module's documentation.
struct CurationTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  /// The modules that users see as one, and its documentation describes.
  private static let ofTheLibrary = [
    "NNIGraph", "NNIModels", "NNIMethods", "NNIUncertainty", "NNIVisualization", "NNITraining",
    "NNInterpretability",
  ]

  @Test(arguments: [["TorchTensor"], ["NNIImages"], ofTheLibrary, ["NNIReports"], ["NNIShipped"]])
  func everyPublicTypeIsListed(modules: [String]) throws {
    var types: [String: String] = [:]
    var listed: Set<String> = []
    let paths = try modules.flatMap { module in
      try FileManager.default.subpathsOfDirectory(
        atPath: Self.sources.appending(path: module).path
      ).map { "\(module)/\($0)" }
    }
    for path in paths {
      let file = Self.sources.appending(path: path)
      if path.hasSuffix(".swift") {
        let declaration =
          /(?m)^public (?:final )?(?:struct|enum|class|protocol|actor) ([A-Za-z0-9]+)/
        for match in try String(contentsOf: file, encoding: .utf8).matches(of: declaration) {
          types[String(match.1)] = path
        }
      } else if path.hasSuffix(".md") {
        for match in try String(contentsOf: file, encoding: .utf8).matches(of: /(?m)^- ``(\w+)``$/)
        {
          listed.insert(String(match.1))
        }
      }
    }
    #expect(!types.isEmpty && !listed.isEmpty)
    for (type, path) in types.sorted(by: { $0.key < $1.key }) where !listed.contains(type) {
      Issue.record("\(type) of \(path) stands in no group; name it under Topics of an article")
    }
  }
}
