import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A server of one file on this machine, for tests of fetching: it speaks as much HTTP as `curl` needs,
/// and can be told to behave badly.
final class FileServer: @unchecked Sendable {
  /// What it does wrong.
  enum Habit: Sendable {
    case none
    /// Takes no notice of a `Range`.
    case ignoresRanges
    /// Closes the connection after that many bytes of a body, the first time only.
    case breaks(after: Int)
    /// Does not say how long the file is.
    case hidesLength
  }

  /// The port on which it listens.
  let port: Int
  /// The files by path, such as `/a.onnx`.
  private let files: [String: Data]
  /// Where a path leads, such as `/old` to `/new`.
  private let redirections: [String: String]
  private let habit: Habit
  private let socket: Int32
  private let lock = NSLock()
  private var lines: [String] = []
  private var hasBroken = false

  /// Starts it on a free port.
  init(
    _ files: [String: Data], redirections: [String: String] = [:], habit: Habit = .none
  ) throws {
    self.files = files
    self.redirections = redirections
    self.habit = habit
    #if canImport(Glibc)
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw CocoaError(.featureUnsupported) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        answer(FileHandle(fileDescriptor: connection, closeOnDealloc: true))
      }
    }
  }

  deinit { stop() }

  /// Ends it.
  func stop() {
    shutdown(socket, Int32(2))
    close(socket)
  }

  /// The address of a path.
  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// The first line and the `Range` of each request so far.
  var requests: [String] { lock.withLock { lines } }

  private func answer(_ connection: FileHandle) {
    var text = ""
    while !text.hasSuffix("\r\n\r\n") {
      guard let more = try? connection.read(upToCount: 1), !more.isEmpty else { return }
      text += String(decoding: more, as: UTF8.self)
    }
    let header = text.split(separator: "\r\n").map(String.init)
    let path = String((header.first ?? "").split(separator: " ").dropFirst().first ?? "")
    let range = header.first { $0.lowercased().hasPrefix("range:") }
    lock.withLock { lines.append(([path] + [range].compactMap { $0 }).joined(separator: " ")) }
    if let target = redirections[path] {
      return send("302 Found", ["Location: \(target)", "Content-Length: 0"], Data(), connection)
    }
    guard let file = files[path] else {
      return send("404 Not Found", ["Content-Length: 4"], Data("none".utf8), connection)
    }
    var start = 0
    if case .ignoresRanges = habit {
    } else if let range, let text = range.split(separator: "=").last?.split(separator: "-").first {
      start = Int(text) ?? 0
    }
    guard start == 0 || start < file.count else {
      return send("416 Range Not Satisfiable", ["Content-Length: 0"], Data(), connection)
    }
    var fields = ["Content-Length: \(file.count - start)"]
    if case .hidesLength = habit { fields = [] }
    if start > 0 { fields.append("Content-Range: bytes \(start)-\(file.count - 1)/\(file.count)") }
    var body = file.dropFirst(start)
    if case .breaks(let count) = habit, !hasBroken {
      hasBroken = true
      body = body.prefix(count)
    }
    send(start > 0 ? "206 Partial Content" : "200 OK", fields, body, connection)
  }

  private func send(
    _ status: String, _ fields: [String], _ body: Data, _ connection: FileHandle
  ) {
    let head = (["HTTP/1.1 \(status)", "Connection: close"] + fields).joined(separator: "\r\n")
    // Whoever asked may have gone; then the rest is not sent. No signal: that would end the tests.
    var rest = Data((head + "\r\n\r\n").utf8) + body
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Foundation.send(connection.fileDescriptor, $0.baseAddress, min($0.count, 1 << 16), noSignal)
      }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }

  #if canImport(Glibc)
  private let noSignal = Int32(MSG_NOSIGNAL)
  #else
  private let noSignal: Int32 = 0
  #endif
}
