#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Writes files whole or not at all.
public enum AtomicFile {
  /// Writes to a temporary file in the same folder, then renames it.
  ///
  /// - Throws: ``ImageError`` when the folder is missing or closed to us or the disk is full; then
  ///   nothing is left behind, and a file that was there is unchanged.
  public static func write(_ data: Data, to url: URL) throws {
    do {
      try data.write(to: url, options: .atomic)
    } catch {
      throw ImageError(
        .notWritten,
        "Cannot write '\(url.path)': \(reason(error)); choose another place or free some space.")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace: "the disk is full"
    case .fileWriteNoPermission, .fileWriteVolumeReadOnly: "writing there is not permitted"
    case .fileNoSuchFile: "the folder does not exist"
    default: "the system refused (\(error))"
    }
  }
}
