import Foundation

/// Where the package manager put the resources.
///
/// NB: the `Bundle.module` that it generates ends the program when the folder is not there
/// (https://github.com/swiftlang/swift-package-manager/issues/5682), as happens when the executable is
/// copied alone; so the folder is looked for here.
enum ResourceFolder {
  /// How the name of the bundle ends, after the package's name and before the extension.
  static let suffix = "_NNIShipped"

  /// The folder `Resources`; `nil` when it is nowhere.
  static func find() -> URL? {
    for place in candidates() {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      let bundles = names.filter {
        $0.hasSuffix("\(suffix).resources") || $0.hasSuffix("\(suffix).bundle")
      }
      for bundle in bundles.sorted() {
        for inner in ["Resources", "Contents/Resources/Resources"] {
          let folder = place.appending(path: bundle).appending(path: inner)
          if isFilled(folder) { return folder }
        }
      }
    }
    // The source tree, on the machine that built the program.
    let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Resources")
    return isFilled(source) ? source : nil
  }

  /// Folders in which the bundle may lie: that of the executable and, on Apple's systems, of the
  /// application or test bundle.
  static func candidates() -> [URL] {
    var places = [Bundle.main.bundleURL]
    if let resources = Bundle.main.resourceURL { places.append(resources) }
    if let executable = Bundle.main.executableURL {
      places.append(executable.deletingLastPathComponent())
      places.append(executable.resolvingSymlinksInPath().deletingLastPathComponent())
    }
    #if canImport(Darwin)
    places += Bundle.allBundles.flatMap { bundle in
      [bundle.bundleURL.deletingLastPathComponent()] + [bundle.resourceURL].compactMap { $0 }
    }
    #endif
    var seen: Set<String> = []
    return places.filter { seen.insert($0.standardizedFileURL.path).inserted }
  }

  private static func isFilled(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: "SOURCES.md").path)
  }
}
