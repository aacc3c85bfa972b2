import Foundation
import NNITestSupport

/// One run of the built `nni`.
struct CommandRun {
  private let run: ProgramRun
  var status: Int32 { run.status }
  var output: String { run.output }
  var errors: String { run.errors }

  /// Runs `nni` with arguments, and with variables beside those of the tests, and waits for its end.
  init(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws {
    run = try ProgramRun("nni", arguments, in: folder, environment: environment)
  }

  /// The executable.
  static var binary: URL { ProgramRun.binary("nni") }
}
