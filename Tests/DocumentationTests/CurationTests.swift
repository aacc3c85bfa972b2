import Foundation
import Testing

/// Every public type stands in a group of its module's documentation.
struct CurationTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  @Test(arguments: ["TorchTensor", "NNIImages", "NNInterpretability", "NNIReports", "NNIShipped"])
  func everyPublicTypeIsListed(module: String) throws {
    let folder = Self.sources.appending(path: module)
    var types: [String: String] = [:]
    var listed: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let file = folder.appending(path: path)
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
