import Foundation

/// How a model's description of its input is found.
enum ONNXInputSpec {
  /// The description under `input_spec` in the file's metadata, or under `input` in the JSON file of
  /// the same name beside it; `nil` if there is neither.
  ///
  /// - Throws: ``InterpretabilityError`` when there is one that cannot be read or makes no sense.
  static func inputSpec(for file: URL, metadata: [String: String]) throws -> InputSpec? {
    if let text = metadata["input_spec"] {
      return try decoded(InputSpec.self, Data(text.utf8), "the metadata input_spec").validated()
    }
    let card = file.deletingPathExtension().appendingPathExtension("json")
    guard FileManager.default.fileExists(atPath: card.path) else { return nil }
    let data: Data
    do { data = try Data(contentsOf: card) } catch {
      throw InterpretabilityError(
        .invalidFile, "\(card.lastPathComponent) cannot be read", cause: error)
    }
    return try decoded(Card.self, data, card.lastPathComponent).input?.validated()
  }

  /// What an input of shape `[N, 3 or 1, H, W]` with fixed extents tells: its size and channels.
  static func inputSpec(fromShape shape: [Int?]) -> InputSpec {
    guard shape.count == 4, let channels = shape[1], channels == 1 || channels == 3,
      let height = shape[2], let width = shape[3]
    else { return InputSpec() }
    let spec = InputSpec(size: [height, width], channels: channels == 1 ? .grey : .rgb)
    return (try? spec.validated()) ?? InputSpec()
  }

  private struct Card: Decodable {
    let input: InputSpec?
  }

  private static func decoded<Value: Decodable>(
    _ type: Value.Type, _ data: Data, _ place: String
  ) throws -> Value {
    do { return try JSONDecoder().decode(type, from: data) } catch {
      throw InterpretabilityError(
        .invalidFile, "\(place) is not a description of the input", cause: error)
    }
  }
}
