import Foundation
import NNInterpretability

/// The photographs that a command names: files, and folders of them.
struct PhotographList {
  /// The files, in the order of the arguments; those of a folder sorted by name.
  let paths: [String]

  private static let endings: Set<String> = ["jpg", "jpeg", "png", "webp"]

  /// Lists the photographs of folders; what is no folder stays as it is.
  ///
  /// - Throws: `InterpretabilityError` for a folder without photographs.
  init(_ arguments: [String]) throws {
    paths = try arguments.flatMap { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue
      else { return [path] }
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        throw InterpretabilityError(
          .invalidFile, "the folder \(path) cannot be read", cause: error)
      }
      let folder = URL(filePath: path, directoryHint: .isDirectory)
      let found = names.sorted().filter { name in
        !name.hasPrefix(".")
          && Self.endings.contains(URL(filePath: name).pathExtension.lowercased())
      }
      guard !found.isEmpty else {
        throw InterpretabilityError(
          .invalidFile, "the folder \(path) holds no photograph (JPEG, PNG, WebP)")
      }
      return found.map { folder.appending(path: $0).relativePath }
    }
  }
}
