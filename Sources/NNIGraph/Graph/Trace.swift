/// A forward pass on record: the value of every node, and its derivative by its inputs.
public struct Trace: Sendable {
  struct Record: Sendable {
    /// The value; once it is freed its shape alone, all NaN.
    private(set) var value: Tensor
    private(set) var isFreed = false
    let derivative: Derivative?

    init(_ value: Tensor, _ derivative: Derivative? = nil) {
      self.value = value
      self.derivative = derivative
    }

    /// Frees the value, which takes memory only as far as the derivative reads it then.
    mutating func free() throws {
      guard !isFreed, value.dtype.isFloatingPoint else { return }
      value = try value.outline()
      isFreed = true
    }
  }

  /// The network that was run.
  public let graph: Graph
  /// The last node that was computed.
  public let end: NodeID
  var steps: [Record?]

  /// The value of a node.
  ///
  /// - Throws: ``InterpretabilityError`` when the graph has no such node, it was not needed, or its value was freed
  ///   because nobody had said that it would be read.
  public subscript(id: NodeID) -> Tensor {
    get throws {
      let record = try record(of: id)
      guard !record.isFreed else {
        throw InterpretabilityError(
          .invalidGraph, "its value was freed, since no rule reads it; keep it in the trace",
          node: id)
      }
      return record.value
    }
  }

  /// The shape of a node's value, which is known of freed values too.
  package func shape(of id: NodeID) throws -> [Int] { try record(of: id).value.shape }

  private func record(of id: NodeID) throws -> Record {
    if let record = steps[try graph.index(of: id)] { return record }
    throw InterpretabilityError(
      .invalidGraph, "its value was not computed, for \(end) does not depend on it", node: id)
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

  /// The first node whose value is still held and holds NaN or infinity.
  package func firstNonFiniteNode() throws -> NodeID? {
    for (node, record) in zip(graph.nodes, steps) {
      if let record, !record.isFreed, try !record.value.isFinite() { return node.id }
    }
    return nil
  }
}
