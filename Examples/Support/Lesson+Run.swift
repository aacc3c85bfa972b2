public import Foundation
import NNIReports
import NNInterpretability

extension Lesson {
  /// Computes and writes the page, then ends the program.
  ///
  /// The arguments of the command line say where. A failure is one line on the error stream and the
  /// status 1, wrong arguments are status 2; then nothing is written.
  public func run(_ body: (inout LessonPage) throws -> Void) -> Never {
    let arguments: LessonArguments
    do {
      guard let read = try LessonArguments(Array(CommandLine.arguments.dropFirst())) else {
        print(LessonArguments.help(self))
        exit(0)
      }
      arguments = read
    } catch {
      Self.complain(error)
      exit(2)
    }
    do {
      let file = try write(
        to: arguments.gallery, photographs: arguments.photographs, saying: true, body)
      print("\(number) \(title): \(file.path)")
      exit(0)
    } catch {
      Self.complain(error)
      exit(1)
    }
  }

  /// Writes `index.html`, `index.json` and `thumbnail.png` in the lesson's folder of a gallery, and
  /// the gallery's own `index.html`.
  ///
  /// - Parameters:
  ///   - gallery: The folder of all lessons.
  ///   - photographs: A folder of the user's photographs, for lessons that measure on them.
  ///   - isSaying: Whether the standard error is told what is done.
  ///   - body: Writes the page.
  /// - Returns: The page.
  /// - Throws: What `body` throws, and `InterpretabilityError` when a folder or a file cannot be made.
  @discardableResult
  public func write(
    to gallery: URL, photographs: URL? = nil, saying isSaying: Bool = false,
    _ body: (inout LessonPage) throws -> Void
  ) throws -> URL {
    let start = ContinuousClock.now
    let progress = isSaying ? LessonProgress(self) : nil
    defer { progress?.clear() }
    progress?.doing("reading networks and pictures")
    var page = LessonPage(self, progress: progress)
    page.photographs = photographs
    try body(&page)
    progress?.doing("writing the page")
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let html = try page.page(seconds: seconds).html()
    let own = gallery.appending(path: folder)
    do {
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    } catch {
      throw InterpretabilityError(
        .invalidFile, "the folder \(own.path) cannot be made; choose another with --output",
        cause: error)
    }
    let file = own.appending(path: Gallery.pageName)
    try AtomicFile.write(Data(html.utf8), to: file)
    try page.thumbnail?.writePNG(to: own.appending(path: Gallery.thumbnailName))
    try LessonRecord(self, seconds: seconds).write(to: own)
    try Gallery(gallery).refresh()
    return file
  }

  private static func complain(_ error: any Error) {
    FileHandle.standardError.write(Data("error: \(error)\n".utf8))
  }
}
