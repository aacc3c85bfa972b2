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
        let type = try node.int("to", default: 0)
        guard [1, 10, 11, 16].contains(type) else {
          let names = [3: "int8", 2: "uint8", 5: "int16", 6: "int32", 7: "int64", 9: "bool"]
          throw node.unsupported(
            "computed values turned into \(names[type] ?? "elements of ONNX type \(type)"); "
              + "they must stay real numbers")
        }
        return IdentityLayer()
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
