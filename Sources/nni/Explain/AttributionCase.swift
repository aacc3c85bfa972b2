import Foundation
import NNInterpretability

/// One entry of a list of cases; what only the check of its result needs is left unread.
struct AttributionCase: Decodable {
  let id: String
  let model: String
  /// The tensor of the one input; empty where there are several.
  let input: String
  /// The tensors of several inputs, by the inputs' names.
  let inputs: [String: String]
  /// The input that the map is of, of several.
  let of: String
  let method: String
  let options: [String: OptionValue]
  let target: CaseTarget
  /// The rows of the ledger that are wanted beside the map.
  let ledger: [String]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, model, input, inputs, of, method, options, target, ledger
    // Read by whoever compares.
    case expected, rtol, atol, source, compare, columns, note
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
        "there is no field “\(key)”; a case has id, model, input (or inputs and of), method, options and target, "
          + "and expected, rtol and source for whoever compares")
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    model = try container.decode(String.self, forKey: .model)
    inputs = try container.decodeIfPresent([String: String].self, forKey: .inputs) ?? [:]
    input =
      try inputs.isEmpty
      ? container.decode(String.self, forKey: .input)
      : container.decodeIfPresent(String.self, forKey: .input) ?? ""
    of = try container.decodeIfPresent(String.self, forKey: .of) ?? ""
    method = try container.decode(String.self, forKey: .method)
    options = try container.decodeIfPresent([String: OptionValue].self, forKey: .options) ?? [:]
    ledger = try container.decodeIfPresent([String].self, forKey: .ledger) ?? []
    target =
      try container.decodeIfPresent(CaseTarget.self, forKey: .target) ?? CaseTarget(.predicted)
  }

  /// The output that is explained; empty for the model's own.
  var output: String {
    if method == "forward", case .text(let name)? = options["output"] { return name }
    return target.output
  }
}

/// A target as a case states it: a class, one for each sample, or an object, see ``Target``.
struct CaseTarget: Decodable {
  let target: Target
  /// The output that it is of; empty for the model's own.
  private(set) var output = ""
  /// The tensor of a region that it is summed over; empty for none.
  private(set) var region = ""

  private struct Fields: Decodable {
    let difference: [Int]?
    let `class`: Numbers?
    let node: String?
    let index: Numbers?
    let output: String?
    let region: String?
  }

  /// One number for all samples, or one for each.
  private struct Numbers: Decodable {
    let list: [Int]
    let isOne: Bool

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(Int.self) {
        (list, isOne) = ([one], true)
      } else {
        (list, isOne) = (try container.decode([Int].self), false)
      }
    }

    var target: Target { isOne ? .class(list[0]) : .classes(list) }
  }

  init(_ target: Target) { self.target = target }

  /// The target with its region, which a file of tensors holds.
  func target(_ tensors: SafetensorsFile) throws -> Target {
    guard !region.isEmpty else { return target }
    let region = Target.Region(try tensors[region], name: region)
    switch target {
    case .class(let index): return .region([index], region)
    case .classes(let list): return .region(list, region)
    default: return target
    }
  }

  private static let wanted =
    "wanted a class, a list with one for each sample, {\"difference\": [285, 282]}, {\"class\": 281}, with "
    + "\"output\": NAME and \"region\": KEY, or {\"node\": NAME, \"index\": [42]}"

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
      output = fields.output ?? ""
      region = fields.region ?? ""
      target = try Self.target(fields, keys: Set(keys.keys).subtracting(["output"]))
    } else {
      throw InterpretabilityError(.invalidTarget, "its target cannot be read; \(Self.wanted)")
    }
  }

  private static func target(_ fields: Fields, keys: Set<String>) throws -> Target {
    switch keys {
    case ["difference"]:
      if let pair = fields.difference, pair.count == 2 { return .difference(pair[0], pair[1]) }
    case ["class"], ["class", "region"]:
      if let index = fields.class { return index.target }
    case ["index"] where fields.output != nil:
      if let index = fields.index { return index.target }
    case ["node"], ["node", "index"]:
      if let node = fields.node { return .neuron(NodeID(node), fields.index?.list ?? []) }
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
