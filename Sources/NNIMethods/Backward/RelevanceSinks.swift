/// Which constants of a transformer have relevance as its input does: class tokens, registers, and tables of positions
/// and of token types.
///
/// They are found from the graph and from the values of one pass:
///
/// - tokens that a constant brings in before the patches, or after them, are a class token where the head reads them,
///   and registers where it does not;
/// - a constant summand that differs from place to place before an attention, or that is added to attention's
///   scores and is no mask, is a table of positions; so is a table that is looked up by running or computed numbers;
/// - a table that is looked up by an input of whole numbers beside the words' own is one of token types.
///
/// Without attention there are only tables that are looked up or computed.
struct RelevanceSinks {
  /// The rules that tell constants beside tokens apart; they come before all others.
  private(set) var entries: [RuleMap.Entry] = []
  /// Nodes whose constant summand is a table of positions.
  private var positions: Set<NodeID> = []
  /// Nodes whose constant summand is a mask.
  private var masks: Set<NodeID> = []
  /// Sums of a computed value and a table that depends on no real input.
  private var tables: [Table] = []
  private let trace: Trace
  private let grid: TokenGrid?

  /// A summand that no signal reaches the input through.
  private struct Table {
    let sum: NodeID
    let value: NodeID
    let isTakenAway: Bool
    let cause: Ledger.Cause
  }

  /// Looks through the part of a network that a target depends on.
  init(_ pass: BackwardPass) throws {
    trace = pass.trace
    let graph = pass.graph
    let isUpstream = graph.isAncestor(of: try graph.index(of: pass.target.node))
    let blocks = try graph.attentionBlocks.filter { isUpstream[try graph.index(of: $0.weights)] }
    let last = blocks.last
    grid = last == nil ? nil : TokenGrid(pass.trace)
    let beforeLast =
      try last.map { graph.isAncestor(of: try graph.index(of: $0.output)) } ?? isUpstream
    let leadsBack = graph.leadsBack(to: [try graph.index(of: graph.input)])
    // What depends on no real input, such as a decoder's first token, is given no relevance.
    for index in graph.nodes.indices where beforeLast[index] && leadsBack[index] {
      let node = graph.nodes[index]
      if last != nil, let bias = (node.layer as? AffineLayer)?.bias, Self.hasPlaces(bias) {
        if try Self.isMask(bias) {
          masks.insert(node.id)
        } else if !Self.isOfPictures(index, in: graph, bias) {
          positions.insert(node.id)
        }
      } else if node.layer is SumLayer {
        for (place, operand) in node.inputIndices.enumerated() where !leadsBack[operand] {
          let isTakenAway = place > 0 && (node.layer as? SumLayer)?.isDifference == true
          try addTables(at: node.id, operand, isTakenAway: isTakenAway)
        }
      }
    }
    if let last { entries = try tokenEntries(pass, last, beforeLast) }
  }

  /// The nodes at which ``named(_:)`` needs the signal.
  var nodesRead: [NodeID] {
    Array(positions.union(tables.map(\.sum))).sorted { $0.name < $1.name }
  }

  /// What nodes kept, with positions and token types under their names, and the map of positions.
  func named(
    _ result: Propagation
  ) throws -> (absorbed: [NodeID: [Ledger.Cause: Tensor]], positions: Tensor?) {
    var absorbed = result.absorbed
    var map: Tensor?
    func add(_ relevance: Tensor) throws {
      guard let part = try places(of: relevance) else { return }
      map = try map.map { try $0 + part } ?? part
    }
    for id in masks where absorbed[id] != nil { absorbed[id]?[.bias] = nil }
    for id in positions {
      guard let kept = absorbed[id]?.removeValue(forKey: .bias),
        let bias = (try trace.graph[id].layer as? AffineLayer)?.bias
      else { continue }
      absorbed[id]?[.positions] = kept
      try add(multiplier(result, at: id) * bias)
    }
    for table in tables {
      let share = try multiplier(result, at: table.sum) * trace[table.value]
      let relevance = table.isTakenAway ? try share.negated() : share
      let sum = try relevance.sumPerSample()
      let before = absorbed[table.sum]?[table.cause]
      absorbed[table.sum, default: [:]][table.cause] = try before.map { try $0 + sum } ?? sum
      if table.cause == .positions { try add(relevance) }
    }
    return (absorbed, map)
  }

