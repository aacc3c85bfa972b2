import Foundation
import NNIImages
import NNInterpretability

/// A file on a server, and what is known of it beforehand.
///
/// It is fetched by the program `curl`: Foundation's own client links a library for it into every start
/// of `nni`. What arrives goes into `NAME.part`, which a later run continues; only a file of the right
/// size and digest gets its name.
struct Download {
  /// Where the file is: `https` or `http`.
  let url: URL
  /// The sizes in bytes that it may have; nothing beyond the upper one is ever kept.
  let sizes: ClosedRange<Int>
  /// The file's SHA-256 in hexadecimal, or the beginning of it.
  let digest: String
  /// Told the number of bytes that are there.
  var progress: (Int) -> Void = { _ in }

  /// Fetches the file.
  ///
  /// - Parameters:
  ///   - destination: What it is called in the end; a file of that name is replaced.
  ///   - prepare: Called when the file is there and right, before it gets its name.
  /// - Throws: `InterpretabilityError` in one sentence. A file that is too long or of another digest is
  ///   removed; one that broke off stays as `NAME.part`.
  func fetch(to destination: URL, prepare: () throws -> Void = {}) throws {
    try OutputPlace.checkFile(destination.path)
    let destination = try URL(filePath: FilePlace(destination.path).path)
    // What is there of the file is read to be continued.
    try FilesRead.$current.withValue(nil) { try complete(destination, prepare) }
  }

  private func complete(_ destination: URL, _ prepare: () throws -> Void) throws {
    let part = destination.appendingPathExtension("part")
    var start = Self.size(of: part)
    if start > sizes.upperBound {
      try? FileManager.default.removeItem(at: part)
      start = 0
    }
    let isComplete = try sizes.contains(start) && hasDigest(part)
    if !isComplete {
      do {
        try receive(into: part, from: start)
        if start > 0, try !hasDigest(part) { throw Stale() }
      } catch is Stale {
        // The server does not continue files, or what was there belonged to another one.
        try? FileManager.default.removeItem(at: part)
        try receive(into: part, from: 0)
      }
      try verify(part)
    }
    try prepare()
    guard rename(part.path, destination.path) == 0 else {
      throw refuse("\(part.path) cannot be renamed: \(String(cString: strerror(errno)))")
    }
  }

  /// That the beginning which was there does not help.
  private struct Stale: Error {}

  /// Appends what the server sends to the file's first `start` bytes.
  private func receive(into part: URL, from start: Int) throws {
    let file = try Self.opened(part)
    defer { try? file.close() }
    try file.truncate(atOffset: UInt64(start))
    try file.seek(toOffset: UInt64(start))
    let transfer = try CurlTransfer(url, from: start)
    var count = start
    do {
      while let data = try transfer.next() {
        guard count + data.count <= sizes.upperBound else {
          try? FileManager.default.removeItem(at: part)
          throw refuse(
            "\(url.absoluteString) is longer than the \(sizes.upperBound) bytes that are wanted")
        }
        do {
          try file.write(contentsOf: data)
        } catch {
          throw refuse(Self.writeFailure(error, part))
        }
        count += data.count
        progress(count)
      }
    } catch {
      transfer.stop()
      if count == 0 { try? FileManager.default.removeItem(at: part) }
      throw error
    }
    let end = transfer.end()
    guard let problem = end.problem(with: url, received: count) else {
      guard count >= sizes.lowerBound else {
        try? FileManager.default.removeItem(at: part)
        throw refuse(
          "\(url.absoluteString) has \(count) bytes, but at least \(sizes.lowerBound) are wanted")
      }
      return
    }
    if start > 0, end.isAboutRange { throw Stale() }
    if count == 0 { try? FileManager.default.removeItem(at: part) }
    throw refuse(problem)
  }

  /// Removes a file that is not the one that was wanted.
  private func verify(_ part: URL) throws {
    let found = try FilesDigest.sha256(of: part)
    guard !found.hasPrefix(digest.lowercased()) else { return }
    try? FileManager.default.removeItem(at: part)
    throw refuse(
      "\(url.absoluteString) is not the file that was published: its SHA-256 begins with "
        + "\(found.prefix(max(8, digest.count))), wanted \(digest); it was removed")
  }

  private func hasDigest(_ file: URL) throws -> Bool {
    try FilesDigest.sha256(of: file).hasPrefix(digest.lowercased())
  }

  private static func size(of file: URL) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }

  private static func opened(_ part: URL) throws -> FileHandle {
    try OutputPlace.checkFile(part.path)
    let descriptor = open(part.path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else {
      throw InterpretabilityError(
        .invalidFile, "\(part.path) cannot be written: \(String(cString: strerror(errno)))")
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private static func writeFailure(_ error: any Error, _ part: URL) -> String {
    if isTooLarge(error as NSError) {
      return "\(part.path) would exceed the limit on the size of files (ulimit -f); raise the limit"
    }
    let isFull = isDiskFull(error as NSError)
    return isFull
      ? "the disk of \(part.path) is full; free some space and run the same again to go on"
      : "\(part.path) cannot be written: \(error.localizedDescription)"
  }

  private static func isTooLarge(_ error: NSError) -> Bool {
    if error.domain == NSPOSIXErrorDomain { return error.code == Int(EFBIG) }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).map(isTooLarge) ?? false
  }

  private static func isDiskFull(_ error: NSError) -> Bool {
    if error.domain == NSPOSIXErrorDomain { return error.code == Int(ENOSPC) }
    if error.code == CocoaError.Code.fileWriteOutOfSpace.rawValue { return true }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).map(isDiskFull) ?? false
  }

  private func refuse(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, message)
  }
}
