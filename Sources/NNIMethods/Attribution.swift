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
  /// For samples whose map cannot be right what is wrong with it; such maps are given on request only
  /// (``ArithmeticCheck``).
  public internal(set) var arithmeticWarnings: [Int: String] = [:]
  /// The shape of the network's output, if that is what is explained.
  public let outputShape: [Int]?
  /// For each sample whether its map is zero everywhere.
  public let isZero: [Bool]

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
    isZero = try map.samplesOfZeros()
    outputShape = target.meaning == nil ? nil : target.weights.shape
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

extension Attribution {
  /// The explanations of samples that were explained apart, as that of one batch.
  ///
  /// - Throws: ``InterpretabilityError`` when there are none, or their maps have different shapes.
  init(joining parts: [Attribution]) throws {
    guard let first = parts.first else {
      throw InterpretabilityError(.invalidInput, "there is no sample to explain")
    }
    map = try .concatenated(parts.map(\.map), axis: 0)
    ledger = Ledger(joining: parts.map(\.ledger))
    classes = parts.flatMap(\.classes)
    method = first.method
    options = first.options
    promise = first.promise
    layer = first.layer
    isZero = parts.flatMap(\.isZero)
    outputShape = first.outputShape.map {
      [parts.reduce(0) { $0 + $1.ledger.score.count }] + $0.dropFirst()
    }
    var absorbed: [NodeID: [Ledger.Cause: Tensor]] = [:]
    for (node, causes) in first.absorbed {
      for cause in causes.keys {
        let amounts = parts.compactMap { $0.absorbed[node]?[cause] }
        guard amounts.count == parts.count else { continue }
        absorbed[node, default: [:]][cause] = try .concatenated(amounts, axis: 0)
      }
    }
    self.absorbed = absorbed
    var details: [String: Tensor] = [:]
    for name in first.details.keys {
      let own = parts.compactMap { $0.details[name] }
      let isPerSample = zip(own, parts).allSatisfy { $0.shape.first == $1.ledger.score.count }
      guard own.count == parts.count, isPerSample else { continue }
      details[name] = try .concatenated(own, axis: 0)
    }
    self.details = details
    var start = 0
    for part in parts {
      for (sample, warning) in part.arithmeticWarnings {
        arithmeticWarnings[start + sample] = warning
      }
      start += part.ledger.score.count
    }
  }
}

extension Tensor {
  /// For each sample whether all its elements are zero.
  func samplesOfZeros() throws -> [Bool] {
    guard rank > 0, count > 0 else { return [] }
    let flat = try reshaped([shape[0], -1])
    let largest = try Tensor.call("aten::amax", .tensor(flat), .ints([1]), .bool(false)).doubles()
    let smallest = try Tensor.call("aten::amin", .tensor(flat), .ints([1]), .bool(false)).doubles()
    return zip(largest, smallest).map { $0 == 0 && $1 == 0 }
  }
}