  /// The multiplier of a node's value.
  private func multiplier(_ result: Propagation, at id: NodeID) throws -> Tensor {
    let signal = try result.signal(at: id)
    return signal.form == .multiplier ? signal.value : try signal.multiplier(at: trace[id])
  }

  /// Relevance of a table summed over its channels: `[N, 1, h, w]` of patches, `[N, T]` of tokens; `nil` for a table
  /// of pairs of places.
  private func places(of relevance: Tensor) throws -> Tensor? {
    let shape = relevance.shape
    guard shape.count == 3 else { return nil }
    let values = try relevance.sum(over: [2])
    guard let grid else { return try shape[0] == trace.output.shape[0] ? values : nil }
    if shape[1] == grid.tokenCount { return try grid.map(of: values) }
    guard shape[1] == grid.patchCount else { return nil }
    return try values.reshaped([shape[0], 1, grid.height, grid.width])
  }
}

/// Tables of positions and token types.
extension RelevanceSinks {
  /// Whether a constant differs along more than the channels.
  private static func hasPlaces(_ constant: Tensor) -> Bool {
    constant.shape.count(where: { $0 > 1 }) >= 2
  }

  /// Whether a constant hides elements and does nothing else: each is 0 or so low that no weight is left.
  private static func isMask(_ constant: Tensor) throws -> Bool {
    let shows = try constant.isEqual(to: 0)
    let hides = try constant.isLess(than: -30)
    let both = try Tensor.call("aten::logical_or", .tensor(shows), .tensor(hides))
    return try both.converted(to: .float64).sum().item() == Double(constant.count)
  }

  /// Whether a constant is a mean picture, which is taken away before any weighted layer.
  private static func isOfPictures(_ index: Int, in graph: Graph, _ constant: Tensor) -> Bool {
    guard constant.shape.count(where: { $0 > 1 }) >= 3 else { return false }
    let isBefore = graph.isAncestor(of: index)
    return !graph.nodes.indices.contains { isBefore[$0] && graph.nodes[$0].layer.kind.isWeighted }
  }

  /// Adds the tables that a summand consists of.
  private mutating func addTables(at sum: NodeID, _ operand: Int, isTakenAway: Bool) throws {
    let graph = trace.graph
    let node = graph.nodes[operand]
    if let layer = node.layer as? SumLayer {
      for (place, part) in node.inputIndices.enumerated() {
        try addTables(
          at: sum, part, isTakenAway: isTakenAway != (layer.isDifference && place > 0))
      }
      return
    }
    guard let cause = try cause(of: operand) else { return }
    tables.append(Table(sum: sum, value: node.id, isTakenAway: isTakenAway, cause: cause))
  }

  /// What a summand is that depends on no real input; `nil` for a mask, and for words that are not explained.
  private func cause(of operand: Int) throws -> Ledger.Cause? {
    let graph = trace.graph
    guard let value = try? trace[graph.nodes[operand].id], value.dtype.isFloatingPoint,
      try !Self.isMask(value)
    else { return nil }
    let isBefore = graph.isAncestor(of: operand)
    let lookUp = graph.nodes.indices.last {
      isBefore[$0] && graph.nodes[$0].layer is EmbeddingLayer
    }
    // Positions that are computed, of the places alone or, as ALiBi's are, of the attention mask.
    guard let lookUp else { return .positions }
    let ids = graph.nodes[lookUp].inputIndices[0]
    guard Self.isInput(ids, in: graph) else { return .positions }
    if try isRunning(trace[graph.nodes[ids].id]) { return .positions }
    return isBesideWords(lookUp) ? .tokenTypes : nil
  }

  /// Whether a value is an input, only moved or converted.
  private static func isInput(_ index: Int, in graph: Graph) -> Bool {
    var index = index
    while !(graph.nodes[index].layer is InputPartLayer) {
      let node = graph.nodes[index]
      let isConverted = node.layer.kind == .structural || node.layer.name == "Cast"
      guard isConverted, node.inputIndices.count == 1 else { return false }
      index = node.inputIndices[0]
    }
    return true
  }

