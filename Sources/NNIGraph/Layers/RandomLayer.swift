/// Which random numbers each row of a batch gets: one stream for all rows, or one for each.
///
/// With one stream a layer is the same function for every row: a thinned network, which methods that
/// expand a batch (integrated gradients, occlusion, a reference) may evaluate as often as they like. With
/// one for each row several such networks are computed together, row by row.
public protocol RandomLayer: Layer {
  /// One stream, or one for each row of the batch.
  var streams: [UInt64] { get set }
}

extension RandomLayer {
  public var kind: LayerKind { .noise }

  /// Random numbers of a shape without the batch axis, `[rows, …]` or `[1, …]`, from what `draw` makes of
  /// a count and a stream.
  ///
  /// - Throws: ``InterpretabilityError`` when the batch has not as many rows as there are streams.
  func drawn(
    _ shape: [Int], for input: Tensor, _ draw: (Int, UInt64) -> [Float]
  ) throws -> Tensor {
    guard streams.count == 1 || streams.count == input.shape[0] else {
      throw InterpretabilityError(
        .invalidInput,
        "there are random numbers for \(streams.count) rows, and the batch has \(input.shape[0]); a "
          + "method that expands a batch needs one stream for all")
    }
    let count = shape.reduce(1, *)
    var numbers: [Float] = []
    numbers.reserveCapacity(count * streams.count)
    for stream in streams { numbers += draw(count, stream) }
    return try Tensor(numbers, shape: [streams.count] + shape).converted(to: input.dtype)
      .moved(to: input.device)
  }
}

extension Graph {
  /// The same graph with other streams at some of its random layers; nodes that it lacks do not count.
  package func settingStreams(_ streams: [NodeID: [UInt64]]) throws -> Graph {
    var graph = self
    for node in nodes {
      guard let wanted = streams[node.id], var layer = node.layer as? any RandomLayer else {
        continue
      }
      layer.streams = wanted
      try graph.setLayer(layer, at: node.id)
    }
    return graph
  }
}
