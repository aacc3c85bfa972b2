import Foundation
import NNInterpretability

/// One entry of a list of cases; what only the check of its result needs is left unread.
struct AttributionCase: Decodable {
  let id: String
  let model: String
  let input: String
  let method: String
  let options: [String: OptionValue]
  let target: Target

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, model, input, method, options, target
    // Read by whoever compares.
    case expected, rtol, atol, source, compare, columns, ledger, note
  }

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: AnyKey.self)
    let known = CodingKeys.allCases.map(\.rawValue)
    if let key = all.allKeys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
      throw InterpretabilityError(
        .invalidOption,
        "there is no field “\(key)”; a case has id, model, input, method, options and target, and expected, "
          + "rtol and source for whoever compares")
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    model = try container.decode(String.self, forKey: .model)
    input = try container.decode(String.self, forKey: .input)
    method = try container.decode(String.self, forKey: .method)
    options = try container.decodeIfPresent([String: OptionValue].self, forKey: .options) ?? [:]
    target = try container.decodeIfPresent(CaseTarget.self, forKey: .target)?.target ?? .predicted
  }
}

/// A target as a case states it: a class, one for each sample, or an object, see ``Target``.
private struct CaseTarget: Decodable {
  let target: Target

  private struct Fields: Decodable {
    let difference: [Int]?
    let `class`: Int?
    let node: String?
    let index: [Int]?
  }

  private static let wanted =
    "wanted a class, a list with one for each sample, {\"difference\": [285, 282]}, {\"class\": 281} or "
    + "{\"node\": NAME, \"index\": [42]}"

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let one = try? container.decode(Int.self) {
      target = .class(one)
    } else if let list = try? container.decode([Int].self) {
      target = .classes(list)
    } else if let text = try? container.decode(String.self), text == "predicted" {
      target = .predicted
    } else if let keys = try? container.decode([String: OptionValue].self),
      let fields = try? container.decode(Fields.self)
    {
      target = try Self.target(fields, keys: Set(keys.keys))
    } else {
      throw InterpretabilityError(.invalidTarget, "its target cannot be read; \(Self.wanted)")
    }
  }

  private static func target(_ fields: Fields, keys: Set<String>) throws -> Target {
    switch keys {
    case ["difference"]:
      if let pair = fields.difference, pair.count == 2 { return .difference(pair[0], pair[1]) }
    case ["class"]:
      if let index = fields.class { return .class(index) }
    case ["node"], ["node", "index"]:
      if let node = fields.node { return .neuron(NodeID(node), fields.index ?? []) }
    default: break
    }
    throw InterpretabilityError(
      .invalidTarget,
      "its target is an object with \(keys.sorted().joined(separator: ", ")), which cannot be read; "
        + wanted)
  }
}

/// What became of an entry of the list: a case, or why it is none.
struct CaseSlot: Decodable {
  /// The case's id, as far as it could be read.
  let id: String?
  let item: Result<AttributionCase, any Error>

  private struct Name: Decodable { let id: String }

  init(from decoder: any Decoder) {
    item = Result { try AttributionCase(from: decoder) }
    id = (try? Name(from: decoder))?.id
  }
}