  /// Whether numbers along the last axis rise by 1 from each to the next.
  private func isRunning(_ ids: Tensor) throws -> Bool {
    guard let length = ids.shape.last, length > 1 else { return false }
    let axis = ids.rank - 1
    let steps =
      try ids.narrowed(axis: axis, to: 1..<length).converted(to: .float64)
      - ids.narrowed(axis: axis, to: 0..<length - 1).converted(to: .float64)
    return try steps.isEqual(to: 1).converted(to: .float64).sum().item() == Double(steps.count)
  }

  /// Whether a table is added to vectors of words: to real numbers that are explained, or to a larger table's rows.
  private func isBesideWords(_ table: Int) -> Bool {
    let graph = trace.graph
    guard let own = graph.nodes[table].layer as? EmbeddingLayer else { return false }
    let others = graph.nodes.indices.filter {
      $0 != table && graph.nodes[$0].layer is EmbeddingLayer
    }
    let isLargest = others.allSatisfy { other in
      ((graph.nodes[other].layer as? EmbeddingLayer)?.table.shape[0] ?? 0) < own.table.shape[0]
    }
    let hasVectors = graph.nodes.contains { ($0.layer as? InputPartLayer)?.kind == .structural }
    return hasVectors || !isLargest
  }
}

/// Class tokens and registers.
extension RelevanceSinks {
  /// A rule for each node that puts constants beside tokens.
  private func tokenEntries(
    _ pass: BackwardPass, _ last: AttentionBlock, _ beforeLast: [Bool]
  ) throws -> [RuleMap.Entry] {
    let graph = pass.graph
    // The constants' nodes and places, in the order of the tokens.
    var (before, after): ([(node: NodeID, place: Int)], [(node: NodeID, place: Int)]) = ([], [])
    var tokens = 0
    for index in graph.nodes.indices where beforeLast[index] {
      let node = graph.nodes[index]
      guard let layer = node.layer as? SurroundLayer, let shape = try? trace.shape(of: node.id),
        shape.count == 3, layer.axis == 1 || layer.axis == -2
      else { continue }
      let (first, second) = (layer.before?.shape[1] ?? 0, layer.after?.shape[1] ?? 0)
      before = (0..<first).map { (node.id, $0) } + before
      after += (0..<second).map { (node.id, first + $0) }
      tokens = shape[1]
    }
    let constants = before + after
    guard !constants.isEmpty else { return [] }
    let isRead = try rowsRead(pass, last)
    var isClass = constants.map { _ in constants.count == 1 }
    if isRead.count == tokens, constants.count > 1 {
      isClass = Array(isRead.prefix(before.count) + isRead.suffix(after.count))
      let patches = isRead.dropFirst(before.count).dropLast(after.count)
      // A head that reads all tokens alike has no token of its own.
      if isClass.allSatisfy({ $0 }), patches.contains(true) { isClass = isClass.map { _ in false } }
    } else if isRead.count == tokens, let only = isRead.firstIndex(of: true) {
      let place = before.isEmpty ? tokens - 1 : 0
      isClass = [isRead[place] && only <= place]
    }
    var causes: [NodeID: [Int: Ledger.Cause]] = [:]
    for (constant, isClass) in zip(constants, isClass) {
      causes[constant.node, default: [:]][constant.place] = isClass ? .classToken : .registerTokens
    }
    return RuleMap(
      causes.map { node, places in
        (
          .node(node),
          LinearDerivativeRule(constants: places.sorted { $0.key < $1.key }.map(\.value))
        )
      }
    ).entries
  }

  /// Which rows of the last attention's weighted values the score has a derivative by.
  private func rowsRead(_ pass: BackwardPass, _ last: AttentionBlock) throws -> [Bool] {
    let rows = try AttentionReading.gradient(of: pass, at: last)
    return try rows.magnitude().sum(over: [0, 1, 3]).doubles().map { $0 > 0 }
  }
}
