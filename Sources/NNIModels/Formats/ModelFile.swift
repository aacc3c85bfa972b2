package import Foundation
import NNIImages

/// Files of models: opened with errors that say what is wrong with the path.
package enum ModelFile {
  /// The contents of a regular file, mapped and not read.
  ///
  /// - Throws: ``InterpretabilityError`` for a missing file, a folder, and what is neither.
  package static func mapped(_ url: URL) throws -> Data {
    _ = try size(of: url)
    do {
      return try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw InterpretabilityError(.invalidFile, "\(url.path) cannot be read", cause: error)
    }
  }

  /// The size of a regular file in bytes.
  ///
  /// - Throws: ``InterpretabilityError`` for a missing file, a folder, and what is neither.
  static func size(of url: URL) throws -> Int {
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, "\(url.path) \(message)")
    }
    guard url.isFileURL else {
      throw InterpretabilityError(
        .invalidFile, "\(url.absoluteString) is no file; download it and give its path")
    }
    let path = url.resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      throw refuse("does not exist or cannot be read")
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular?:
      FilesRead.note(path)
      return (attributes[.size] as? NSNumber)?.intValue ?? 0
    case .typeDirectory?: throw refuse("is a folder; name the file in it")
    default: throw refuse("is no regular file")
    }
  }

  /// What identifies a file's contents in a result.
  package static func digest(of contents: Data) -> String { SHA256.hexDigest(of: contents) }
}
