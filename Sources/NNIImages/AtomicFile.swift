internal import CSystem

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Writes files whole or not at all.
public enum AtomicFile {
  /// Writes to a temporary file in the same folder, then renames it.
  ///
  /// A symbolic link is followed: it stays, and what it leads to is replaced. The temporary file is called
  /// `.NAME.nni-1.tmp`; what is left of it after a process was killed is removed by the next writing.
  ///
  /// - Throws: ``ImageError`` when the folder is missing or closed to us, the disk is full, or a folder, a
  ///   device, a pipe or a socket is there; then nothing is left behind, and a file that was there is
  ///   unchanged.
  public static func write(_ data: Data, to url: URL) throws {
    do {
      try write(to: url.path) { try $0.append(data) }
    } catch let failure as WriteFailure {
      throw ImageError(.notWritten, "Cannot write '\(url.path)': \(failure.reason).")
    }
  }

  /// Writes a file piece by piece.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - synchronizes: Whether the bytes shall be on the disk before the file gets its name.
  ///   - body: Appends the pieces.
  /// - Throws: ``WriteFailure``, and what `body` throws.
  package static func write(
    to path: String, synchronizes: Bool = false, _ body: (TemporaryFile) throws -> Void
  ) throws {
    let file = try TemporaryFile(for: FilePlace(path))
    do {
      try body(file)
      try file.finish(synchronizes: synchronizes)
    } catch {
      file.discard()
      throw error
    }
  }

  /// Has temporary files removed when a signal ends the process (SIGINT, SIGTERM, SIGHUP and others), and
  /// lets a write to a closed pipe or beyond a limit fail, instead of ending the process.
  ///
  /// For programs, at their start; it changes how the whole process answers signals.
  package static func handleSignals() { csystem_handle_signals() }
}
