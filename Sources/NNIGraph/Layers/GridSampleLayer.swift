/// Values read at positions between elements: `GridSample` of ONNX.
///
/// The value is `[N, C, H, W]` or `[N, C, D, H, W]`, the positions `[N, h, w, 2]` or `[N, d, h, w, 3]` in parts of the
/// half extent, innermost axis first, and the result `[N, C, h, w]` or `[N, C, d, h, w]`. Of value and positions one
/// may be constant; its first axis has then extent 1. The derivative reaches both.
public struct GridSampleLayer: Layer {
  /// How values between elements are found.
  public enum Mode: Int, Sendable {
    /// Between two neighbours along each axis.
    case linear
    /// The nearest element.
    case nearest
    /// Between four neighbours along each axis.
    case cubic
  }

  /// What lies outside.
  public enum Padding: Int, Sendable {
    /// Zeros.
    case zeros
    /// The nearest element of the edge.
    case border
    /// The inside, mirrored at the edge.
    case reflection
  }

  /// The value and the positions.
  public var operands: Operands
  /// How values between elements are found.
  public var mode: Mode
  /// What lies outside.
  public var padding: Padding
  /// Whether −1 and 1 mean the outer elements' centres; else their outer edges.
  public var alignsCorners: Bool

  /// Creates the layer.
  public init(
    _ operands: Operands = Operands(computed: 2), mode: Mode = .linear, padding: Padding = .zeros,
    alignsCorners: Bool = false
  ) {
    self.operands = operands
    self.mode = mode
    self.padding = padding
    self.alignsCorners = alignsCorners
  }

  public var kind: LayerKind { .operator }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let all = try operands.filled(inputs).map { tensor in
      tensor.shape.first == inputs[0].shape.first
        ? tensor : try tensor.expanded(to: [inputs[0].shape[0]] + tensor.shape.dropFirst())
    }
    return try .call(
      "aten::grid_sampler", .tensor(all[0]), .tensor(all[1]), .int(mode.rawValue),
      .int(padding.rawValue), .bool(alignsCorners))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    var copy = self
    copy.operands = try operands.mapConstants(transform)
    return copy
  }

  public var settings: String { "\(mode), \(padding)" }
}

extension GridSampleLayer: Cataloged {
  private static let modes: [String: Mode] = [
    "linear": .linear, "bilinear": .linear, "nearest": .nearest, "cubic": .cubic, "bicubic": .cubic,
  ]
  private static let paddings: [String: Padding] = [
    "zeros": .zeros, "border": .border, "reflection": .reflection,
  ]

  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("GridSample") { node in
        guard node.inputs.count == 2 else {
          throw InterpretabilityError(
            .invalidFile, "GridSample has \(node.inputs.count) inputs, wanted 2", node: node.id)
        }
        let (mode, padding) = (
          try node.string("mode", default: "linear"),
          try node.string("padding_mode", default: "zeros")
        )
        guard let mode = modes[mode], let padding = paddings[padding] else {
          throw node.unsupported("the mode \(mode) with the padding \(padding)")
        }
        return GridSampleLayer(
          Operands(node), mode: mode, padding: padding,
          alignsCorners: try node.int("align_corners", default: 0) != 0)
      }
    ]
  }
}
