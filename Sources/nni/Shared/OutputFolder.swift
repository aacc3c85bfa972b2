import Foundation
import NNIImages
import NNInterpretability

/// The folder that a command writes to.
struct OutputFolder {
  let url: URL

  /// Makes it if it is not there.
  init(_ path: String) throws {
    try self.init(URL(filePath: path, directoryHint: .isDirectory))
  }

  /// Makes it if it is not there.
  init(_ url: URL) throws {
    self.url = url
    try OutputPlace.checkFolder(url.path)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw InterpretabilityError(
        .invalidFile, "the folder \(url.path) cannot be made; choose another with --output",
        cause: error)
    }
    TemporaryFile.cleanFolder(url.path)
  }

  /// Writes a text, whole or not at all.
  func write(_ text: String, as name: String) throws {
    try AtomicFile.write(Data(text.utf8), to: url.appending(path: name))
  }
}
