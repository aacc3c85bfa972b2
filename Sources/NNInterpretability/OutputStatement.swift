/// What a card or a caller says about a model's output: which one of the file, and what it is.
///
/// ```json
/// "output": {"name": "logits", "kind": "softmax"}
/// ```
public struct OutputStatement: Sendable, Codable, Equatable {
  /// What the output is; `nil` leaves it to the file's last layer.
  public var kind: OutputMeaning.Kind?
  /// The name of one of the file's outputs; empty takes the one that looks like classes.
  public var name: String

  /// Makes a statement.
  public init(_ kind: OutputMeaning.Kind? = nil, name: String = "") {
    self.kind = kind
    self.name = name
  }

  private enum CodingKeys: String, CodingKey { case kind, name }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    guard let text = try container.decodeIfPresent(String.self, forKey: .kind) else {
      kind = nil
      return
    }
    guard let found = OutputMeaning.Kind(rawValue: text) else {
      let known = OutputMeaning.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "“\(text)” is none of \(known)")
    }
    kind = found
  }
}
