import Foundation

/// A script of `bash` in which `$NNI` is the built `nni`: for limits, closed streams and signals.
struct ShellRun {
  /// The script's exit status; 128 and more for a program that a signal ended.
  let status: Int32
  let output: String
  let errors: String

  init(_ script: String, in folder: URL, environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = folder
    var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    variables["NNI"] = CommandRun.binary.path
    // Swift's own report on a crash takes minutes.
    variables["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = variables
    let files = ["output", "errors"].map {
      FileManager.default.temporaryDirectory.appending(path: "\($0)-\(UUID().uuidString)")
    }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    status =
      process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
    output = String(decoding: try Data(contentsOf: files[0]), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
  }

  /// The lines of the error stream.
  var lines: [Substring] { errors.split(separator: "\n") }
}
