// Runs all lessons, one after the other, and ends at the first that fails.
//
//   swift run -c release Gallery [--output FOLDER]

import Foundation
import LessonSupport

let folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
  .deletingLastPathComponent()
let arguments = Array(CommandLine.arguments.dropFirst())
let start = ContinuousClock.now

for lesson in Lesson.all {
  let process = Process()
  process.executableURL = folder.appending(path: lesson.program)
  process.arguments = arguments
  do {
    try process.run()
  } catch {
    FileHandle.standardError.write(
      Data("error: \(lesson.program) does not run; build it first: swift build -c release\n".utf8))
    exit(1)
  }
  process.waitUntilExit()
  let isDone = process.terminationReason == .exit && process.terminationStatus == 0
  guard isDone else {
    FileHandle.standardError.write(Data("error: lesson \(lesson.number) failed\n".utf8))
    exit(process.terminationReason == .exit ? process.terminationStatus : 1)
  }
  if arguments.contains("--help") || arguments.contains("-h") { exit(0) }
}
let seconds = (ContinuousClock.now - start) / .seconds(1)
print("\(Lesson.all.count) lessons in \(Int(seconds.rounded())) s")
