import Foundation
import PackagePlugin

/// Makes a function of every block of Swift in the documentation's articles, so that an example that does
/// not compile fails the build, at its line in the article.
///
/// A block is what stands between a line that says `swift` after three backticks and the next line of three
/// backticks. It becomes the body of an asynchronous, throwing function with a model, an input and a photograph.
@main
struct ExamplesPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let sources = context.package.directoryURL.appending(path: "Sources")
    let articles = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
    let examples = try articles.flatMap { try self.examples(in: sources.appending(path: $0)) }
    let list = examples.map { "    \($0.entry),\n" }.joined()
    let functions = examples.map(\.function).joined(separator: "\n\n")
    let text = """
      import Foundation
      import NNIImages
      import NNIReports
      import NNIShipped
      import NNInterpretability
      import TorchTensor

      extension ArticleExample {
        static let all: [ArticleExample] = [
      \(list)  ]
      }

      \(functions)

      """
    let folder = context.pluginWorkDirectoryURL.appending(path: "Generated")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "ArticleExamples.swift")
    if (try? String(contentsOf: file, encoding: .utf8)) != text {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    // The file is written by now; the command only makes SwiftPM pick the folder up.
    return [
      .prebuildCommand(
        displayName: "Examples of the articles", executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", "true"], outputFilesDirectory: folder)
    ]
  }

  /// The blocks of an article.
  private func examples(in article: URL) throws -> [Example] {
    let name = article.deletingPathExtension().lastPathComponent
    var found: [Example] = []
    var block: Example?
    let lines = try String(contentsOf: article, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line == "```swift" {
        block = Example(article: name, path: article.path, line: index + 2, body: [])
      } else if line == "```" {
        if let block { found.append(block) }
        block = nil
      } else {
        block?.body.append(String(line))
      }
    }
    return found
  }
}

/// One block.
private struct Example {
  let article: String
  let path: String
  /// The line at which its code begins.
  let line: Int
  var body: [String]

  private var identifier: String {
    "example_" + article.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined() + "_\(line)"
  }

  /// Its line in the list of all.
  var entry: String {
    let namesFiles = body.contains { $0.contains("URL(filePath:") }
    return "ArticleExample(article: \"\(article)\", line: \(line), namesFiles: \(namesFiles), "
      + "run: \(identifier))"
  }

  /// A function with the block as its body; imports are the file's.
  var function: String {
    let code = body.map { $0.hasPrefix("import ") ? "" : $0 }.joined(separator: "\n")
    return """
      private func \(identifier)(model: Model, input: Tensor, photograph: Image) async throws {
      #sourceLocation(file: "\(path)", line: \(line))
      \(code)
      #sourceLocation()
      }
      """
  }
}
