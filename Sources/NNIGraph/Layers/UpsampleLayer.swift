/// Spatial axes enlarged by whole factors, by repetition or bilinear interpolation.
public struct UpsampleLayer: Layer {
  /// The factor of each spatial axis.
  public var factors: [Double]
  /// Whether values are interpolated (half-pixel centres) and not repeated.
  public var isBilinear: Bool

  /// Creates the layer.
  public init(factors: [Double], isBilinear: Bool) {
    self.factors = factors
    self.isBilinear = isBilinear
  }

  public var kind: LayerKind { .averagePooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(factors.count + 2)
    // Rounded down; the summand is for factors that are a quotient of two sizes.
    let size = zip(inputs[0].shape.dropFirst(2), factors).map { Int(Double($0) * $1 + 1e-6) }
    guard isBilinear else {
      return try .call("aten::upsample_nearest2d", .tensor(inputs[0]), .ints(size))
    }
    return try .call(
      "aten::upsample_bilinear2d", .tensor(inputs[0]), .ints(size), .bool(false),
      .double(factors[0]), .double(factors[1]))
  }

  public var settings: String { "\(isBilinear ? "bilinear" : "nearest") × \(factors)" }
}

extension UpsampleLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    ["Resize", "Upsample"].map { name in
      OperatorEntry(name) { node in
        let position = name == "Upsample" || node.version < 11 ? 1 : 2
        guard let scales = try node.constant(position)?.doubles() ?? node.attributedScales,
          scales.count == 4, scales[0] == 1, scales[1] == 1,
          scales.allSatisfy({ (1e-3...1024).contains($0) })
        else { throw node.unsupported("sizes that are not stated as factors of two spatial axes") }
        let mode = try node.string("mode", default: "nearest")
        let transform = try node.string(
          "coordinate_transformation_mode",
          default: name == "Upsample" ? "asymmetric" : "half_pixel")
        let rounding = try node.string("nearest_mode", default: "round_prefer_floor")
        // Whether each output element is a copy of the input element that it lies in.
        let isRepeating =
          transform == "asymmetric"
          ? node.version < 11 || rounding == "floor" || scales[2...].allSatisfy { $0 <= 2 }
          : transform.hasSuffix("half_pixel")
        switch (mode, transform) {
        case ("nearest", _)
        where isRepeating && (rounding.hasPrefix("round") || transform == "asymmetric")
          && rounding != "ceil" && scales[2...].allSatisfy { $0 == $0.rounded() && $0 >= 1 }:
          return UpsampleLayer(factors: Array(scales[2...]), isBilinear: false)
        case ("linear", "half_pixel"), ("linear", "pytorch_half_pixel"):
          return UpsampleLayer(factors: Array(scales[2...]), isBilinear: true)
        default: throw node.unsupported("mode \(mode) with \(transform) and factors \(scales)")
        }
      }
    }
  }
}

extension OperatorNode {
  fileprivate var attributedScales: [Double]? {
    if case .floats(let scales) = attributes["scales"] { scales } else { nil }
  }
}
