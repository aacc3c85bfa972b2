import Foundation
import NNInterpretability

/// What the index knows of a lesson that was run: the file `index.json` in its folder.
struct LessonRecord: Codable {
  let number: String
  let title: String
  let summary: String
  let program: String
  /// How long the lesson took.
  let seconds: Double

  init(_ lesson: Lesson, seconds: Double) {
    number = lesson.number
    title = lesson.title
    summary = lesson.summary
    program = lesson.program
    self.seconds = seconds
  }

  func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(encoder.encode(self), to: folder.appending(path: "index.json"))
  }

  /// The record of a lesson's folder; `nil` when the lesson was not run.
  ///
  /// - Throws: `InterpretabilityError` when the file is damaged.
  init?(in folder: URL) throws {
    let file = folder.appending(path: "index.json")
    guard let data = try? Data(contentsOf: file) else { return nil }
    do {
      self = try JSONDecoder().decode(LessonRecord.self, from: data)
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(file.path) is damaged; remove it and run the lesson again", cause: error)
    }
  }
}
