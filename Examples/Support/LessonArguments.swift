import Foundation
import NNInterpretability

/// What may stand behind a lesson's name on the command line.
struct LessonArguments {
  /// The folder of all lessons.
  let gallery: URL
  /// The reader's photographs, if any.
  let photographs: URL?

  /// Reads the arguments; `nil` when help is asked for.
  ///
  /// - Throws: `InterpretabilityError` for anything else than `--output FOLDER` and `--photographs FOLDER`.
  init?(_ arguments: [String]) throws {
    var folder = "out/gallery"
    var photographs: String?
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h": return nil
      case "--output":
        guard let value = rest.popFirst(), !value.isEmpty else {
          throw InterpretabilityError(
            .invalidOption, "--output has no value; give the gallery's folder")
        }
        folder = value
      case "--photographs":
        guard let value = rest.popFirst(), !value.isEmpty else {
          throw InterpretabilityError(
            .invalidOption, "--photographs has no value; give a folder with a folder for each class"
          )
        }
        photographs = value
      default:
        throw InterpretabilityError(
          .invalidOption,
          """
          there is no argument “\(argument)”; there are --output FOLDER, \
          --photographs FOLDER and --help
          """)
      }
    }
    gallery = URL(filePath: folder, directoryHint: .isDirectory)
    self.photographs = photographs.map { URL(filePath: $0, directoryHint: .isDirectory) }
  }

  static func help(_ lesson: Lesson) -> String {
    """
    Lesson \(lesson.number), \(lesson.title). \(lesson.summary)

    USAGE: \(lesson.program) [--output FOLDER] [--photographs FOLDER]

      --output FOLDER   The folder of all lessons (default: out/gallery); the page becomes
                        FOLDER/\(lesson.folder)/index.html.
      --photographs FOLDER
                        Photographs of your own, a folder in it for each class of Caltech-101; read by lesson 13.
    """
  }
}
