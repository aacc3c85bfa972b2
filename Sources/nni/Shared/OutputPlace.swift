import Foundation
import NNInterpretability

/// Refuses places that cannot be written to, before anything is computed.
enum OutputPlace {
  /// A file in a folder that is there.
  static func checkFile(_ path: String) throws {
    let folder = URL(filePath: path).deletingLastPathComponent()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw InterpretabilityError(
        .invalidFile, "cannot write \(path): there is no folder \(folder.path); make it first")
    }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      throw InterpretabilityError(
        .invalidFile, "cannot write \(path): writing there is not permitted; choose another place")
    }
  }

  /// A folder that is there or can be made.
  static func checkFolder(_ path: String) throws {
    var place = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
    var isFolder: ObjCBool = false
    while !FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder),
      place.pathComponents.count > 1
    {
      place.deleteLastPathComponent()
    }
    guard isFolder.boolValue, FileManager.default.isWritableFile(atPath: place.path) else {
      throw InterpretabilityError(
        .invalidFile, "the folder \(path) cannot be made in \(place.path); choose another place")
    }
  }
}
