public import Foundation

extension InterpretabilityError: LocalizedError {
  /// The whole sentence, which `localizedDescription` shows.
  public var errorDescription: String? { description }
}
