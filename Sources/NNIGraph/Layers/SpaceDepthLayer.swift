/// Blocks of pixels moved into channels, or channels into blocks of pixels (`PixelShuffle`).
public struct SpaceDepthLayer: Layer {
  /// In which order channels are read.
  public enum Order: String, Sendable {
    /// Depth, column, row.
    case depthFirst = "DCR"
    /// Column, row, depth.
    case columnFirst = "CRD"
  }

  /// The side of a block.
  public var block: Int
  /// Whether channels become pixels.
  public var isToSpace: Bool
  /// The order of channels that become pixels.
  public var order: Order

  /// Creates the layer.
  public init(block: Int, isToSpace: Bool, order: Order = .depthFirst) {
    self.block = block
    self.isToSpace = isToSpace
    self.order = order
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(4)
    let shape = inputs[0].shape
    let (n, c, h, w) = (shape[0], shape[1], shape[2], shape[3])
    let fits = isToSpace ? c % (block * block) == 0 : h % block == 0 && w % block == 0
    guard fits else {
      throw InterpretabilityError(
        .invalidInput, "blocks of \(block) by \(block) do not divide a value of shape \(shape)")
    }
    guard isToSpace else {
      return try inputs[0].reshaped([n, c, h / block, block, w / block, block])
        .permuted([0, 3, 5, 1, 2, 4])
        .reshaped([n, c * block * block, h / block, w / block])
    }
    let depth = c / (block * block)
    let parts =
      order == .depthFirst ? [n, block, block, depth, h, w] : [n, depth, block, block, h, w]
    return try inputs[0].reshaped(parts)
      .permuted(order == .depthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3])
      .reshaped([n, depth, h * block, w * block])
  }

  public var settings: String { "blocks of \(block)" }
}

extension SpaceDepthLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    ["DepthToSpace", "SpaceToDepth"].map { name in
      OperatorEntry(name) { node in
        let block = try node.int("blocksize", default: 0)
        let mode = try node.string("mode", default: "DCR")
        guard (1...4096).contains(block), let order = Order(rawValue: mode) else {
          throw node.unsupported("blocksize \(block) with mode \(mode)")
        }
        return SpaceDepthLayer(block: block, isToSpace: name == "DepthToSpace", order: order)
      }
    }
  }
}
