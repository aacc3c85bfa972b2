/// An explanation: how much each element of the input, or of a layer, counts for the target.
public struct Attribution: Sendable {
  /// Signed values, not scaled: `[N, C, H, W]` like the input, or `[N, 1, h, w]` for CAMs.
  public let map: Tensor
  /// What became of the score.
  public let ledger: Ledger
  /// For each sample the class that is explained, if it is one class.
  public let classes: [Int]
  /// The method's name in the catalogue.
  public let method: String
  /// All its options, with the values that they had.
  public let options: [String: OptionValue]
  /// What the map's values promise.
  public let promise: MapPromise
  /// What each node kept for itself of the score, by cause, `[N]`, for methods that hand relevance down.
  public let absorbed: [NodeID: [Ledger.Cause: Tensor]]
  /// What the method gives beside the map, by name: `standard-error` of a mean, `scores` of windows.
  public let details: [String: Tensor]
  /// The layer at whose resolution the map is, for methods that read one.
  public let layer: NodeID?

  /// A checked result of a method.
  ///
  /// ```swift
  /// let recording = try Recording(model, input: input)
  /// let target = try Target.predicted.resolved(recording.trace)
  /// let score = try target.score(recording.trace[target.node])
  /// let attribution = try Attribution(
  ///   map: input, ledger: Ledger(score: score, map: input), target: target, method: Gradient())
  /// ```
  ///
  /// - Parameters:
  ///   - map: How much each element counts, the batch axis first.
  ///   - ledger: What became of the score of each sample.
  ///   - target: What was explained.
  ///   - method: What explained it; its name, options and promise are kept.
  ///   - layer: The node whose elements the map is about; `nil` for the input.
  ///   - details: What the method gives beside the map, by name.
  ///   - absorbed: What each node kept for itself, by cause, `[N]`.
  /// - Throws: ``InterpretabilityError`` when the map holds NaN or infinity, or has another number of
  ///   samples than the ledger.
  public init(
    map: Tensor, ledger: Ledger, target: ResolvedTarget, method: any AttributionMethod,
    layer: NodeID? = nil, details: [String: Tensor] = [:],
    absorbed: [NodeID: [Ledger.Cause: Tensor]] = [:]
  ) throws {
    guard map.shape.first == ledger.score.count else {
      throw InterpretabilityError(
        .invalidInput,
        "\(method.name) gave a map of shape \(map.shape) for \(ledger.score.count) samples; its first "
          + "axis should be the batch", node: target.node)
    }
    guard try map.isFinite() else {
      throw InterpretabilityError(
        .notFinite, "\(method.name) gave NaN or infinity; a larger stabilizer may help",
        node: target.node)
    }
    self.map = map
    self.ledger = ledger
    classes = target.classes
    self.method = method.name
    options = method.optionValues
    promise = method.promise
    self.layer = layer
    self.details = details
    self.absorbed = absorbed
  }
}
