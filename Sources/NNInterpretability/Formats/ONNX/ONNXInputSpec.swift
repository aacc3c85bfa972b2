import Foundation

/// How a model's description of its input is found.
enum ONNXInputSpec {
  /// The card beside the file, completed by the description under `input_spec` in its metadata.
  ///
  /// - Throws: ``InterpretabilityError`` when there is one that cannot be read or makes no sense.
  static func card(for file: URL, metadata: [String: String]) throws -> ModelCard {
    let inner = try ModelCard(metadata: metadata, of: file.lastPathComponent)
    guard var card = try ModelCard(beside: file) else { return inner }
    card.input = completed(card.input, by: inner.input)
    if card.output == OutputStatement() { card.output = inner.output }
    return card
  }

  /// A description, or `fallback` with its class names when it says nothing else.
  static func completed(_ stated: InputSpec, by fallback: InputSpec) -> InputSpec {
    guard stated == InputSpec(labels: stated.labels) else { return stated }
    var spec = fallback
    if !stated.labels.isEmpty { spec.labels = stated.labels }
    return spec
  }

  /// A description with the number of channels that the network takes, where that is known and the card
  /// says nothing else.
  static func matched(_ spec: InputSpec, channels shape: [Int?]) -> InputSpec {
    guard shape.count == 4, let channels = shape[1], !spec.size.isEmpty else { return spec }
    var spec = spec
    if channels == 1, spec.channels == .rgb, spec.mean.isEmpty, spec.std.isEmpty {
      spec.channels = .grey
    }
    return spec
  }

  /// What an input of shape `[N, 3 or 1, H, W]` with fixed extents tells: its size and channels.
  static func inputSpec(fromShape shape: [Int?]) -> InputSpec {
    guard shape.count == 4, let channels = shape[1], channels == 1 || channels == 3,
      let height = shape[2], let width = shape[3]
    else { return InputSpec() }
    return InputSpec(size: [height, width], channels: channels == 1 ? .grey : .rgb)
  }
}
