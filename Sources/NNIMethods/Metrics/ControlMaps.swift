/// A map of random numbers, which any explanation must beat.
///
/// Uniform in 0..<1, one number for each pixel, by seed and position in the batch; network and input do not
/// matter. It is no member of the catalogue, for it explains nothing.
public struct RandomMap: ConfigurableMethod {
  /// Decides the numbers.
  public var seed: Int
  /// The position of the first sample in the data.
  public var firstSample: Int

  /// Creates the control.
  public init(seed: Int = 0, firstSample: Int = 0) {
    self.seed = seed
    self.firstSample = firstSample
  }

  public var name: String { "random" }

  public var options: [MethodOption<Self>] {
    [
      .integer("seed", \.seed, "decides the numbers", in: 0...Int(Int32.max)),
      .integer(
        "first-sample", \.firstSample, "the position of the first sample in the data",
        in: 0...Int(Int32.max)),
    ]
  }

  public func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution {
    let map = try map(PixelMap.shape(over: input)).converted(to: input.dtype)
      .moved(to: input.device)
    return try Attribution(control: self, map, model, input, target)
  }

  /// The numbers in a shape, samples first.
  func map(_ shape: [Int]) throws -> Tensor {
    let random = CounterRandom(seed: UInt64(bitPattern: Int64(seed)), purpose: "random map")
    let count = shape.dropFirst().reduce(1, *)
    let numbers = (0..<shape[0]).flatMap {
      random.uniforms(count, stream: UInt64(firstSample + $0))
    }
    return try Tensor(numbers, shape: shape)
  }
}

/// A map that always points to the middle: photographers put things there.
///
/// `exp(−Σ_axes d² / 2)` with the distance `d` from the middle in units of a quarter of the axis's extent.
/// It is no member of the catalogue, for it explains nothing.
public struct CenterMap: ConfigurableMethod {
  /// Creates the control.
  public init() {}

  public var name: String { "center" }

  public var options: [MethodOption<Self>] { [] }

  public func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution {
    let shape = PixelMap.shape(over: input)
    let axes = input.rank > 2 ? 2..<input.rank : 1..<input.rank
    var exponent = try Tensor.full([1], 0, dtype: .float64)
    for axis in axes {
      let extent = shape[axis]
      let squares = (0..<extent).map { place -> Double in
        let distance = (Double(place) + 0.5 - Double(extent) / 2) / (Double(extent) / 4)
        return distance * distance / 2
      }
      exponent =
        try exponent
        + Tensor(squares, shape: [extent]).aligned(toAxis: axis, rank: input.rank)
    }
    let map = try Tensor.call("aten::exp", .tensor(exponent.negated())).repeated(to: shape)
    return try Attribution(
      control: self, map.converted(to: input.dtype).moved(to: input.device), model, input, target)
  }
}

extension PixelMap {
  /// The shape of a map with one number for each pixel of an input.
  fileprivate static func shape(over input: Tensor) -> [Int] {
    let shape = input.shape
    return shape.count > 2 ? [shape[0], 1] + shape.dropFirst(2) : shape
  }
}

extension Attribution {
  /// A map that the network has no part in, beside the score that it does not explain.
  fileprivate init(
    control method: any AttributionMethod, _ map: Tensor, _ model: Model, _ input: Tensor,
    _ target: Target
  ) throws {
    let recording = try Recording(model, input: input, scoring: target)
    let pass = try BackwardPass(recording, target: target)
    try self.init(
      map: map, ledger: Ledger(score: pass.score, map: map), target: pass.target, method: method)
  }
}
