#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
import NNIImages

/// One self-contained page: several photographs, what the network says, and what each method shows.
///
/// The page needs no network and runs no script; its pictures are inside it. It follows the
/// reader's light or dark setting and prints. Every name is escaped: class names and file names are
/// hostile input.
///
/// ```swift
/// let report = HTMLReport(title: "SqueezeNet 1.1", photos: photos, command: "nni explain *.jpg")
/// try report.write(to: URL(filePath: "report.html"))
/// ```
public struct HTMLReport: Sendable, Hashable {
  /// The page's heading.
  public var title: String
  /// What is shown, in this order.
  public var photos: [ReportPhoto]
  /// The command that makes this page again; left out when empty.
  public var command: String
  /// What else one needs to make it again: model and its checksum, versions, seed, device.
  public var environment: [ReportFact]
  /// The most pixels of a picture's longer side; larger photographs are scaled down.
  public var pictureSize: Int

  /// Describes a page.
  public init(
    title: String, photos: [ReportPhoto], command: String = "", environment: [ReportFact] = [],
    pictureSize: Int = 640
  ) {
    self.title = title
    self.photos = photos
    self.command = command
    self.environment = environment
    self.pictureSize = pictureSize
  }

  /// The page.
  ///
  /// - Returns: a complete HTML document.
  /// - Throws: ``ReportError`` when an option is out of range, `ImageError` when a picture cannot
  ///   be encoded.
  public func html() throws -> String {
    guard pictureSize >= 16, pictureSize <= 8192 else {
      throw ReportError(
        .option,
        "Pictures of a report cannot be \(pictureSize) pixels wide; give a number from 16 to 8192.")
    }
    return try HTMLPage(self).document()
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: what ``html()`` throws, and `ImageError` when the file cannot be written; then a
  ///   file that was there is unchanged.
  public func write(to url: URL) throws {
    try AtomicFile.write(Data(html().utf8), to: url)
  }
}
