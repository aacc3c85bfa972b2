/// An option of a method: its name, what it means, and how it is read and written.
///
/// Declared once, it gives the command line's `--set`, the explorer's form, the text of
/// `nni methods NAME`, the error for a bad value, and the manifest.
public struct MethodOption<Method>: Sendable {
  /// The name, such as `max-pool`.
  public let name: String
  /// What it means, with its unit and range.
  public let summary: String
  let get: @Sendable (Method) -> OptionValue
  let set: @Sendable (OptionValue, inout Method) throws -> Void
  private let accepted: String

  /// An option whose value is read and written by functions.
  public init(
    _ name: String, _ summary: String, accepts accepted: String,
    get: @escaping @Sendable (Method) -> OptionValue,
    set: @escaping @Sendable (OptionValue, inout Method) throws -> Void
  ) {
    self.name = name
    self.summary = summary
    self.accepted = accepted
    self.get = get
    self.set = set
  }

  /// Reads `value` into `method`.
  ///
  /// - Throws: ``InterpretabilityError`` that says what is accepted.
  func set(_ value: OptionValue, on method: inout Method) throws { try set(value, &method) }

  func description(for method: Method) -> OptionDescription {
    OptionDescription(
      name: name, summary: summary, accepted: accepted, standard: get(method).description)
  }
}

/// An option as people read about it.
public struct OptionDescription: Sendable, Codable {
  public let name: String
  public let summary: String
  /// Which values it takes.
  public let accepted: String
  /// Its default.
  public let standard: String
}

extension MethodOption {
  /// A real number in a range.
  public static func number(
    _ name: String, _ path: any WritableKeyPath<Method, Double> & Sendable, _ summary: String,
    in range: ClosedRange<Double>
  ) -> Self {
    let accepted = Self.text(range)
    return MethodOption(
      name, summary, accepts: accepted, get: { .number($0[keyPath: path]) },
      set: { value, method in
        guard let number = value.number, range.contains(number) else {
          throw refusal(value, accepted)
        }
        method[keyPath: path] = number
      })
  }

  /// A whole number in a range.
  public static func integer(
    _ name: String, _ path: any WritableKeyPath<Method, Int> & Sendable, _ summary: String,
    in range: ClosedRange<Int>
  ) -> Self {
    let accepted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return MethodOption(
      name, summary, accepts: accepted, get: { .number(Double($0[keyPath: path])) },
      set: { value, method in
        guard let number = value.number, let whole = Int(exactly: number), range.contains(whole)
        else { throw refusal(value, accepted) }
        method[keyPath: path] = whole
      })
  }

  /// Yes or no.
  public static func flag(
    _ name: String, _ path: any WritableKeyPath<Method, Bool> & Sendable, _ summary: String
  ) -> Self {
    MethodOption(
      name, summary, accepts: "true or false", get: { .flag($0[keyPath: path]) },
      set: { value, method in
        switch value {
        case .flag(let flag): method[keyPath: path] = flag
        case .text("true"): method[keyPath: path] = true
        case .text("false"): method[keyPath: path] = false
        default: throw refusal(value, "true or false")
        }
      })
  }

  /// One of a few words.
  public static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: any WritableKeyPath<Method, Choice> & Sendable, _ summary: String
  ) -> Self {
    let words = Choice.allCases.map(\.rawValue)
    let accepted = words.joined(separator: ", ")
    return MethodOption(
      name, summary, accepts: accepted, get: { .text($0[keyPath: path].rawValue) },
      set: { value, method in
        guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
          throw refusal(value, accepted)
        }
        method[keyPath: path] = choice
      })
  }

  /// The name of a node; empty means that the method finds one itself.
  public static func layer(
    _ name: String, _ path: any WritableKeyPath<Method, NodeID> & Sendable, _ summary: String
  ) -> Self {
    MethodOption(
      name, summary, accepts: "a node's name, as nni inspect lists them",
      get: { .text($0[keyPath: path].name) },
      set: { value, method in
        guard case .text(let text) = value else { throw refusal(value, "a node's name") }
        method[keyPath: path] = NodeID(text)
      })
  }

  static func refusal(_ value: OptionValue, _ accepted: String) -> InterpretabilityError {
    InterpretabilityError(.invalidOption, "“\(value)” does not fit; it takes \(accepted)")
  }

  private static func text(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (OptionValue.number(range.lowerBound), OptionValue.number(range.upperBound))
    return range.upperBound == .infinity
      ? "a number of at least \(low)"
      : "a number from \(low) to \(high)"
  }
}

extension MethodOption {
  /// A value with some of its options set and the others as they are.
  ///
  /// - Throws: ``InterpretabilityError`` for an unknown option or a value that does not fit.
  static func configured(
    _ standard: Method, named name: String, _ options: [Self], _ values: [String: OptionValue]
  ) throws -> Method {
    var method = standard
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let option = options.first(where: { $0.name == key }) else {
        let known = options.map(\.name)
        throw InterpretabilityError(
          .invalidOption,
          known.isEmpty
            ? "\(name) has no options, but “\(key)” was given"
            : "\(name) has no option “\(key)”" + Wording.suggestion(for: key, among: known))
      }
      do {
        try option.set(value, on: &method)
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, "\(name), option \(key): \(error.message)")
      }
    }
    return method
  }
}

/// A method whose options are declared.
public protocol ConfigurableMethod: AttributionMethod {
  /// The options that apply to this value of the method.
  var options: [MethodOption<Self>] { get }
}

extension ConfigurableMethod {
  public var optionValues: [String: OptionValue] {
    Dictionary(options.map { ($0.name, $0.get(self)) }, uniquingKeysWith: { first, _ in first })
  }
}
