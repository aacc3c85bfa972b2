internal import CSystem

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is written beside the one it will replace.
///
/// It is called `.NAME.nni-1.tmp`, is locked as long as its process lives, and is removed when the writing
/// fails or a signal ends the process. What a process left that was killed outright is removed by the next
/// one that writes to the same place.
package struct TemporaryFile {
  /// Where it replaces something.
  private let place: FilePlace
  private let path: String
  private let descriptor: Int32
  private let slot: Int32

  /// Makes it.
  ///
  /// - Throws: ``WriteFailure`` when the folder is missing or closed to us.
  init(for place: FilePlace) throws(WriteFailure) {
    self.place = place
    for number in 1...1000 {
      let path = Self.path(for: place, number)
      // A name that is taken: what is left of a killed process goes; who lives keeps it.
      for _ in 0..<3 {
        var slot: Int32 = -1
        let descriptor = csystem_temporary_open(path, &slot)
        if descriptor >= 0 {
          (self.path, self.descriptor, self.slot) = (path, descriptor, slot)
          return
        }
        guard errno == EEXIST else { throw WriteFailure(place.path, errno: errno) }
        guard csystem_temporary_clean(path) == 1 else { break }
      }
    }
    throw WriteFailure(place.path, "1000 others write it at this moment; choose another place")
  }

  /// Appends bytes.
  ///
  /// - Throws: ``WriteFailure`` when there is no room.
  package func append(_ data: Data) throws(WriteFailure) {
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw WriteFailure(place.path, errno: count < 0 ? errno : ENOSPC) }
      rest = rest.dropFirst(count)
    }
  }

  /// Gives the file its name.
  ///
  /// - Parameter synchronizes: Whether the bytes shall be on the disk before.
  /// - Throws: ``WriteFailure`` when there is no room, or something else took the place.
  func finish(synchronizes: Bool) throws(WriteFailure) {
    if let permissions = place.permissions { _ = fchmod(descriptor, mode_t(permissions)) }
    // Some systems tell that there is no room only when a file is closed; the lock stays with the original.
    guard !synchronizes || fsync(descriptor) == 0 || errno == EINVAL else {
      throw WriteFailure(place.path, errno: errno)
    }
    let copy = dup(descriptor)
    guard copy < 0 || close(copy) == 0 else { throw WriteFailure(place.path, errno: errno) }
    guard rename(path, place.path) == 0 else { throw WriteFailure(place.path, errno: errno) }
    csystem_temporary_forget(slot)
    close(descriptor)
  }

  /// Removes it.
  func discard() {
    unlink(path)
    csystem_temporary_forget(slot)
    close(descriptor)
  }

  private static func path(for place: FilePlace, _ number: Int) -> String {
    // Names have at most 255 bytes.
    var name = place.name
    while name.utf8.count > 230 { name.removeLast() }
    return "\(place.folder)/.\(name).nni-\(number).tmp"
  }

  /// Removes what killed processes left in a folder.
  package static func cleanFolder(_ folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where isTemporary(name) {
      _ = csystem_temporary_clean("\(folder)/\(name)")
    }
  }

  /// Whether a name is one that ``path(for:_:)`` makes.
  private static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return false }
    let parts = name.dropLast(4).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, let last = parts.last, last.hasPrefix("nni-") else { return false }
    return (1...1000).contains(Int(last.dropFirst(4)) ?? 0)
  }
}
