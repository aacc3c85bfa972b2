/// `x / max(‖x‖, floor)`, the norm over some axes: `torch.nn.functional.normalize`.
///
/// LRP lets relevance pass, as at other scalings by a statistic of the input.
public struct NormalizeLayer: Layer {
  /// The axes of the norm; negative ones count from the end.
  public var axes: [Int]
  /// Which norm: 1 or 2.
  public var power: Int
  /// The smallest divisor.
  public var floor: Double

  /// Creates the layer.
  public init(over axes: [Int], power: Int = 2, floor: Double = 0) {
    self.axes = axes
    self.power = power
    self.floor = floor
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0] / divisor(of: inputs[0])
  }

  /// The norm, or the floor where that is larger.
  func divisor(of x: Tensor) throws -> Tensor {
    let positions = try axes.map { try x.sampleAxis($0) }
    let norm = try Tensor.call(
      "aten::linalg_vector_norm", .tensor(x), .double(Double(power)), .ints(positions), .bool(true))
    return floor > 0 ? try norm.clamped(min: floor) : norm
  }

  public var settings: String { "L\(power) over axes \(axes)" }
}

extension NormalizeLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("LpNormalization") { node in
        let (axis, power) = (try node.int("axis", default: -1), try node.int("p", default: 2))
        guard axis != 0, power == 1 || power == 2 else {
          throw node.unsupported("axis \(axis) with p \(power); not the batch's, and 1 or 2")
        }
        return NormalizeLayer(over: [axis], power: power)
      }
    ]
  }
}
