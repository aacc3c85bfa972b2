public import Foundation

extension TorchError: LocalizedError {
  /// The whole sentence, which `localizedDescription` shows.
  public var errorDescription: String? { description }
}
