#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a file cannot be written, in words.
package struct WriteFailure: Error, CustomStringConvertible {
  /// The file.
  package let path: String
  /// What is wrong and what to do, without the path.
  package let reason: String

  package init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// What the system said, in words.
  init(_ path: String, errno number: Int32) {
    self.init(path, Self.words(number))
  }

  package var description: String { "cannot write \(path): \(reason)" }

  private static func words(_ number: Int32) -> String {
    switch number {
    case ENOSPC: "the disk is full; free some space or choose another place"
    case EDQUOT: "your share of the disk is used up; free some space or choose another place"
    case EFBIG: "the file would exceed the limit on its size (ulimit -f); raise the limit"
    case EACCES, EPERM: "writing there is not permitted; choose another place"
    case EROFS: "the disk is read-only; choose another place"
    case ENOENT: "the folder does not exist; make it first"
    case ENOTDIR: "a part of the path is no folder; choose another place"
    case EISDIR: "it is a folder; name a file"
    case ELOOP: "its links lead in circles; choose another place"
    case ENAMETOOLONG: "the name is too long; choose a shorter one"
    case EMFILE, ENFILE: "too many files are open; close some programs"
    case EIO: "the disk has a fault; choose another place"
    case EBUSY, ETXTBSY: "it is in use; choose another place"
    default: "the system refused (\(String(cString: strerror(number)))); choose another place"
    }
  }
}
