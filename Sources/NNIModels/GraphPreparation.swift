internal import Synchronization

/// Which graph a method's signals travel through.
public enum GraphPreparation: Hashable, Sendable {
  /// The network's own.
  case asIs
  /// The network with batch norm folded into its neighbours.
  case mergedBatchNorm(MergeBatchNormRewrite.Remnant)
  /// The network with layers put together wherever only the result counts; of its inner nodes only the
  /// given ones can be relied on, and rectifiers if they are to stay nodes of their own.
  case fused(keeping: Set<NodeID>, rectifiersApart: Bool = false)

  /// The prepared graph; its nodes keep their names.
  public func apply(to graph: Graph) throws -> Graph {
    switch self {
    case .asIs: graph
    case .mergedBatchNorm(let remnant): try MergeBatchNormRewrite(remnant: remnant).apply(to: graph)
    case .fused(let kept, true):
      try MergeBatchNormRewrite(remnant: .exact, keeping: kept).apply(to: graph)
    case .fused(let kept, false): try FuseConvolutionsRewrite(kept: kept).apply(to: graph)
    }
  }
}

/// Prepared graphs of one network, made when they are first asked for; kernels keep what they make of
/// weights only as long as the weights are the same.
final class PreparedGraphs: Sendable {
  private let graphs = Mutex<[GraphPreparation: Graph]>([:])
  private let base: Base?

  /// The network that this one is made of by setting layers that no preparation moves or reads.
  struct Base: Sendable {
    let graphs: PreparedGraphs
    let graph: Graph
    let change: @Sendable (Graph) throws -> Graph
  }

  /// Graphs that are made from the network itself, or from those of another that it is made of.
  init(base: Base? = nil) { self.base = base }

  /// `graph` prepared; it must be the same at each call.
  func callAsFunction(_ preparation: GraphPreparation, of graph: Graph) throws -> Graph {
    guard preparation != .asIs else { return graph }
    if let found = graphs.withLock({ $0[preparation] }) { return found }
    let made =
      try base.map { try $0.change($0.graphs(preparation, of: $0.graph)) }
      ?? preparation.apply(to: graph)
    graphs.withLock { $0[preparation] = made }
    return made
  }
}
