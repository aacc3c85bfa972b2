import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What makes two paths the same file: links and other spellings do not matter.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let number: UInt64

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}

/// The files that a command has read so far, which it must not write over.
///
/// Commands run with one of their own (`FilesRead.$current`); without one nothing is refused, and a program
/// that uses the library may change a file in place.
package final class FilesRead: Sendable {
  /// That of the running command.
  @TaskLocal package static var current: FilesRead?

  private let identities = Mutex<Set<FileIdentity>>([])

  package init() {}

  /// Takes down that a file is read.
  package static func note(_ path: String) {
    guard let current else { return }
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    let identity = FileIdentity(status)
    current.identities.withLock { _ = $0.insert(identity) }
  }

  func contains(_ identity: FileIdentity) -> Bool {
    identities.withLock { $0.contains(identity) }
  }
}
