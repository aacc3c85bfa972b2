public import Foundation

/// The photographs of a folder.
public enum ImageFolder {
  private static let endings: Set<String> = ["jpg", "jpeg", "png", "webp"]

  /// All files that are named like photographs (JPEG, PNG, WebP), also in folders below, sorted by their
  /// paths; links to folders are not followed, and hidden files left out.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such folder, or no photograph in it.
  public static func files(in folder: URL) throws -> [URL] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue,
      let all = FileManager.default.enumerator(
        at: folder, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
    else {
      throw InterpretabilityError(
        .invalidFile, "there is no folder \(folder.path); give one with photographs in it")
    }
    let files = all.compactMap { $0 as? URL }.filter {
      endings.contains($0.pathExtension.lowercased())
    }
    guard !files.isEmpty else {
      throw InterpretabilityError(
        .invalidFile,
        "the folder \(folder.path) has no photographs; wanted files that end in "
          + endings.sorted().joined(separator: ", "))
    }
    return files.sorted { $0.path < $1.path }
  }
}
