/// How a graph computes while it is trained.
///
/// Dropout draws, batch norm takes the statistics of the batch, and every layer can be differentiated by
/// its parameters: libtorch's own kernels stand in for the faster ones, which only have derivatives by
/// the input.
public struct TrainingMode: Sendable {
  /// The seed of dropout's masks.
  public var seed: UInt64
  /// How many steps of training were done before; masks differ from step to step.
  public var step: Int
  /// The position of each sample of the batch in its data set: a sample's mask does not depend on its
  /// neighbours.
  public var samples: [Int]

  /// Creates a mode.
  public init(seed: UInt64, step: Int, samples: [Int]) {
    self.seed = seed
    self.step = step
    self.samples = samples
  }

  /// The graph in training.
  public func apply(to graph: Graph) throws -> Graph {
    var result = graph
    result.convolutionAlgorithm = .direct
    for node in graph.nodes {
      switch node.layer {
      case let layer as DropoutLayer where layer.rate > 0:
        try result.setLayer(
          SampledDropoutLayer(
            rate: layer.rate, dropsChannels: layer.dropsChannels,
            random: CounterRandom(
              seed: CounterRandom.seed(seed, purpose: "dropout/\(node.id)", turn: step)),
            streams: samples.map(UInt64.init)), at: node.id)
      case let layer as BatchNormLayer:
        try result.setLayer(BatchStatisticsLayer(layer), at: node.id)
      case let layer as DenseLayer:
        try result.setLayer(TrainingDenseLayer(weight: layer.weight, bias: layer.bias), at: node.id)
      case let layer as TransposedConvolutionLayer:
        if let plain = TrainingTransposedConvolutionLayer(layer) {
          try result.setLayer(plain, at: node.id)
        }
      default: break
      }
    }
    return result
  }
}

extension Graph {
  /// The network's value for a batch, in training, and the statistics that its batch norms saw.
  ///
  /// All values are kept: the derivative needs them.
  /// - Throws: ``InterpretabilityError`` that names the node at which a layer refused its inputs.
  func trainingForward(
    _ input: Tensor
  ) throws -> (output: Tensor, statistics: [NodeID: BatchStatistics]) {
    let target = outputIndex
    let needed = isAncestor(of: target)
    var values = [Tensor?](repeating: nil, count: nodes.count)
    var statistics: [NodeID: BatchStatistics] = [:]
    values[0] = input
    for index in nodes.indices.prefix(target + 1).dropFirst() where needed[index] {
      let node = nodes[index]
      let inputs = node.inputIndices.compactMap { values[$0] }
      values[index] = try value(of: node, inputs) { try $0.forward($1) }
      if node.layer is BatchStatisticsLayer {
        statistics[node.id] = try BatchStatistics(of: inputs[0])
      }
    }
    guard let output = values[target] else {
      throw InterpretabilityError(.invalidGraph, "the output was not computed", node: self.output)
    }
    return (output, statistics)
  }
}
