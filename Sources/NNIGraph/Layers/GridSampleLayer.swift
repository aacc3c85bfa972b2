/// Elements of `[N, C, H, W]` or `[N, C, D, H, W]` at places of a grid `[N, …, 2 or 3]`, interpolated.
///
/// Places are from −1 to 1, the last axis first. With a constant grid the layer is linear in its input, sums
/// with fixed weights; with a computed grid it has a derivative by both and no rule of its own.
///
/// - Reference: Jaderberg et al. 2015, *Spatial Transformer Networks* (`jaderberg2015spatial`), section 3.3;
///   ONNX's operator `GridSample`.
public struct GridSampleLayer: Layer {
  /// Between elements.
  public enum Mode: Int, Sendable {
    case linear = 0
    case nearest = 1
    case cubic = 2
  }

  /// Beyond the border.
  public enum Padding: Int, Sendable {
    case zeros = 0
    case border = 1
    case reflection = 2
  }

  /// The values and the grid; either may be constant, with one row for all samples.
  public var operands: Operands
  public var mode: Mode
  public var padding: Padding
  /// Whether −1 and 1 are the middles of the outer elements, and not their borders.
  public var alignsCorners: Bool

  /// Creates the layer.
  public init(
    _ operands: Operands = Operands(computed: 2), mode: Mode = .linear,
    padding: Padding = .zeros,
    alignsCorners: Bool = false
  ) {
    self.operands = operands
    self.mode = mode
    self.padding = padding
    self.alignsCorners = alignsCorners
  }

  public var kind: LayerKind {
    if case .constant? = operands.all.last { return .averagePooling }
    return .operator
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let count = inputs.first?.shape.first ?? 1
    let all = try operands.filled(inputs).map { tensor in
      tensor.rank > 0 && tensor.shape[0] == 1 && count != 1
        ? try tensor.expanded(to: [count] + tensor.shape.dropFirst()) : tensor
    }
    guard all.count == 2, (4...5).contains(all[0].rank), all[1].rank == all[0].rank,
      all[1].shape.last == all[0].rank - 2, all[0].shape[0] == all[1].shape[0],
      !all[0].shape.contains(0), all[0].rank == 4 || mode != .cubic
    else {
      throw InterpretabilityError(
        .invalidInput,
        "a grid of shape \(all.last?.shape ?? []) for a value of \(all.first?.shape ?? [])"
      )
    }
    return try .call(
      "aten::grid_sampler", .tensor(all[0]), .tensor(all[1].converted(to: all[0].dtype)),
      .int(mode.rawValue), .int(padding.rawValue), .bool(alignsCorners))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    var copy = self
    copy.operands = try operands.mapConstants(transform)
    return copy
  }

  public var settings: String { "\(mode), beyond the border \(padding)" }
}

extension GridSampleLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("GridSample") { node in
        let modes: [String: Mode] = [
          "linear": .linear, "bilinear": .linear, "nearest": .nearest, "cubic": .cubic,
          "bicubic": .cubic,
        ]
        let paddings: [String: Padding] = [
          "zeros": .zeros, "border": .border, "reflection": .reflection,
        ]
        let mode = try node.string("mode", default: "linear")
        let padding = try node.string("padding_mode", default: "zeros")
        guard let known = modes[mode], let beyond = paddings[padding], node.inputs.count == 2 else {
          throw node.unsupported("mode \(mode) with padding \(padding)")
        }
        return GridSampleLayer(
          Operands(node), mode: known, padding: beyond,
          alignsCorners: try node.int("align_corners", default: 0) != 0)
      }
    ]
  }
}
