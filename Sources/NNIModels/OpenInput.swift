/// An input as its file declares it, with what the file leaves open.
///
/// What is open is decided by the tensors that come in, see ``Model/fitted(to:)-(Tensor)``.
public struct OpenInput: Sendable, Hashable {
  /// The input's name in the file.
  public let name: String
  /// The extents of one sample, without the axis of samples; `nil` where the file leaves one open.
  public let shape: [Int?]
  /// What the file calls each extent; empty where it gives no name.
  ///
  /// Extents with one name are equal.
  public let extentNames: [String]
  /// The axis along which a batch has its samples; `nil` for an input that all samples share.
  public let sampleAxis: Int?
  /// Whether its one number decides what is computed: a branch, or the extent of a value.
  public let isDeciding: Bool

  /// Whether the file leaves anything open but the number of samples.
  public var isOpen: Bool { isDeciding || shape.contains(nil) }

  /// The shape of a batch, for messages: `[N, sequence (open)]`.
  public var text: String {
    var extents = zip(shape, extentNames).map { extent, name in
      extent.map(String.init) ?? (name.isEmpty ? "open" : "\(name) (open)")
    }
    if let sampleAxis { extents.insert("N", at: min(sampleAxis, extents.count)) }
    return "[\(extents.joined(separator: ", "))]"
      + (isDeciding ? " (decides what is computed)" : "")
  }
}

/// What a file leaves open, decided.
struct OpenSizes: Sendable, Hashable {
  /// By the names of inputs the shape of one sample.
  var shapes: [String: [Int]] = [:]
  /// The numbers of those that decide what is computed.
  var numbers: [String: Int] = [:]
}
