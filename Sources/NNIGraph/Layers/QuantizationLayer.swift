/// Rounds to a grid of a quantised network: `q = clamp(round(x / scale) + zero, low, high)`, ties to even.
///
/// It gives the levels `q` themselves, as real numbers, or the values `(q − zero) · scale` that they stand
/// for. The derivative is straight-through: that of `x / scale`, or of `x`, where `q` was not clamped, and
/// 0 where it was. Rounding alone has the derivative 0 almost everywhere, which would explain nothing.
///
/// - Reference: Bengio, Léonard & Courville 2013, *Estimating or Propagating Gradients Through Stochastic
///   Neurons for Conditional Computation* (`bengio2013estimating`); ONNX's operators `QuantizeLinear` and
///   `DequantizeLinear`.
public struct QuantizationLayer: Layer {
  /// The distance of two levels, broadcasting over the input.
  public var scale: Tensor
  /// The level of 0, of `scale`'s shape.
  public var zero: Tensor
  /// The lowest and the highest level.
  public let levels: ClosedRange<Double>
  /// Whether the values are given that the levels stand for, instead of the levels.
  public let givesValues: Bool

  /// Creates the layer.
  public init(scale: Tensor, zero: Tensor, levels: ClosedRange<Double>, givesValues: Bool = false) {
    self.scale = scale
    self.zero = zero
    self.levels = levels
    self.givesValues = givesValues
  }

  public var kind: LayerKind { .activation }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = try inputs[0].converted(to: scale.dtype)
    return try Self.rounded(x, scale, zero, levels, givesValues: givesValues)
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    var copy = self
    copy.scale = try transform(scale)
    copy.zero = try transform(zero)
    return copy
  }

  public var settings: String {
    let range = "\(Int(levels.lowerBound))…\(Int(levels.upperBound))"
    return "\(givesValues ? "values" : "levels") \(range)" + (scale.count > 1 ? ", per axis" : "")
  }

  /// The levels of `x`, or their values, with the straight-through derivative.
  static func rounded(
    _ x: Tensor, _ scale: Tensor, _ zero: Tensor, _ levels: ClosedRange<Double>, givesValues: Bool
  ) throws -> Tensor {
    let place = try x / scale
    let fixed = try Tensor.call("aten::detach", .tensor(place))
    let free = try Tensor.call("aten::round", .tensor(fixed)) + zero
    let level = try Tensor.call(
      "aten::clamp", .tensor(free), .double(levels.lowerBound), .double(levels.upperBound))
    let isFree = try Tensor.call("aten::eq.Tensor", .tensor(level), .tensor(free))
      .converted(to: x.dtype)
    // Adds exactly nothing, and the derivative.
    if givesValues {
      let through = try (x - Tensor.call("aten::detach", .tensor(x))) * isFree
      return try (level - zero) * scale + through
    }
    return try level + (place - fixed) * isFree
  }
}

/// Rounds each sample to a grid of 256 levels that reaches from its least to its largest value, 0 among them.
///
/// `scale = (max(x, 0) − min(x, 0)) / 255`, `zero = round(−min(x, 0) / scale)`. Derivatives are
/// straight-through, see ``QuantizationLayer``; scale and zero carry no signal.
///
/// A file's batch counts as one sample after another: extremes are each sample's own, so that a sample in a
/// batch is what it is alone.
///
/// - Reference: ONNX's operator `DynamicQuantizeLinear`.
public struct DynamicQuantizationLayer: Layer {
  /// What the layer gives.
  public enum Result: String, Sendable {
    /// The levels, 0 to 255.
    case levels
    /// The values that the levels stand for.
    case values
    /// The distance of two levels, `[N]`.
    case scale
    /// The level of 0, `[N]`.
    case zero
  }

  /// What the layer gives.
  public let result: Result

  /// Creates the layer.
  public init(_ result: Result) { self.result = result }

  public var kind: LayerKind {
    switch result {
    case .levels, .values: .activation
    case .scale, .zero: .discrete
    }
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    try x.requireRank(atLeast: 1)
    let fixed = try Tensor.call("aten::detach", .tensor(x)).reshaped([x.shape[0], -1])
    let high = try fixed.maximum(over: [1]).clamped(min: 0)
    let low = try fixed.minimum(over: [1]).clamped(max: 0)
    let distance = try (high - low) / 255
    // A sample of zeros has any scale.
    let scale = try distance.selected(where: distance.isGreater(than: 0), otherwise: 1)
    let zero = try Tensor.call("aten::round", .tensor(low.negated() / scale))
      .clamped(min: 0).clamped(max: 255)
    switch result {
    case .scale: return scale
    case .zero: return zero
    case .levels, .values:
      let shape = [x.shape[0]] + [Int](repeating: 1, count: x.rank - 1)
      return try QuantizationLayer.rounded(
        x, scale.reshaped(shape), zero.reshaped(shape), 0...255, givesValues: result == .values)
    }
  }

  public var settings: String { "\(result.rawValue), each sample's own" }
}

extension QuantizationLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("QuantizeLinear") { node in
        let (scale, zero) = try node.grid()
        return QuantizationLayer(scale: scale, zero: zero, levels: try node.levels())
      },
      OperatorEntry("DequantizeLinear") { node in
        let (scale, zero) = try node.grid()
        return AffineLayer(weight: scale, bias: try (zero * scale).negated())
      },
    ]
  }
}

extension DynamicQuantizationLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [OperatorEntry("nni::DynamicQuantization") { _ in DynamicQuantizationLayer(.values) }]
  }
}

extension OperatorNode {
  /// The scale and the level of 0, which broadcast over the input, as real numbers of one type.
  package func grid() throws -> (scale: Tensor, zero: Tensor) {
    let stated = try requiredConstant(1, "scale")
    let scale = stated.dtype.isFloatingPoint ? stated : try stated.converted(to: .float32)
    guard let zero = try constant(2) else { return (scale, try scale.zerosLike()) }
    let level = try zero.converted(to: scale.dtype)
    // One of the two may be the same for all.
    if zero.count == 1 { return (scale, try level.reshaped([]).expanded(to: scale.shape)) }
    if scale.count == 1 { return (try scale.reshaped([]).expanded(to: zero.shape), level) }
    guard zero.count == scale.count else {
      throw InterpretabilityError(
        .invalidFile,
        "\(type): the scale has the shape \(scale.shape), the zero point \(zero.shape)", node: id)
    }
    return (scale, try level.reshaped(scale.shape))
  }

  /// The lowest and the highest level of the type that `QuantizeLinear` gives.
  package func levels() throws -> ClosedRange<Double> {
    let stated = try int("output_dtype", default: 0)
    if stated != 0 {
      guard let range = Self.levels[stated] else {
        throw unsupported(
          "levels of ONNX type \(stated); whole numbers of up to 32 bits are supported")
      }
      return range
    }
    switch try constant(2)?.dtype {
    case nil, .uint8?: return 0...255
    case .int8?: return -128...127
    case .int16?: return -32_768...32_767
    case .int32?: return -2_147_483_648...2_147_483_647
    case let type?: throw unsupported("a zero point of type \(type)")
    }
  }

  /// By the numbers of ONNX's element types.
  private static let levels: [Int: ClosedRange<Double>] = [
    2: 0...255, 3: -128...127, 4: 0...65_535, 5: -32_768...32_767,
    6: -2_147_483_648...2_147_483_647, 21: 0...15, 22: -8...7, 25: 0...3, 26: -2...1,
  ]
}
