/// Something that explains a network's decision.
///
/// A method is a value of options. It evaluates the network in inference mode and changes nothing of
/// it; a map computed in a batch equals the one computed alone.
public protocol AttributionMethod: Sendable {
  /// The name in the catalogue, such as `integrated-gradients`.
  var name: String { get }
  /// The value of every option.
  var optionValues: [String: OptionValue] { get }
  /// What the map's values promise.
  var promise: MapPromise { get }
  /// What it will do for inputs of a shape.
  func cost(_ context: CostContext) throws -> MethodCost
  /// Explains `target` for each sample of `input`, `[N, C, H, W]` or `[N, features]`.
  ///
  /// - Throws: ``InterpretabilityError`` for an input, a target or an option that does not fit, for
  ///   a network that the method cannot explain, and for a result that is not finite.
  func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution
}

extension AttributionMethod {
  public var promise: MapPromise { .nothing }

  /// One recorded pass, and one back through it.
  public func cost(_ context: CostContext) throws -> MethodCost {
    MethodCost(forward: 1, backward: 1, inputsAtOnce: context.samples)
  }
}

/// What the values of a method's map promise, which decides how they are checked and shown.
public enum MapPromise: String, Sendable, Codable {
  /// Signed values that sum to nothing in particular.
  case nothing
  /// Signed values that sum to the score's difference from its reference, up to what the ledger names.
  case sumsToScore = "sums-to-score"
  /// How strongly the score reacts; the sign at the input says little, so that pictures show the
  /// largest magnitude over a pixel's channels.
  case sensitivity
}

/// A method as the catalogue knows it.
public struct MethodEntry: CatalogEntry {
  /// The name, such as `integrated-gradients`.
  public let name: String
  /// What it answers, in one sentence.
  public let summary: String
  /// Keys in the bibliography.
  public let citations: [String]
  /// Its options.
  public let options: [OptionDescription]
  /// Whether it reads attention's weights, and so explains no network without attention.
  public let readsAttention: Bool
  private let build: @Sendable ([String: OptionValue]) throws -> any AttributionMethod

  public static var builtIn: [any Cataloged.Type] { NNIMethodsCatalog.members }

  /// An entry for a method with its defaults.
  public init<Method: ConfigurableMethod>(
    _ standard: Method, _ summary: String, cites citations: [String] = []
  ) {
    let options = standard.options
    readsAttention = standard is AttentionMap
    name = standard.name
    self.summary = summary
    let canUseLibra = options.contains { $0.name == "propagation" }
    self.citations = citations + (canUseLibra ? ["mehri2025libragrad"] : [])
    self.options = options.map { $0.description(for: standard) }
    let name = standard.name
    build = { try MethodOption.configured(standard, named: name, options, $0) }
  }

  /// An entry for a method whose options are not declared, which cannot be set by name.
  public init(
    _ method: some AttributionMethod, _ summary: String, cites citations: [String] = []
  ) {
    let name = method.name
    self.name = name
    self.summary = summary
    self.citations = citations
    readsAttention = method is AttentionMap
    options = []
    build = { values in
      if let option = values.keys.sorted().first {
        throw InterpretabilityError(
          .invalidOption, "\(name) has no options, but “\(option)” was given")
      }
      return method
    }
  }

  /// The method with some options set and the others at their defaults.
  ///
  /// - Throws: ``InterpretabilityError`` for an unknown option or a value that does not fit.
  public func method(_ values: [String: OptionValue] = [:]) throws -> any AttributionMethod {
    try build(values)
  }
}

extension Catalog {
  /// All methods, sorted by name.
  public static var methods: [MethodEntry] { entries(of: MethodEntry.self) }

  /// The methods that such a network can be asked by: without attention none that reads its weights.
  public static func methods(for graph: Graph) -> [MethodEntry] {
    let hasAttention = !graph.attentionBlocks.isEmpty
    return methods.filter { hasAttention || !$0.readsAttention }
  }

  /// A method by name, with some options set.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names.
  public static func method(
    _ name: String, _ options: [String: OptionValue] = [:]
  ) throws -> any AttributionMethod {
    try entry(named: name, of: MethodEntry.self, called: "method").method(options)
  }
}
