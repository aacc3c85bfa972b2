/// Finds out, node by node, what replaced tokens leave as it was.
struct TokenAnalysis {
  let trace: Trace
  let owners: [Int]
  let tokens: Int
  /// For each node what is known of its value.
  private(set) var states: [TokenState]
  /// How each node is computed; `nil` for the clean ones, those of which nothing is known, and those that read the input
  /// itself.
  private(set) var steps: [TokenStep?]
  /// Which nodes read the input itself, and are changed.
  private(set) var isInput: [Bool]
  var keyLimits: [Int: KeyLimit] = [:]

  var graph: Graph { trace.graph }

  init(_ trace: Trace, owners: [Int], tokens: Int) {
    self.trace = trace
    self.owners = owners
    self.tokens = tokens
    let count = trace.graph.nodes.count
    states = [TokenState](repeating: .whole, count: count)
    steps = [TokenStep?](repeating: nil, count: count)
    isInput = [Bool](repeating: false, count: count)
  }

  /// Looks at a node whose inputs have been looked at.
  mutating func add(_ index: Int) throws {
    let node = graph.nodes[index]
    if index == 0 {
      states[0] = inputState(start: 0, shape: Array(try shape(0).dropFirst()))
      isInput[0] = true
      return
    }
    if node.inputIndices == [0], let layer = node.layer as? InputPartLayer {
      states[index] = inputState(start: layer.start, shape: layer.shape)
      if case .clean = states[index] { return }
      isInput[index] = true
      return
    }
    // It reads nothing but the number of samples.
    if node.layer is FixedValueLayer || node.inputIndices.allSatisfy(isClean) {
      states[index] = .clean
      return
    }
    guard let step = try step(index), let axis = step.state.rowAxis,
      try shape(index)[axis] == tokens, try shape(index)[0] == shape(0)[0]
    else { return }
    states[index] = step.state
    steps[index] = step
  }

  func shape(_ index: Int) throws -> [Int] { try trace.shape(of: graph.nodes[index].id) }

  func record(_ index: Int) throws -> Tensor { try trace[graph.nodes[index].id] }

  func isClean(_ index: Int) -> Bool { if case .clean = states[index] { true } else { false } }

  /// What is known of a part of the input: its token axis is the first one after the batch's.
  private func inputState(start: Int, shape: [Int]) -> TokenState {
    let own = owners[start..<start + shape.reduce(1, *)]
    if own.allSatisfy({ $0 < 0 }) { return .clean }
    guard shape.first == tokens else { return .whole }
    let width = own.count / tokens
    return own.enumerated().allSatisfy { $1 < 0 || $1 == $0 / width } ? .rows(axis: 1) : .whole
  }

  /// How a node is computed of which something changes; `nil` where it is computed as a whole.
  private mutating func step(_ index: Int) throws -> TokenStep? {
    let sources = graph.nodes[index].inputIndices
    guard !sources.contains(where: { states[$0].isWhole }) else { return nil }
    if let contraction = try Contraction(of: graph.nodes[index].layer, sources.map(shape)) {
      return try product(index, contraction)
    }
    if sources.contains(where: { scores($0) != nil }) { return try scoring(index) }
    return sources.count == 1 ? try unary(index) : try combination(index)
  }
}
