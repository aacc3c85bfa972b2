/// A metric as the catalogue knows it.
public struct MetricEntry: CatalogEntry {
  /// The name, such as `deletion`.
  public let name: String
  /// What it asks, in one sentence.
  public let summary: String
  /// The formula, in the notation of a page: `$…$` around what is set in italics.
  public let formula: String
  /// How to read the number, and when it misleads.
  public let reading: String
  /// Which values speak for an explanation, with the options at their defaults.
  public let direction: MetricDirection
  /// Whether it needs to be told where the object is.
  public let needsRegions: Bool
  /// Keys in the bibliography.
  public let citations: [String]
  /// Its options.
  public let options: [OptionDescription]
  private let build: @Sendable ([String: OptionValue]) throws -> any AttributionMetric

  public static var builtIn: [any Cataloged.Type] { NNIMethodsCatalog.members }

  /// An entry for a metric with its defaults.
  public init<Metric: ConfigurableMetric>(
    _ standard: Metric, _ summary: String, formula: String, reading: String,
    needsRegions: Bool = false, cites citations: [String] = []
  ) {
    let options = standard.options
    name = standard.name
    self.summary = summary
    self.formula = formula
    self.reading = reading
    direction = standard.direction
    self.needsRegions = needsRegions
    self.citations = citations
    self.options = options.map { $0.description(for: standard) }
    let name = standard.name
    build = { try MethodOption.configured(standard, named: name, options, $0) }
  }

  /// The metric with some options set and the others at their defaults.
  ///
  /// - Throws: ``InterpretabilityError`` for an unknown option or a value that does not fit.
  public func metric(_ values: [String: OptionValue] = [:]) throws -> any AttributionMetric {
    try build(values)
  }
}

extension Catalog {
  /// All metrics, sorted by name.
  public static var metrics: [MetricEntry] { entries(of: MetricEntry.self) }

  /// A metric by name, with some options set.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names.
  public static func metric(
    _ name: String, _ options: [String: OptionValue] = [:]
  ) throws -> any AttributionMetric {
    try entry(named: name, of: MetricEntry.self, called: "metric").metric(options)
  }
}
