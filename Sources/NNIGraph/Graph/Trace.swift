/// A forward pass on record: the value of every node, and a one-node tape for each.
public struct Trace: Sendable {
  struct Record: Sendable {
    let value: Tensor
    let tape: Tape?
  }

  /// The network that was run.
  public let graph: Graph
  /// The last node that was computed.
  public let end: NodeID
  var steps: [Record?]

  /// The value of a node.
  ///
  /// - Throws: ``InterpretabilityError`` when the graph has no such node or it was not needed.
  public subscript(id: NodeID) -> Tensor {
    get throws {
      guard let record = steps[try graph.index(of: id)] else {
        throw InterpretabilityError(
          .invalidGraph, "its value was not computed, for \(end) does not depend on it", node: id)
      }
      return record.value
    }
  }

  /// The value at the end.
  public var output: Tensor { get throws { try self[end] } }

  /// The shape of each computed node's value for one sample, without the batch axis.
  package var sampleShapes: [NodeID: [Int]] {
    var shapes: [NodeID: [Int]] = [:]
    for (node, record) in zip(graph.nodes, steps) {
      if let record { shapes[node.id] = Array(record.value.shape.dropFirst()) }
    }
    return shapes
  }

  /// The first node whose value holds NaN or infinity.
  package func firstNonFiniteNode() throws -> NodeID? {
    for (node, record) in zip(graph.nodes, steps) {
      if let record, try !record.value.isFinite() { return node.id }
    }
    return nil
  }
}
