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
        let layer = try ResizeLayer(node)
        return UpsampleLayer(layer) ?? layer
      }
    }
  }
}

extension UpsampleLayer {
  /// The plain layer that does the same for images, if one does.
  private init?(_ layer: ResizeLayer) {
    var factors = [1.0, 1.0]
    for axis in layer.axes {
      guard axis.axis == 2 || axis.axis == 3, case .factor(let factor) = axis.extent else {
        return nil
      }
      factors[axis.axis - 2] = factor
    }
    let isWhole = factors.allSatisfy { $0 == $0.rounded() }
    guard isWhole, layer.axes.count == 2, !layer.isSmoothing, !layer.excludesOutside else {
      return nil
    }
    switch (layer.mode, layer.coordinates) {
    case (.nearest(.floor), .asymmetric), (.nearest(.simple), .asymmetric),
      (.nearest(.halfDown), .halfPixel), (.nearest(.halfUp), .halfPixel),
      (.nearest(.halfDown), .halfPixelUnlessOne), (.nearest(.halfUp), .halfPixelUnlessOne):
      // Each element of the result is a copy of the element of the input that it lies in.
      self.init(factors: factors, isBilinear: false)
    case (.linear, .halfPixel), (.linear, .halfPixelUnlessOne):
      self.init(factors: factors, isBilinear: true)
    default: return nil
    }
  }
}
