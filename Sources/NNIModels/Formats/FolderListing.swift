import Foundation

/// What lies in a folder; hidden files, whose names begin with a point, are left out.
enum FolderListing {
  /// The names of files, sorted.
  static func files(in folder: URL) throws -> [String] {
    try entries(in: folder).filter { !$0.isFolder }.map(\.name)
  }

  /// The names of files and folders, sorted by their Unicode values so that they are the same in
  /// every language.
  ///
  /// - Throws: ``InterpretabilityError`` when it is no folder or cannot be read.
  static func entries(in folder: URL) throws -> [(name: String, isFolder: Bool)] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(folder.path) is no folder, or it cannot be read", cause: error)
    }
    return names.filter { !$0.hasPrefix(".") }
      .sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
      .map { ($0, isFolder(folder.appending(path: $0))) }
  }

  /// Whether there is a folder of that name.
  static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
