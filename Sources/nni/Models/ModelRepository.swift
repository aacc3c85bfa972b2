import Foundation
import NNIImages
import NNInterpretability

/// The folder in which fetched networks lie, so that they are opened by name.
struct ModelRepository {
  /// Where it is; it need not exist.
  let folder: URL

  /// `$XDG_CACHE_HOME/nninterpretability`, or `~/.cache/nninterpretability`.
  static var standard: ModelRepository {
    let stated = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? ""
    // The specification: a relative path is to be ignored.
    let cache =
      stated.hasPrefix("/")
      ? URL(filePath: stated)
      : FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
    return ModelRepository(folder: cache.appending(path: "nninterpretability"))
  }

  /// The extensions of files that are networks.
  private static let extensions = ["pth", "pt", "safetensors", "onnx"]

  /// The file of a network; `nil` when it was not fetched.
  func file(named name: String) -> URL? {
    guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
    return Self.extensions.map { folder.appending(path: "\(name).\($0)") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// The names of all networks in it, sorted.
  var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.map { URL(filePath: $0) }.filter { Self.extensions.contains($0.pathExtension) }
      .map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }

  /// Fetches a file and puts its card beside it.
  ///
  /// The card is there before the network is, so that no network lies there without it.
  ///
  /// - Returns: Where it lies now.
  func add(_ download: Download, as file: String, card: ModelCard?) throws -> URL {
    let url = try OutputFolder(folder).url.appending(path: file)
    try download.fetch(to: url) {
      guard let card else { return }
      let text = try Terminal.jsonText(card) + "\n"
      try AtomicFile.write(
        Data(text.utf8), to: url.deletingPathExtension().appendingPathExtension("json"))
    }
    return url
  }
}
