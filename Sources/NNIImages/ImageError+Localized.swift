public import Foundation

extension ImageError: LocalizedError {
  /// The whole sentence, which `localizedDescription` shows.
  public var errorDescription: String? { description }
}
