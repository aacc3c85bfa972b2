/// Which elements of the input a layer's element sees, along the two axes of an image.
///
/// Element `o` of the layer's map sees the inputs from `o · stride + start` on, `size` of them; those
/// before 0 or beyond the image are padding. Composed over windows of size `k`, stride `s`, padding `p` and
/// dilation `d`: `start ← start − p · stride`, `size ← size + (k − 1) d · stride`, `stride ← s · stride`.
///
/// - Reference: Araujo et al. 2019, *Computing Receptive Fields of Convolutional Neural Networks*,
///   equations 2 and 7 (`araujo2019computing`).
public struct ReceptiveField: Sendable, Hashable, Codable {
  /// The field along one axis.
  public struct Axis: Sendable, Hashable, Codable {
    /// How many inputs an element sees.
    public var size: Int
    /// How far the fields of two neighbours are apart.
    public var stride: Int
    /// The first input that element 0 sees; negative where there is padding.
    public var start: Int

    /// Creates a field.
    public init(size: Int = 1, stride: Int = 1, start: Int = 0) {
      self.size = size
      self.stride = stride
      self.start = start
    }

    /// What an element sees; it may reach beyond the image.
    public func inputs(of element: Int) -> Range<Int> {
      let first = element * stride + start
      return first..<(first + size)
    }

    /// The field of a window over elements with this field.
    func seen(through window: Window, axis: Int) -> Axis {
      Axis(
        size: size + (window.size[axis] - 1) * window.dilation[axis] * stride,
        stride: stride * window.stride[axis], start: start - window.paddingBefore[axis] * stride)
    }

    /// The smallest field that holds both, if they move alike.
    func union(_ other: Axis) -> Axis? {
      guard stride == other.stride else { return nil }
      let first = min(start, other.start)
      return Axis(
        size: max(start + size, other.start + other.size) - first, stride: stride, start: first)
    }
  }

  /// The field along the rows' axis, from top to bottom.
  public var rows: Axis
  /// The field along the columns' axis, from left to right.
  public var columns: Axis

  /// Creates a field.
  public init(rows: Axis = Axis(), columns: Axis = Axis()) {
    self.rows = rows
    self.columns = columns
  }

  /// The field of a layer; `nil` when it sees the whole input, or not everywhere the same.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - graph: The network.
  ///   - shapes: The shape of each node's value for one sample.
  /// - Throws: ``InterpretabilityError`` when there is no such layer.
  init?(of layer: NodeID, in graph: Graph, shapes: [NodeID: [Int]]) throws {
    let target = try graph.index(of: layer)
    let isNeeded = graph.isAncestor(of: target)
    let isChanged = graph.isDescendant(of: [0])
    var fields = [ReceptiveField?](repeating: nil, count: graph.nodes.count)
    if shapes[graph.input]?.count == 3 { fields[0] = ReceptiveField() }
    for (index, node) in graph.nodes.enumerated().dropFirst()
    where isNeeded[index] && isChanged[index] {
      let inputs = node.inputIndices.map { shapes[graph.nodes[$0].id] ?? [] }
      guard inputs.allSatisfy({ $0.count == 3 }), let window = Self.window(of: node.layer, inputs)
      else { continue }
      let seen = node.inputIndices.filter { isChanged[$0] }.map { source in
        fields[source].map { $0.seen(through: window) }
      }
      fields[index] = seen.dropFirst().reduce(seen.first ?? nil) { joined, next in
        joined.flatMap { first in next.flatMap(first.union) }
      }
    }
    guard let field = fields[target] else { return nil }
    self = field
  }

  /// The field of a window over elements with this field.
  func seen(through window: Window) -> ReceptiveField {
    ReceptiveField(
      rows: rows.seen(through: window, axis: 0), columns: columns.seen(through: window, axis: 1))
  }

  private func union(_ other: ReceptiveField) -> ReceptiveField? {
    guard let rows = rows.union(other.rows), let columns = columns.union(other.columns) else {
      return nil
    }
    return ReceptiveField(rows: rows, columns: columns)
  }

  /// What an output of a layer sees of each input.
  private static func window(of layer: any Layer, _ shapes: [[Int]]) -> Window? {
    if let view = (layer as? any LocalLayer)?.view(of: shapes) { return view.window }
    // Means that count no padding are not the same at the border, but see the same window.
    guard let pooling = layer as? AveragePoolLayer, pooling.window.size.count == 2 else {
      return nil
    }
    return pooling.window
  }
}

extension Model {
  /// The receptive field of a layer; `nil` when it sees the whole input, or not everywhere the same.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such layer, or the network cannot take an image of
  ///   the size that its description states.
  public func receptiveField(of layer: NodeID) throws -> ReceptiveField? {
    let size = inputSpec.size.count == 2 ? inputSpec.size : [224, 224]
    let channels = inputSpec.channels == .grey ? 1 : 3
    let (dtype, device) = try (graph.parameterType, graph.device)
    let probe = try Tensor.full([1, channels] + size, 0, dtype: dtype).moved(to: device)
    let shapes = try graph.trace(probe, readable: [], to: layer).sampleShapes
    return try ReceptiveField(of: layer, in: graph, shapes: shapes)
  }
}
