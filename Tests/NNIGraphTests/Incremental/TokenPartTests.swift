import NNIModels
import NNITestSupport
import Synchronization
import Testing

@testable import NNIGraph

/// Values of networks whose later tokens are replaced, compared with complete passes.
@Suite struct TokenPartTests {
  private typealias Decoder = SampleNets.Decoder

  private static let tokens = Decoder.tokens

  /// Which elements of a row are whose.
  private static let owners = (0..<2 * tokens).map { $0 < tokens ? $0 : -1 }

  private func part(_ trace: Trace) throws -> TokenPart? {
    try TokenPart(trace, owners: Self.owners, tokens: Self.tokens, end: trace.end)
  }

  /// For each of some rows `copies` with random ids from a token on.
  private func variants(_ rows: Tensor, from start: Int, copies: Int) throws -> Tensor {
    var numbers = SeededNumbers(UInt64(start))
    let width = rows.shape[1]
    let old = try rows.doubles()
    let new = (0..<rows.shape[0] * copies).flatMap { row in
      (0..<width).map { place in
        (start..<Self.tokens).contains(place)
          ? (numbers.uniform() * Double(Decoder.ids)).rounded(.down)
          : old[row / copies * width + place]
      }
    }
    return try Tensor(new, shape: [rows.shape[0] * copies, width])
  }

  private func expectExact(_ net: Decoder, _ rows: Tensor) throws {
    let trace = try net.graph().trace(rows, readable: [])
    let part = try #require(try part(trace))
    for start in 1..<Self.tokens {
      let changed = try variants(rows, from: start, copies: 2)
      let first = try #require(try part.firstReplaced(changed, clean: rows))
      #expect(first >= start)
      let actual = try #require(try trace.forward(part, rows: changed, from: start))
      try expectClose(
        actual, trace.forward(replacing: trace.graph.input, with: changed), relative: 1e-12,
        absolute: 1e-13)
      try expectClose(actual, trace.graph.forward(changed), relative: 1e-12, absolute: 1e-13)
    }
  }

  private static let nets: [Decoder] = [
    Decoder(), Decoder(isRotary: false, isEinsum: true), Decoder(head: .mean),
    Decoder(head: .all, isRotary: false), Decoder(isEinsum: true),
    Decoder(mask: .added(-1e4)), Decoder(mask: .added(-1e9), isEinsum: true),
    Decoder(mask: .chosen(-.infinity)), Decoder(mask: .chosen(-3.4e38), head: .all),
    Decoder(mask: .padded(-.infinity, isGuarded: true)),
    Decoder(mask: .padded(-3.4e38, isGuarded: false), head: .mean, isRotary: false),
    Decoder(mask: .multiplied(-1e9)), Decoder(mask: .added(-3.4e38), isCapped: true),
  ]

  @Test(arguments: nets.indices) func equalsCompletePasses(index: Int) throws {
    try expectExact(Self.nets[index], Decoder.rows([7, 4, 6]))
  }

  /// From attention that sees all on, scores included, values are computed as a whole.
  @Test func oneLayerMayBeCausalAlone() throws {
    let net = Decoder(mask: .first(-.infinity), head: .mean)
    try expectExact(net, Decoder.rows([7, 7]))
    let trace = try net.graph().trace(Decoder.rows([7, 7]), readable: [])
    let part = try #require(try part(trace))
    let names = part.handover.map { part.graph.nodes[$0].id.name }
    #expect(names == ["0/skip 2", "1/q turned", "1/v all", "1/columns"])
    // The scores themselves may be what is wanted.
    let scores = try net.graph().trace(Decoder.rows([7, 7]), readable: [], to: "1/scaled")
    let own = try #require(try self.part(scores))
    let changed = try variants(Decoder.rows([7, 7]), from: 3, copies: 2)
    try expectClose(
      #require(try scores.forward(own, rows: changed, from: 3)),
      scores.graph.forward(changed, to: "1/scaled"), relative: 1e-12)
  }

  /// Rows that see nothing are zero, whatever the tokens are.
  @Test func textsMayBeFilledUpFromTheLeft() throws {
    try expectExact(
      Decoder(mask: .padded(-.infinity, isGuarded: true)), Decoder.rows([7, 3, 5], isLeft: true))
  }

  /// With a finite mask, a row whose columns are all hidden sees all of them alike, later ones too.
  @Test func rowsThatSeeOnlyWhatIsHiddenAreNotCausal() throws {
    let net = Decoder(mask: .padded(-3.4e38, isGuarded: false))
    let causal = try net.graph().trace(Decoder.rows([7, 5], isLeft: false), readable: [])
    #expect(try part(causal) != nil)
    let trace = try net.graph().trace(Decoder.rows([7, 5], isLeft: true), readable: [])
    #expect(try part(trace) == nil)
  }

  @Test(arguments: [
    Decoder.Mask.absent, .leaking(-.infinity), .leaking(-1e4), .added(-500), .added(0),
    .added(1e4), .chosen(-30),
  ])
  func whatHidesTooLittleIsNotCausal(mask: SampleNets.Decoder.Mask) throws {
    let trace = try Decoder(mask: mask).graph().trace(Decoder.rows([7, 7]), readable: [])
    #expect(try part(trace) == nil)
  }

  /// One open entry changes an earlier token's values: the network is rightly not taken for causal.
  @Test func anOpenEntryLetsLaterTokensThrough() throws {
    let rows = try Decoder.rows([7])
    for (mask, isCausal) in [(Decoder.Mask.leaking(-.infinity), false), (.added(-.infinity), true)]
    {
      let trace = try Decoder(mask: mask, head: .all).graph().trace(rows, readable: [])
      let changed = try trace.forward(
        replacing: "rows", with: variants(rows, from: 4, copies: 1))
      let difference = try (changed - trace.output).narrowed(axis: 1, to: 0..<4).norm()
      #expect(isCausal ? difference < 1e-12 : difference > 1e-6)
    }
  }

