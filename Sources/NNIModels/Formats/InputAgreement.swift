import Foundation

/// Whether what a card says of the input can be true of the network.
enum InputAgreement {
  /// Takes the number of channels from the network where no card states it.
  static func complete(_ spec: inout InputSpec, for graph: Graph) {
    guard let count = spec.channelCount, count == 3, channelsRead(by: graph) == 1,
      spec.mean.count <= 1, spec.std.count <= 1
    else { return }
    spec.channels = .grey
  }

  /// Compares the channels with those that the first layers read.
  ///
  /// - Throws: ``InterpretabilityError`` that says both.
  static func check(_ spec: InputSpec, for graph: Graph, of file: URL) throws {
    guard let stated = spec.channelCount, let read = channelsRead(by: graph), read != stated else {
      return
    }
    throw InterpretabilityError(
      .invalidFile,
      "\(cardName(file)) describes a picture with \(stated) channels (\(spec.channels.rawValue)); the "
        + "network takes \(read)"
        + (read == 1 || read == 3
          ? "; say “channels”: “\(read == 1 ? "grey" : "rgb")”"
          : "; leave “size” out and give it tensors"))
  }

  /// Compares with the shape that the file itself states.
  ///
  /// - Throws: ``InterpretabilityError`` that says both.
  static func check(
    _ spec: InputSpec, statesChannels: Bool, fileShape: [Int?], of file: URL
  ) throws {
    guard spec.size.count == 2, fileShape.count == 4 else { return }
    let isLast = fileShape[3] == 3 && fileShape[1] != 3 || fileShape[3] == 1 && fileShape[1] != 1
    func fits(_ extents: ArraySlice<Int?>) -> Bool {
      zip(extents, spec.size).allSatisfy { extent, size in extent.map { $0 == size } ?? true }
    }
    let plain = fits(fileShape[2...])
    let last = isLast && fits(fileShape[1...2])
    guard !plain, !last else { return }
    let shape = fileShape.map { $0.map(String.init) ?? "N" }.joined(separator: ", ")
    throw InterpretabilityError(
      .invalidFile,
      "\(cardName(file)) states the size \(spec.size); the network's input is [\(shape)]: state its "
        + "height and width")
  }

  private static func cardName(_ file: URL) -> String {
    let card = file.deletingPathExtension().appendingPathExtension("json")
    return FileManager.default.fileExists(atPath: card.path)
      ? card.lastPathComponent : "the input description of \(file.lastPathComponent)"
  }

  /// The channels that every convolution at the input reads; `nil` where another kind of layer is there.
  private static func channelsRead(by graph: Graph) -> Int? {
    let outline = Graph.Outline(graph)
    var found: Set<Int> = []
    for (index, node) in graph.nodes.enumerated() where outline.isFirstWeighted[index] {
      guard let layer = node.layer as? ConvolutionLayer, keepsChannels(before: node, in: graph)
      else { return nil }
      found.insert(layer.weight.shape[1] * layer.groups)
    }
    return found.count == 1 ? found.first : nil
  }

  /// Whether only layers that leave the channel axis alone lie between the input and a node.
  private static func keepsChannels(before node: Graph.Node, in graph: Graph) -> Bool {
    var current = node
    while let index = current.inputIndices.first, index > 0 {
      guard current.inputIndices.count == 1 else { return false }
      current = graph.nodes[index]
      switch current.layer {
      case is IdentityLayer, is ChannelAffineLayer, is AffineLayer, is BatchNormLayer, is PadLayer:
        continue
      default: return false
      }
    }
    return true
  }
}
