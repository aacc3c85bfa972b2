import Foundation

/// What libraries say, in words of this package: their own texts name operators, error domains and source
/// files that a reader cannot act on.
public enum PlainWords {
  /// A whole sentence for an error that ends a command.
  public static func sentence(_ error: any Error) -> String {
    if let error = error as? TorchError {
      return reason(error).map {
        "the network, its input or an option does not fit: \($0)"
      } ?? "a computation on tensors failed"
    }
    return reason(error)
      ?? "it failed for a reason that has no words here; please report the command"
  }

  /// Why something failed, for brackets after a sentence; `nil` where a library's text would add nothing.
  public static func reason(_ error: any Error) -> String? {
    switch error {
    case let error as InterpretabilityError: return error.description
    case let error as TorchError: return reason(error)
    case let error as DecodingError: return reason(error)
    case is EncodingError: return nil
    default: break
    }
    // On Linux every Swift error bridges; only Foundation's own are of these types.
    if let error = error as? CocoaError { return reason(error as NSError) }
    if let error = error as? POSIXError { return reason(error as NSError) }
    if type(of: error) == NSError.self { return reason(error as NSError) }
    let text = Wording.line("\(error)")
    return isForeign(text) ? nil : text
  }

  /// Whether a text is a library's and not written for users of this package.
  public static func isForeign(_ text: String) -> Bool {
    marks.contains { text.contains($0) }
  }

  private static let marks = [
    "aten::", "nni::", "at::", "c10::", "NSCocoaErrorDomain", "NSPOSIXErrorDomain",
    "Cannot initialize",
    "codingPath", "CodingKeys", "debugDescription", "DecodingError", "Swift.", "Error Domain",
    "Code=",
    ".cpp:", "SwiftProtobuf", "BinaryDecodingError",
  ]

  private static func reason(_ error: TorchError) -> String? {
    if let memory = error.message.range(of: "not enough memory") {
      return isForeign(error.message)
        ? "there is not enough memory" : String(error.message[memory.lowerBound...])
    }
    let step = error.operation.split(separator: ":").last.map(String.init) ?? error.operation
    if error.shapes.isEmpty {
      return isForeign(error.message) || error.message.isEmpty
        ? "the operation “\(step)” failed" : "\(step): \(error.message)"
    }
    let shapes = error.shapes.map(\.description).joined(separator: " and ")
    return
      "the operation “\(step)” cannot take \(error.shapes.count == 1 ? "a tensor" : "tensors") of "
      + "shape \(shapes)"
  }

  private static func reason(_ error: DecodingError) -> String? {
    let (path, what): ([any CodingKey], String) =
      switch error {
      case .keyNotFound(let key, let context):
        (context.codingPath, "the key “\(key.stringValue)” is missing")
      case .typeMismatch(_, let context): (context.codingPath, "the value is of another kind")
      case .valueNotFound(_, let context): (context.codingPath, "the value is null")
      case .dataCorrupted(let context):
        (
          context.codingPath,
          context.codingPath.isEmpty || isForeign(context.debugDescription)
            ? (context.codingPath.isEmpty
              ? "it is no valid JSON" : "the value is none that is known")
            : context.debugDescription
        )
      @unknown default: ([], "it cannot be read")
      }
    guard !path.isEmpty else { return what }
    let place = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    return "at “\(Wording.line(String(place.drop { $0 == "." })))”: \(what)"
  }

  private static func reason(_ error: NSError) -> String? {
    if let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError, inner !== error {
      return reason(inner)
    }
    if error.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(error.code))).lowercased()
    }
    switch CocoaError.Code(rawValue: error.code) {
    case .fileNoSuchFile, .fileReadNoSuchFile: return "there is no such file"
    case .fileReadNoPermission: return "reading it is not permitted"
    case .fileWriteNoPermission: return "writing there is not permitted"
    case .fileWriteOutOfSpace: return "the disk is full"
    case .fileWriteFileExists: return "there is a file of that name already"
    case .fileReadInapplicableStringEncoding, .fileReadCorruptFile: return "it is no text"
    default: return nil
    }
  }
}
