/// Something that judges explanations.
///
/// A metric is a value of options. It gives one number for each image, never only a mean, and what it
/// draws at random depends on its seed and the image's position alone.
public protocol AttributionMetric: Sendable, Codable {
  /// The name in the catalogue, such as `deletion`.
  var name: String { get }
  /// The value of every option.
  var optionValues: [String: OptionValue] { get }
  /// Which values speak for an explanation.
  var direction: MetricDirection { get }
  /// Judges the explanation of each sample of a batch.
  ///
  /// - Throws: ``InterpretabilityError`` for options that do not fit the input, and for a result that is
  ///   not finite; `CancellationError` when the task is cancelled.
  func evaluate(_ subject: MetricCase) throws -> MetricResult
}

/// Which values of a metric speak for an explanation.
public enum MetricDirection: String, Sendable, Codable {
  case higherIsBetter = "higher"
  case lowerIsBetter = "lower"
  /// The value describes the explanation, and is neither good nor bad.
  case descriptive
}

/// A metric whose options are declared.
public protocol ConfigurableMetric: AttributionMetric {
  /// The options that apply to this value of the metric.
  var options: [MethodOption<Self>] { get }
}

extension ConfigurableMetric {
  public var optionValues: [String: OptionValue] {
    Dictionary(options.map { ($0.name, $0.get(self)) }, uniquingKeysWith: { first, _ in first })
  }

  /// A result of this metric.
  ///
  /// - Parameters:
  ///   - values: One value for each sample; `nil` where the question does not apply.
  ///   - details: Other numbers for each sample, by name.
  ///   - curves: Curves, one for each sample, by name.
  ///   - maps: Maps that the metric made on its way, by name.
  /// - Returns: The result, with the metric's name and options.
  /// - Throws: ``InterpretabilityError`` when a number is NaN or infinite.
  public func result(
    _ values: [Double?], details: [String: [Double?]] = [:], curves: [String: MetricCurve] = [:],
    maps: [String: [Tensor]] = [:]
  ) throws -> MetricResult {
    try MetricResult(
      metric: name, options: optionValues, direction: direction, values: values, details: details,
      curves: curves, maps: maps)
  }
}
