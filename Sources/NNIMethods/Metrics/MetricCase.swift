/// Explanations to be judged: a batch, a method's maps of it, and what is known of the objects in it.
public struct MetricCase: Sendable {
  /// The network that was explained.
  public let model: Model
  /// The batch, `[N, C, …]` or `[N, features]`.
  public let input: Tensor
  /// The method that made the maps, which some metrics ask again.
  public let method: any AttributionMethod
  /// What was explained, fixed for each sample: changed inputs are judged by the same classes.
  public let target: Target
  /// The maps.
  public let attribution: Attribution
  /// Where the objects are; `nil` when nobody said.
  public let regions: ObjectRegions?
  /// The position of the first sample in the data, by which random numbers are keyed.
  public let firstSample: Int
  /// What maps lie on: the input, or a tensor of another shape.
  let places: Tensor

  /// Explains a batch, unless its explanation is there already.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - input: The batch.
  ///   - method: The method whose explanation is judged.
  ///   - target: What is explained.
  ///   - attribution: The explanation, if it was made before.
  ///   - regions: Where the objects are.
  ///   - firstSample: The position of the first sample in the data, 0 or more.
  /// - Throws: ``InterpretabilityError`` when the method cannot explain the batch, or regions or maps do
  ///   not fit it.
  public init(
    _ model: Model, input: Tensor, method: any AttributionMethod, target: Target = .predicted,
    attribution: Attribution? = nil, regions: ObjectRegions? = nil, firstSample: Int = 0
  ) throws {
    try self.init(
      model, input: input, places: input, method: method, target: target, attribution: attribution,
      regions: regions, firstSample: firstSample)
  }

  /// The same with maps that do not have the input's shape.
  init(
    _ model: Model, input: Tensor, places: Tensor, method: any AttributionMethod,
    target: Target = .predicted, attribution: Attribution? = nil, regions: ObjectRegions? = nil,
    firstSample: Int = 0
  ) throws {
    let made = try attribution ?? method.attribute(model, input: input, target: target)
    guard made.map.shape.first == input.shape.first, firstSample >= 0 else {
      throw InterpretabilityError(
        .invalidInput,
        "a map of shape \(made.map.shape) from sample \(firstSample) on does not explain an input of "
          + "shape \(input.shape)")
    }
    try regions?.check(fits: input)
    self.model = model
    self.input = input
    self.places = places
    self.method = method
    self.attribution = made
    self.target = made.classes.count == input.shape[0] ? .classes(made.classes) : target
    self.regions = regions
    self.firstSample = firstSample
  }

  /// How many samples there are.
  public var samples: Int { input.shape[0] }

  /// The stream of random numbers of a sample and a turn.
  func stream(sample: Int, turn: Int) -> UInt64 {
    Self.stream(sample: firstSample + sample, turn: turn)
  }

  /// The stream of random numbers of a sample, by its position in the data, and a turn.
  static func stream(sample: Int, turn: Int) -> UInt64 { UInt64(sample) << 32 | UInt64(turn) }
}
