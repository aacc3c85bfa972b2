import Foundation
import NNInterpretability

/// The photographs that a command names: files, and folders of them.
struct PhotographList {
  /// The files, in the order of the arguments; those of a folder sorted by name.
  let paths: [String]
  /// What lies in the folders and is no photograph, in the same order.
  let skipped: [String]

  private static let endings: Set<String> = ["jpg", "jpeg", "png", "webp"]

  /// Lists the photographs of folders; what is no folder stays as it is.
  ///
  /// - Throws: `InterpretabilityError` for a folder without photographs.
  init(_ arguments: [String]) throws {
    var skipped: [String] = []
    paths = try arguments.flatMap { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue
      else { return [path] }
      let folder = URL(filePath: path, directoryHint: .isDirectory)
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        throw InterpretabilityError(
          .invalidFile, "the folder \(path) cannot be read", cause: error)
      }
      let visible = names.sorted().filter { !$0.hasPrefix(".") }
      func isPhotograph(_ name: String) -> Bool {
        Self.endings.contains(URL(filePath: name).pathExtension.lowercased())
      }
      let found = visible.filter(isPhotograph)
      skipped += visible.filter { !isPhotograph($0) }
        .map { folder.appending(path: $0).relativePath }
      guard !found.isEmpty else {
        throw InterpretabilityError(
          .invalidFile, "the folder \(path) holds no photograph (JPEG, PNG, WebP)")
      }
      return found.map { folder.appending(path: $0).relativePath }
    }
    self.skipped = skipped
  }
}
