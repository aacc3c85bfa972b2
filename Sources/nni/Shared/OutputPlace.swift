import Foundation
import NNIImages
import NNInterpretability

/// Refuses places that cannot be written to, before anything is computed.
enum OutputPlace {
  /// A file in a folder that is there.
  ///
  /// What the command has read until now is no place for it; so this is asked after the inputs are opened.
  static func checkFile(_ path: String) throws {
    let place: FilePlace
    do {
      place = try FilePlace(path)
    } catch {
      throw InterpretabilityError(.invalidFile, "\(error)")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place.folder, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw InterpretabilityError(
        .invalidFile, "cannot write \(path): there is no folder \(place.folder); make it first")
    }
    guard FileManager.default.isWritableFile(atPath: place.folder) else {
      throw InterpretabilityError(
        .invalidFile, "cannot write \(path): writing there is not permitted; choose another place")
    }
  }

  /// A folder that is there or can be made.
  static func checkFolder(_ path: String) throws {
    guard !path.isEmpty else {
      throw InterpretabilityError(.invalidFile, "the name of the output folder is empty; name one")
    }
    var place = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
    var isFolder: ObjCBool = false
    while !FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder),
      place.pathComponents.count > 1
    {
      place.deleteLastPathComponent()
    }
    guard isFolder.boolValue else {
      throw InterpretabilityError(
        .invalidFile,
        "the folder \(path) cannot be made: \(place.path) is no folder; choose another place")
    }
    guard FileManager.default.isWritableFile(atPath: place.path) else {
      throw InterpretabilityError(
        .invalidFile, "the folder \(path) cannot be made in \(place.path); choose another place")
    }
  }
}
