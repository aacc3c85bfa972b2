#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a file is to be written: what a path leads to in the end, and whether it may be replaced.
package struct FilePlace: Sendable {
  /// The path of the file itself: no link.
  package let path: String
  /// The folder in which it lies.
  package let folder: String
  /// The permissions of the file that is there; `nil` when there is none.
  let permissions: UInt32?

  /// Follows links, as a program would that opens the file; the link stays, and what it leads to is
  /// replaced.
  ///
  /// - Throws: ``WriteFailure`` when a folder, a device, a pipe or a socket is there, or a file that this
  ///   command reads or nobody may write to.
  package init(_ written: String) throws(WriteFailure) {
    guard !written.isEmpty else { throw WriteFailure("“”", "the name is empty; name a file") }
    guard !written.contains("\0") else {
      throw WriteFailure(written, "the name holds a zero byte; choose another one")
    }
    guard !written.hasSuffix("/") else {
      throw WriteFailure(written, "the name ends in “/”, as a folder's does; name a file")
    }
    // Asked of the path as it is: /dev/stdout leads to something that has no path.
    var status = stat()
    let isThere = stat(written, &status) == 0
    if isThere, let kind = Self.kind(status.st_mode) {
      throw WriteFailure(written, "it is \(kind); name a file")
    }
    path = try Self.target(of: written)
    folder = Self.folder(of: path)
    permissions = isThere ? UInt32(status.st_mode & 0o7777) : nil
    // Renaming would replace it all the same, and the administrator may write to any file.
    if isThere, status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH) == 0 {
      throw WriteFailure(
        written, "a file that nobody may write to is there; choose another name, or remove it")
    }
    if isThere, FilesRead.current?.contains(FileIdentity(status)) == true {
      throw WriteFailure(written, "this command reads that file; choose another name")
    }
  }

  /// What it is, if no regular file.
  private static func kind(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "no regular file"
    }
  }

  /// Where links lead to; what is there need not exist.
  private static func target(of written: String) throws(WriteFailure) -> String {
    var path = written
    for _ in 0..<40 {
      guard let next = link(at: path) else { return path }
      path = next.hasPrefix("/") ? next : folder(of: path) + "/" + next
    }
    throw WriteFailure(written, errno: ELOOP)
  }

  private static func link(at path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    return count > 0 && count < buffer.count
      ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// The folder that a path names a file in.
  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The name in the folder.
  var name: String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}
