public import Foundation

/// One run of a program that was built beside the tests.
public struct ProgramRun {
  /// How it ended; −1 when a signal ended it.
  public let status: Int32
  /// What it printed.
  public let output: String
  /// What it printed on the error stream.
  public let errors: String

  /// Runs a program and waits for its end.
  ///
  /// - Parameters:
  ///   - program: Its name.
  ///   - arguments: Its arguments.
  ///   - folder: Where it works.
  ///   - environment: Variables beside those of the tests.
  /// - Throws: When it cannot be started.
  public init(
    _ program: String, _ arguments: [String], in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws {
    try self.init(Self.binary(program), arguments, in: folder, environment: environment)
  }

  /// Runs a program that lies anywhere and waits for its end.
  public init(
    _ program: URL, _ arguments: [String], in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = folder }
    let (outputPipe, errorPipe) = (Pipe(), Pipe())
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    try process.run()
    // The error stream stays far below a pipe's buffer.
    let outputData = outputPipe.fileHandleForReading.readDataToEndOfFile()
    let errorData = errorPipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -1
    output = String(decoding: outputData, as: UTF8.self)
    errors = String(decoding: errorData, as: UTF8.self)
  }

  /// Executables lie beside the tests' own.
  public static func binary(_ program: String) -> URL {
    URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: program)
  }
}
