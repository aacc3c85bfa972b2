/// The end of a network: where its logits are, and what the file makes of them.
///
/// A softmax or sigmoid at the end is taken off, also where layers follow that only pass its values on:
/// identity, cast, dropout, clip, logarithm, flatten, reshape, squeeze. Those that change the shape follow
/// the logits instead. An output `[N]` becomes `[N, 1]`.
struct OutputTail {
  /// The network that ends at the logits; the layers that were taken off stay in it, unread.
  private(set) var graph: Graph
  /// What was taken off.
  private(set) var ending: OutputMeaning.Activation = .none

  /// - Throws: ``InterpretabilityError`` when a node is missing.
  init(_ graph: Graph, keepingEnding: Bool = false) throws {
    self.graph = graph
    if !keepingEnding { try takeOff() }
    try makeColumn()
  }

  private mutating func takeOff() throws {
    var passed: [Graph.Node] = []
    var node = try graph[graph.output]
    while Self.isPassing(node.layer), node.inputs.count == 1 {
      passed.append(node)
      node = try graph[node.inputs[0]]
    }
    guard let source = node.inputs.first, let found = Self.ending(node.layer) else { return }
    ending = found
    try graph.setOutput(source)
    for node in passed.reversed() where Self.changesShape(node.layer) {
      if Self.isRowPreserving(node.layer, width: Self.width(of: graph)),
        try graph[graph.output].layer is DenseLayer
      {
        continue
      }
      try graph.add(
        node.layer, as: unusedName("\(node.id)/logits"), after: [graph.output])
    }
  }

  /// Gives an output `[N]` its axis of classes.
  private mutating func makeColumn() throws {
    let node = try graph[graph.output]
    guard Self.mayGiveList(node.layer), node.inputs.count == 1 else { return }
    let source = try graph[node.inputs[0]]
    if Self.isRowPreserving(node.layer, width: 1),
      (source.layer as? DenseLayer)?.weight.shape[0] == 1
    {
      return try graph.setOutput(source.id)
    }
    try graph.add(ColumnLayer(), as: unusedName("\(node.id)/column"), after: [node.id])
  }

  private func unusedName(_ name: String) -> NodeID {
    let taken = Set(graph.nodes.map(\.id))
    var name = name
    while taken.contains(NodeID(name)) { name += "_" }
    return NodeID(name)
  }

  private static func ending(_ layer: any Layer) -> OutputMeaning.Activation? {
    if layer.kind == .softmax { return .softmax }
    return (layer as? ActivationLayer)?.function == .sigmoid ? .sigmoid : nil
  }

  /// Whether values stay what they are: probabilities or their logarithms.
  private static func isPassing(_ layer: any Layer) -> Bool {
    if layer is IdentityLayer || layer is DropoutLayer || changesShape(layer) { return true }
    switch (layer as? ActivationLayer)?.function {
    case .clip(let low, let high)?: return low <= 0.1 && high >= 0.9
    case .logarithm?: return true
    default: return false
    }
  }

  private static func changesShape(_ layer: any Layer) -> Bool {
    layer is FlattenLayer || layer is ReshapeLayer || layer is UnitAxesLayer
  }

  /// Whether rows of so many features keep their elements, if not their axis.
  private static func isRowPreserving(_ layer: any Layer, width: Int?) -> Bool {
    switch layer {
    case is FlattenLayer: true
    case let reshape as ReshapeLayer:
      reshape.shape == [-1] || reshape.shape == width.map { [$0] }
        || reshape.shape.isEmpty && width == 1
    case let axes as UnitAxesLayer: !axes.isInserting
    default: false
    }
  }

  /// Whether a value may be `[N]`.
  private static func mayGiveList(_ layer: any Layer) -> Bool {
    switch layer {
    case let reshape as ReshapeLayer: reshape.shape.isEmpty
    case let axes as UnitAxesLayer: !axes.isInserting && isLastOfTwo(axes.axes)
    case let reduction as ReductionLayer:
      !reduction.isKeepingAxes && isLastOfTwo(reduction.axes)
    case let maximum as MaximumLayer: !maximum.isKeepingAxes && isLastOfTwo(maximum.axes)
    case let gather as GatherLayer: !gather.isKeepingAxis && isLastOfTwo([gather.axis])
    default: false
    }
  }

  private static func isLastOfTwo(_ axes: [Int]) -> Bool { axes == [1] || axes == [-1] }

  /// How many values an output has at each place, where the last layers tell.
  static func width(of graph: Graph) -> Int? {
    var node = try? graph[graph.output]
    while let current = node {
      switch current.layer {
      case let dense as DenseLayer: return dense.weight.shape[0]
      case let convolution as ConvolutionLayer: return convolution.weight.shape[0]
      case let reshape as ReshapeLayer:
        return reshape.shape.count == 1 && reshape.shape[0] > 0 ? reshape.shape[0] : nil
      case is ColumnLayer: return 1
      case is IdentityLayer, is DropoutLayer, is ActivationLayer, is AffineLayer, is BatchNormLayer,
        is GlobalAveragePoolLayer, is AdaptiveAveragePoolLayer, is AveragePoolLayer, is SumLayer,
        is UpsampleLayer:
        node = current.inputs.first.flatMap { try? graph[$0] }
      default: return nil
      }
    }
    return nil
  }
}

/// A value `[N]` as `[N, 1]`; any other as it is.
public struct ColumnLayer: Layer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    inputs[0].rank == 1 ? try inputs[0].unsqueezed(1) : inputs[0]
  }
}
