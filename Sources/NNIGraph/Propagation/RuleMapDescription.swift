internal import Foundation

/// A rule map as a person writes it in JSON; the first entry that fits a node decides.
///
/// ```json
/// {"rules": [
///   {"first": true, "rule": "z-box", "low": -2.1, "high": 2.6},
///   {"kind": "convolution", "depth": [0, 0.5], "rule": "gamma", "gamma": 0.1},
///   {"name": "classifier.*", "rule": "epsilon", "epsilon": 0.01}
/// ]}
/// ```
///
/// An entry's `kind` (one or a list of ``LayerKind``), `name` (`*` stands for any text), `depth` (weighted
/// layers from 0, the first, to 1, the last) and `first` (the first weighted layers) must all fit; an
/// entry without any fits every weighted layer. `rule` is the name of a rule in the catalogue; what is
/// left are its parameters.
public struct RuleMapDescription: Sendable {
  /// One entry.
  public struct Entry: Sendable {
    /// Which nodes it speaks of.
    public let selector: NodeSelector
    /// The rule's name in the catalogue.
    public let rule: String
    /// The rule's parameters.
    public let parameters: [String: OptionValue]
  }

  /// The entries in order.
  public let entries: [Entry]
  /// The text that it was read from.
  public let text: String

  /// No entries.
  public static let empty = RuleMapDescription()

  private init() {
    entries = []
    text = ""
  }

  /// Reads a description.
  ///
  /// - Throws: ``InterpretabilityError`` that names the entry and what is wrong with it.
  public init(json text: String) throws {
    struct File: Decodable { let rules: [[String: OptionValue]] }
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: Data(text.utf8))
    } catch {
      throw InterpretabilityError(
        .invalidOption,
        "the rule map is not JSON of the form {\"rules\": [{\"kind\": …, \"rule\": …}, …]}",
        cause: error)
    }
    self.text = text
    entries = try file.rules.enumerated().map { index, fields in
      do {
        return try Entry(fields)
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, "rule map, entry \(index + 1): \(error.message)")
      }
    }
  }
}

extension RuleMapDescription.Entry {
  fileprivate init(_ fields: [String: OptionValue]) throws {
    var fields = fields
    var selectors: [NodeSelector] = []
    if let kind = fields.removeValue(forKey: "kind") { selectors.append(try Self.kinds(kind)) }
    if let name = fields.removeValue(forKey: "name") {
      guard case .text(let pattern) = name else { throw Self.refusal("name", "a text", name) }
      selectors.append(.name(pattern))
    }
    if let depth = fields.removeValue(forKey: "depth") {
      guard let numbers = depth.numbers, numbers.count == 2, numbers[0] <= numbers[1] else {
        throw Self.refusal("depth", "two rising numbers from 0 to 1", depth)
      }
      selectors.append(.both(.weighted, .depth(numbers[0]...numbers[1])))
    }
    if let first = fields.removeValue(forKey: "first") {
      guard case .flag(true) = first else { throw Self.refusal("first", "true", first) }
      selectors.append(.firstWeighted)
    }
    guard case .text(let rule)? = fields.removeValue(forKey: "rule") else {
      throw InterpretabilityError(.invalidOption, "it names no rule")
    }
    let known = try Catalog.entry(named: rule, of: RuleEntry.self, called: "rule")
    for name in fields.keys.sorted() where !known.parameters.contains(name) {
      throw InterpretabilityError(
        .invalidOption,
        "the rule \(rule) has no parameter “\(name)”"
          + Wording.suggestion(
            for: name, among: known.parameters + ["kind", "name", "depth", "first"]))
    }
    selector = selectors.dropFirst().reduce(selectors.first ?? .weighted) { .both($0, $1) }
    self.rule = rule
    parameters = fields
  }

  private static func kinds(_ value: OptionValue) throws -> NodeSelector {
    let names: [OptionValue] = if case .list(let list) = value { list } else { [value] }
    let kinds = try names.map { name in
      guard case .text(let text) = name, let kind = LayerKind(rawValue: text) else {
        throw InterpretabilityError(
          .invalidOption,
          "there is no kind “\(name)”"
            + Wording.suggestion(
              for: name.description, among: LayerKind.allCases.map(\.rawValue)))
      }
      return kind
    }
    return .kinds(kinds)
  }

  private static func refusal(
    _ key: String, _ wanted: String, _ found: OptionValue
  ) -> InterpretabilityError {
    InterpretabilityError(.invalidOption, "\(key) should be \(wanted), not “\(found)”")
  }
}

/// A rule as rule maps name it.
public struct RuleEntry: CatalogEntry {
  /// The name, such as `gamma`.
  public let name: String
  /// The names of its parameters.
  public let parameters: [String]
  /// Makes the rule; a z-box, which depends on the network, is made by the method.
  public let build: @Sendable (RuleParameters) throws -> any PropagationRule

  public static var builtIn: [any Cataloged.Type] { NNIGraphCatalog.members }

  /// Creates an entry.
  public init(
    _ name: String, parameters: [String] = [],
    build: @escaping @Sendable (RuleParameters) throws -> any PropagationRule
  ) {
    self.name = name
    self.parameters = parameters
    self.build = build
  }
}

/// A rule's parameters, with what the method says of all its rules.
public struct RuleParameters: Sendable {
  /// The parameters that the rule map states, by name.
  public let values: [String: OptionValue]
  /// What keeps denominators away from zero.
  public let stabilizer: Double
  /// Whether biases take a share of relevance.
  public let bias: BiasShare

  package init(values: [String: OptionValue], stabilizer: Double, bias: BiasShare) {
    self.values = values
    self.stabilizer = stabilizer
    self.bias = bias
  }

  /// A number of at least 0, or `standard` when it is left out.
  ///
  /// - Throws: ``InterpretabilityError`` when it is no such number.
  public func number(_ name: String, _ standard: Double) throws -> Double {
    guard let value = values[name] else { return standard }
    if let number = value.number, number >= 0, number.isFinite { return number }
    throw InterpretabilityError(
      .invalidOption, "rule map: \(name) should be a number of at least 0, not “\(value)”")
  }
}
