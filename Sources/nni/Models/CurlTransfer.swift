import Foundation
import NNInterpretability

/// One run of `curl`, whose output is the body of a file.
final class CurlTransfer {
  private let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  /// Starts to fetch a file from byte `start` on.
  ///
  /// - Throws: `InterpretabilityError` for an address that is neither `https` nor `http`, and when the
  ///   program is not installed.
  init(_ url: URL, from start: Int) throws {
    guard let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
      throw InterpretabilityError(
        .invalidOption, "\(url.absoluteString) is no address of a server; wanted https://…")
    }
    guard let program = Self.program else {
      throw InterpretabilityError(
        .unsupported, "fetching models needs the program curl; install it (apt-get install curl)")
    }
    process.executableURL = program
    process.arguments =
      [
        // No settings of the user's, which might change what is written.
        "--disable", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "5",
        "--proto", "=http,https", "--proto-redir", scheme == "https" ? "=https" : "=http,https",
        "--connect-timeout", "30", "--speed-limit", "1", "--speed-time", "60", "--globoff",
        "--output", "-", "--write-out", "%{stderr}\n\(Self.mark)%{http_code}\n",
      ] + (start > 0 ? ["--continue-at", "\(start)"] : []) + ["--", url.absoluteString]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw InterpretabilityError(
        .unsupported, "\(program.path) cannot be started; install curl again", cause: error)
    }
  }

  /// The next bytes; `nil` at the end.
  func next() throws -> Data? {
    let data = try output.fileHandleForReading.read(upToCount: 1 << 18) ?? Data()
    return data.isEmpty ? nil : data
  }

  /// Ends it before its time.
  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// How it ended; to be asked after the last bytes.
  func end() -> End {
    let text = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = text.split(separator: "\n").map(String.init)
    let status = lines.last { $0.hasPrefix(Self.mark) }.flatMap {
      Int($0.dropFirst(Self.mark.count))
    }
    let message = lines.first { !$0.hasPrefix(Self.mark) } ?? ""
    return End(
      code: process.terminationReason == .exit ? process.terminationStatus : -1,
      httpStatus: status ?? 0, message: message)
  }

  /// How a transfer ended.
  struct End {
    /// The exit status of `curl`.
    let code: Int32
    /// The server's last answer; 0 without one.
    let httpStatus: Int
    let message: String

    /// Whether the server will not continue a file where it was left.
    var isAboutRange: Bool { code == 33 || code == 36 || httpStatus == 416 }

    /// What went wrong, in one sentence; `nil` when nothing did.
    func problem(with url: URL, received: Int) -> String? {
      let host = url.host() ?? url.absoluteString
      let address = url.absoluteString
      switch code {
      case 0: return nil
      case 5, 6: return "the host \(host) cannot be found; is there a connection to the network?"
      case 7: return "the host \(host) cannot be reached; try again later"
      case 22 where httpStatus == 404: return "\(address) does not exist (404)"
      case 22: return "\(address) is refused by the server (HTTP \(httpStatus)); try again later"
      case 28: return "\(address): nothing arrived for too long; run the same again to go on"
      case 35, 51, 58, 60, 77, 83: return "\(host) cannot be trusted: \(message)"
      case 47: return "\(address) leads in circles: more than 5 redirections"
      case 1: return "\(address) leads to a protocol that is not allowed: \(message)"
      case 18, 52, 55, 56, 92:
        return
          "the connection to \(host) broke after \(received) bytes; run the same again to go on"
      default: return "\(address) cannot be fetched: \(message) (curl's status \(code))"
      }
    }
  }

  private static let mark = "nni-status "

  /// Where `curl` is; `nil` when it is nowhere in `PATH`.
  static var program: URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { URL(filePath: String($0)).appending(path: "curl") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}
