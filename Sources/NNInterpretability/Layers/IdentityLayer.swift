/// Passes its input on: an identity, or dropout in inference.
public struct IdentityLayer: Layer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { inputs[0] }
}

extension IdentityLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    ["Identity", "Cast"].map { name in OperatorEntry(name) { _ in IdentityLayer() } }
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
        DropoutLayer(rate: try node.constant(1)?.item() ?? node.float("ratio", default: 0.5))
      }
    ]
  }
}
