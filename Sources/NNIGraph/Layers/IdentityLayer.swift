/// Passes its input on: an identity, or dropout in inference.
public struct IdentityLayer: Layer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { inputs[0] }
}

extension IdentityLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Identity") { _ in IdentityLayer() },
      OperatorEntry("Cast") { node in
        // Between real types only the precision changes, which is the model's to choose.
        let isReal = try node.int("from_real", default: 1) != 0
        switch try node.int("to", default: 0) {
        case 1, 10, 16: return isReal ? IdentityLayer() : try ConversionLayer(to: .float32)
        case 11: return isReal ? IdentityLayer() : try ConversionLayer(to: .float64)
        case 9: return try ConversionLayer(to: .bool)
        case 2, 3, 6, 7: return try ConversionLayer(to: .int64)
        case let type:
          throw node.unsupported("a conversion of computed values to ONNX type \(type)")
        }
      },
    ]
  }
}

/// Dropout, which in inference passes its input on.
///
/// - Reference: Srivastava et al. 2014, *Dropout* (`srivastava2014dropout`).
public struct DropoutLayer: Layer {
  /// The probability with which an element is dropped in training.
  public var rate: Double
  /// Whether whole channels are dropped together.
  public var dropsChannels: Bool

  /// Creates the layer.
  public init(rate: Double = 0.5, dropsChannels: Bool = false) {
    self.rate = rate
    self.dropsChannels = dropsChannels
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { inputs[0] }

  public var settings: String { "rate \(rate)" }
}

extension DropoutLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Dropout") { node in
        // Set by exporters that keep dropout; explanations run in inference, `MonteCarloDropout` draws.
        DropoutLayer(rate: try node.number(1) ?? node.float("ratio", default: 0.5))
      }
    ]
  }
}
