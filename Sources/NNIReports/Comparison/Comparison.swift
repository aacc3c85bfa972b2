#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
import NNIImages

/// One self-contained page that sets methods beside each other: photographs, targets, maps, twins of a
/// random network, curves, ledgers and costs.
///
/// The page needs no network. Its script is a part of it, named by its SHA-256 in the page's content
/// security policy, so that nothing else can run. Without a script every map is there as a picture.
/// Maps are stored once, one byte a value, with as many steps as ``byteBudget`` allows; the page states
/// with each reading how far it may be off.
public struct Comparison: Sendable, Hashable {
  /// The page's heading.
  public var title: String
  /// What is shown, in this order.
  public var photos: [ComparisonPhoto]
  /// The command that makes this page again; left out when empty.
  public var command: String
  /// What else one needs to make it again: model and its checksum, versions, seed, device.
  public var environment: [ReportFact]
  /// The most pixels of a photograph's longer side.
  public var pictureSize: Int
  /// How large the page may become; maps are stored in fewer steps to keep to it, in 7 at the least.
  public var byteBudget: Int

  /// Describes a page.
  public init(
    title: String, photos: [ComparisonPhoto], command: String = "", environment: [ReportFact] = [],
    pictureSize: Int = 480, byteBudget: Int = 4_800_000
  ) {
    self.title = title
    self.photos = photos
    self.command = command
    self.environment = environment
    self.pictureSize = pictureSize
    self.byteBudget = byteBudget
  }

  /// The page.
  ///
  /// - Returns: a complete HTML document.
  /// - Throws: ``ReportError`` when an option is out of range or photographs differ in their methods,
  ///   `ImageError` when a picture cannot be encoded.
  public func html() throws -> String {
    guard pictureSize >= 16, pictureSize <= 8192, byteBudget > 0 else {
      throw ReportError(
        .option,
        "Pictures of a report cannot be \(pictureSize) pixels wide and its maps take \(byteBudget) "
          + "bytes; give a size from 16 to 8192 and a positive number of bytes.")
    }
    return try ComparisonPage(self).document()
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: what ``html()`` throws, and `ImageError` when the file cannot be written; then a
  ///   file that was there is unchanged.
  public func write(to url: URL) throws {
    try AtomicFile.write(Data(html().utf8), to: url)
  }
}
