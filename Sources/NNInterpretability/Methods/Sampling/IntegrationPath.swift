/// The straight way from a baseline to the input, with the target's value and derivative along it.
struct IntegrationPath {
  let model: Model
  /// x₀, of the input's shape.
  let start: Tensor
  /// x − x₀.
  let way: Tensor
  /// Fixed from the input.
  let target: ResolvedTarget
  /// f_c(x), `[N]`.
  let score: Tensor
  /// f_c(x₀), `[N]`.
  let reference: Tensor

  init(_ model: Model, from baseline: Baseline, to input: Tensor, target: Target) throws {
    let input = try model.checked(input)
    self.model = model
    start = try baseline.resolved(for: input)
    way = try input - start
    let clean = try model.graph.trace(input, readable: [])
    self.target = try target.resolved(clean)
    score = try self.target.score(clean[self.target.node])
    let other = try model.graph.trace(start, readable: [])
    reference = try self.target.score(other[self.target.node])
  }

  /// A point of one sample's way.
  struct Point {
    let sample: Int
    /// 0 at the baseline, 1 at the input.
    let position: Double
  }

  /// The derivative of the target by the input, or by another node, at each point: `[points, …]`; with
  /// the target's value there.
  ///
  /// Points go through the network a few at a time; `body` gets each group's points with the results.
  func evaluate(
    _ points: [Point], at node: NodeID? = nil,
    _ body: (ArraySlice<Point>, _ gradients: Tensor, _ trace: Trace) throws -> Void
  ) throws {
    let place = node ?? model.graph.input
    for begin in stride(from: 0, to: points.count, by: Self.batch) {
      let group = points[begin..<min(begin + Self.batch, points.count)]
      let trace = try model.graph.trace(batch(group))
      let rows = try Tensor(group.map { Int64($0.sample) }, shape: [group.count])
        .moved(to: way.device)
      let weights = try Tensor.call(
        "aten::index_select", .tensor(target.weights), .int(0), .tensor(rows))
      let gradients = try trace.propagate(
        [target.node: Signal(weights)], using: [.any: .gradient], reading: [place])[place]
      try body(group, gradients, trace)
    }
  }

  /// The target's value at each point.
  func scores(_ points: [Point]) throws -> [Double] {
    var scores: [Double] = []
    for begin in stride(from: 0, to: points.count, by: Self.batch) {
      let group = points[begin..<min(begin + Self.batch, points.count)]
      let trace = try model.graph.trace(batch(group), readable: [])
      let values = try trace[target.node]
      let rows = try Tensor(group.map { Int64($0.sample) }, shape: [group.count])
        .moved(to: way.device)
      let weights = try Tensor.call(
        "aten::index_select", .tensor(target.weights), .int(0), .tensor(rows))
      scores += try (values * weights).sumPerSample().doubles()
    }
    return scores
  }

  /// `x₀ + t (x − x₀)` for each point.
  private func batch(_ points: ArraySlice<Point>) throws -> Tensor {
    let rows = try points.map { point in
      let range = point.sample..<(point.sample + 1)
      return try start.narrowed(axis: 0, to: range)
        + way.narrowed(axis: 0, to: range) * point.position
    }
    return try .concatenated(rows, axis: 0)
  }

  /// How many inputs go through the network at once.
  static let batch = 10
}
