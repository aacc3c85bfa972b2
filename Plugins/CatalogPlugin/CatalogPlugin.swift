import Foundation
import PackagePlugin

/// Lists every type of a module that conforms to `Cataloged`, so that adding a rule, a method, a layer or a
/// format takes one file and no edit elsewhere: the module gets an enumeration named after it, such as
/// `NNIGraphCatalog`, with the list.
///
/// It reads lines of the form `extension Name: Cataloged {`, beginning in the first column.
@main
struct CatalogPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? SwiftSourceModuleTarget else { return [] }
    let names = try target.sourceFiles(withSuffix: ".swift").flatMap { file in
      try String(contentsOf: file.url, encoding: .utf8).split(separator: "\n").compactMap { line in
        line.wholeMatch(of: /extension (\w+): Cataloged \{.*/).map { String($0.1) }
      }
    }
    let folder = context.pluginWorkDirectoryURL.appending(path: "Generated")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let list = names.sorted().map { "    \($0).self,\n" }.joined()
    let text = """
      /// What this module adds to the catalogue.
      package enum \(target.name)Catalog {
        package static var members: [any Cataloged.Type] {
          [
      \(list)    ]
        }
      }

      """
    let file = folder.appending(path: "Catalog+Generated.swift")
    if (try? String(contentsOf: file, encoding: .utf8)) != text {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    // The file is written by now; the command only makes SwiftPM pick the folder up.
    return [
      .prebuildCommand(
        displayName: "Catalog", executable: URL(filePath: "/bin/sh"), arguments: ["-c", "true"],
        outputFilesDirectory: folder)
    ]
  }
}
