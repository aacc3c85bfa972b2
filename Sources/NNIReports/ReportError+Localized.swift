public import Foundation

extension ReportError: LocalizedError {
  /// The whole sentence, which `localizedDescription` shows.
  public var errorDescription: String? { description }
}