  /// A sample whose mask leaks among others whose masks do not.
  @Test func everySampleIsLookedAt() throws {
    var graph = try Decoder(mask: .padded(-.infinity, isGuarded: false)).graph()
    // The second input opens the column 5 for all rows where it is 2.
    let (tokens, two) = (Self.tokens, try Tensor.full([], 2, dtype: .float64))
    let mask = try graph["mask"]
    let layer = try #require(mask.layer as? SelectionLayer)
    var changed = Graph(input: graph.input)
    for node in graph.nodes.dropFirst() {
      if node.id == "mask" {
        try changed.add(layer, as: "own", after: node.inputs)
        try changed.add(
          DiscreteLayer(.equal, Operands([.computed, .constant(two)])), as: "isOpen",
          after: ["padding"])
        try changed.add(ReshapeLayer([1, 1, tokens]), as: "open columns", after: ["isOpen"])
        try changed.add(
          SelectionLayer(
            Operands([.computed, .constant(.full([], 0, dtype: .float64)), .computed])),
          as: "mask", after: ["open columns", "own"])
      } else {
        try changed.add(node.layer, as: node.id, after: node.inputs)
      }
    }
    graph = changed
    var rows = try Decoder.rows([7, 7]).doubles()
    let closed = try graph.trace(Tensor(rows, shape: [2, 2 * tokens]), readable: [])
    #expect(try part(closed) != nil)
    rows[3 * tokens + 5] = 2
    let open = try graph.trace(Tensor(rows, shape: [2, 2 * tokens]), readable: [])
    #expect(try part(open) == nil)
  }

  /// A mask of −10⁴ hides a token unless its key is huge.
  @Test func longKeysAreNoticed() throws {
    var graph = try Decoder(mask: .added(-1e4), isRotary: false).graph()
    // Without the norm, an id with a large vector has a large key.
    for layer in 0..<2 { try graph.setLayer(IdentityLayer(), at: NodeID("\(layer)/norm")) }
    guard let embedding = try graph["vectors"].layer as? EmbeddingLayer else {
      Issue.record("the vectors are looked up")
      return
    }
    let factors = try Tensor(
      (0..<Decoder.ids).map { $0 == 10 ? 1e5 : 1 }, shape: [Decoder.ids, 1])
    try graph.setLayer(EmbeddingLayer(table: embedding.table * factors), at: "vectors")
    let width = 2 * Self.tokens
    let rows = try Tensor((0..<width).map { $0 < Self.tokens ? Double($0) : 1 }, shape: [1, width])
    let trace = try graph.trace(rows, readable: [])
    let part = try #require(try part(trace))
    func changed(_ id: Double) throws -> Tensor {
      try Tensor(
        (0..<width).map { $0 == 5 ? id : $0 < Self.tokens ? Double($0) : 1 }, shape: [1, width])
    }
    #expect(try trace.forward(part, rows: changed(10), from: 5) == nil)
    // Rightly so: earlier tokens see it.
    let before = try (trace.graph.forward(changed(10), to: "1/skip 2") - trace["1/skip 2"])
      .narrowed(axis: 1, to: 0..<5)
    #expect(try before.norm() > 1e-3)
    let ordinary = try #require(try trace.forward(part, rows: changed(9), from: 5))
    try expectClose(ordinary, graph.forward(changed(9)), relative: 1e-12)
  }

  @Test func whatIsNoTokenIsNoticed() throws {
    let rows = try Decoder.rows([7, 7])
    let trace = try Decoder().graph().trace(rows, readable: [])
    let part = try #require(try part(trace))
    #expect(try part.firstReplaced(rows, clean: rows) == Self.tokens)
    var changed = try rows.doubles()
    changed[2 * Self.tokens + 4] += 1
    #expect(try part.firstReplaced(Tensor(changed, shape: rows.shape), clean: rows) == 4)
    changed[Self.tokens + 1] = 0
    #expect(try part.firstReplaced(Tensor(changed, shape: rows.shape), clean: rows) == nil)
  }

  /// A dense layer that counts its rows.
  private struct CountingLayer: TokenwiseLayer {
    final class Count: Sendable { let rows = Mutex(0) }

    let layer: DenseLayer
    let count: Count
    var kind: LayerKind { .dense }
    var mixedAxes: Int { 1 }

    func forward(_ inputs: [Tensor]) throws -> Tensor {
      count.rows.withLock { $0 += inputs[0].shape.dropLast().reduce(1, *) }
      return try layer.forward(inputs)
    }
  }

  @Test func earlierTokensAreNotComputedAgain() throws {
    let count = CountingLayer.Count()
    let graph = try Decoder(head: .all).graph { layer -> any Layer in
      layer.weight.shape[0] == 3 ? layer as any Layer : CountingLayer(layer: layer, count: count)
    }
    let rows = try Decoder.rows([7, 7])
    let trace = try graph.trace(rows, readable: [])
    // Two layers of seven dense ones.
    #expect(count.rows.withLock { $0 } == 14 * 2 * Self.tokens)
    let part = try #require(try part(trace))
    for start in [1, 3, 6] {
      count.rows.withLock { $0 = 0 }
      _ = try trace.forward(part, rows: variants(rows, from: start, copies: 3), from: start)
      #expect(count.rows.withLock { $0 } == 14 * 6 * (Self.tokens - start))
    }
  }
}
