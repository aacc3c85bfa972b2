public import NNIModels

extension SampleNets {
  /// A small causal network of token ids with two layers, grouped queries and several spellings of what files have.
  ///
  /// It takes rows `[N, 2·T]`: ids, and 1 at tokens and 0 at what fills a text up.
  public struct Decoder: Sendable {
    /// How attention hides later tokens.
    public enum Mask: Sendable, Equatable {
      /// A constant that is added.
      case added(Double)
      /// A constant that is chosen in the score's place.
      case chosen(Double)
      /// A constant and what the second input hides, added to each other before; with a guard for rows without
      /// columns where that is wanted.
      case padded(Double, isGuarded: Bool)
      /// A product with 0 and a number that is added.
      case multiplied(Double)
      /// As `added` in the first layer, and not at all in the second.
      case first(Double)
      /// As `added`, with one entry open above the diagonal.
      case leaking(Double)
      /// Not at all.
      case absent
    }

    /// What follows the last layer.
    public enum Head: Sendable { case last, mean, all }

    /// How many tokens, ids, features, heads and heads of keys there are.
    public static let (tokens, ids, width, heads, keyHeads) = (7, 11, 16, 4, 2)

    public var mask: Mask
    public var head: Head
    /// Whether queries and keys are turned by their positions; else positions are added to the vectors.
    public var isRotary: Bool
    /// Whether the products are written as `Einsum`.
    public var isEinsum: Bool
    /// Whether scores are led through a hyperbolic tangent.
    public var isCapped: Bool

    public init(
      mask: Mask = .added(-.infinity), head: Head = .last, isRotary: Bool = true,
      isEinsum: Bool = false,
      isCapped: Bool = false
    ) {
      (self.mask, self.head, self.isRotary) = (mask, head, isRotary)
      (self.isEinsum, self.isCapped) = (isEinsum, isCapped)
    }

    /// The network.
    ///
    /// - Parameter wrapping: What stands in the place of each dense layer.
    /// - Returns: The network.
    /// - Throws: `InterpretabilityError` when a tensor cannot be made.
    public func graph(
      wrapping: (DenseLayer) -> any Layer = { $0 }
    ) throws -> Graph {
      var numbers = SeededNumbers(23)
      let (tokens, width) = (Self.tokens, Self.width)
      let size = width / Self.heads
      var graph = Graph(input: "rows")
      func dense(_ name: String, _ from: NodeID, _ inputs: Int, _ outputs: Int) throws -> NodeID {
        let layer = DenseLayer(
          weight: try numbers.tensor([outputs, inputs], scale: 0.4),
          bias: try numbers.tensor([outputs], scale: 0.2))
        return try graph.add(wrapping(layer), as: NodeID(name), after: [from])
      }
      func add(_ layer: any Layer, _ name: String, _ inputs: NodeID...) throws -> NodeID {
        try graph.add(layer, as: NodeID(name), after: inputs)
      }
      let ids = try add(InputPartLayer(start: 0, shape: [tokens], type: .int64), "ids", "rows")
      let table = try numbers.tensor([Self.ids, width])
      var stream = try add(EmbeddingLayer(table: table), "vectors", ids)
      if !isRotary {
        let places = try numbers.tensor([tokens, width], scale: 0.3)
        stream = try add(
          AffineLayer(weight: .full([1], 1, dtype: .float64), bias: places), "placed", stream)
      }
      let hidden = try mask(&graph)
      for layer in 0..<2 {
        func name(_ part: String) -> String { "\(layer)/\(part)" }
        let norm = try add(
          LayerNormLayer(
            scale: numbers.tensor([width], scale: 0.1) + 1,
            shift: numbers.tensor([width], scale: 0.1)),
          name("norm"), stream)
        func heads(_ part: String, _ count: Int, isTurned: Bool) throws -> NodeID {
          let flat = try dense(name(part), norm, width, count * size)
          let split = try add(
            ReshapeLayer([tokens, count, size]), name("\(part) split"), flat)
          var own = try add(TransposeLayer([0, 2, 1, 3]), name("\(part) heads"), split)
          if isTurned, isRotary { own = try turned(&graph, own, name(part), size) }
          guard count < Self.heads else { return own }
          // Each head of keys serves several of queries.
          let apart = try add(UnitAxesLayer([2], isInserting: true), name("\(part) apart"), own)
          let wide = try add(
            ExpandLayer([1, count, Self.heads / count, tokens, size]), name("\(part) wide"), apart)
          return try add(ReshapeLayer([Self.heads, tokens, size]), name("\(part) all"), wide)
        }
        let query = try heads("q", Self.heads, isTurned: true)
        let key = try heads("k", Self.keyHeads, isTurned: true)
        let value = try heads("v", Self.keyHeads, isTurned: false)
        var scores: NodeID
        if isEinsum {
          scores = try add(EinsumLayer("nhid,nhjd->nhij"), name("scores"), query, key)
        } else {
          let columns = try add(TransposeLayer([0, 1, 3, 2]), name("columns"), key)
          scores = try add(MatrixProductLayer(), name("scores"), query, columns)
        }
        scores = try add(
          AffineLayer(weight: .full([1], 0.5, dtype: .float64)), name("scaled"), scores)
        if isCapped { scores = try add(ActivationLayer(.tanh), name("capped"), scores) }
        scores = try masked(&graph, scores, hidden, name("masked"))
        var weights = try add(SoftmaxLayer(), name("weights"), scores)
        if case .padded(_, true) = mask {
          let isNaN = try add(
            DiscreteLayer(.isNaN, Operands(computed: 1)), name("is nan"), weights)
          weights = try add(
            SelectionLayer(
              Operands([.computed, .constant(.full([], 0, dtype: .float64)), .computed])),
            name("guarded"), isNaN, weights)
        }
        let mixed =
          try isEinsum
          ? add(EinsumLayer("nhij,nhjd->nhid"), name("mixed"), weights, value)
          : add(MatrixProductLayer(), name("mixed"), weights, value)
        let back = try add(TransposeLayer([0, 2, 1, 3]), name("back"), mixed)
        let joined = try add(ReshapeLayer([tokens, width]), name("joined"), back)
        let out = try dense(name("out"), joined, width, width)
        stream = try add(SumLayer(), name("skip 1"), stream, out)
        let rms = try add(
          RMSNormLayer(scale: numbers.tensor([width], scale: 0.1) + 1), name("rms"), stream)
        let gate = try add(
          ActivationLayer(.silu), name("silu"), dense(name("gate"), rms, width, 24))
        let product = try add(
          ProductLayer(), name("product"), gate, dense(name("up"), rms, width, 24))
        stream = try add(
          SumLayer(), name("skip 2"), stream, dense(name("down"), product, 24, width))
      }
      switch head {
      case .all: break
      case .last:
        stream = try add(
          GatherLayer(axis: 1, indices: [-1], isKeepingAxis: false), "last", stream)
      case .mean:
        stream = try add(
          ReductionLayer(over: [1], isKeepingAxes: false, isMean: true), "mean", stream)
      }
      _ = try dense("logits", stream, width, 3)
      return graph
    }

    /// Some rows: each sample's ids, of which the last ones fill up, or the first ones.
    ///
    /// - Parameters:
    ///   - lengths: How many tokens of each sample are none that fill up.
    ///   - isLeft: Whether what fills up comes first.
    ///   - seed: Decides the ids.
    /// - Returns: The rows.
    /// - Throws: `TorchError` when the tensor cannot be made.
    public static func rows(_ lengths: [Int], isLeft: Bool = false, seed: UInt64 = 3) throws
      -> Tensor
    {
      var numbers = SeededNumbers(seed)
      var rows: [Double] = []
      for length in lengths {
        for _ in 0..<tokens { rows.append((numbers.uniform() * Double(Self.ids)).rounded(.down)) }
        for place in 0..<tokens {
          let distance = isLeft ? tokens - 1 - place : place
          rows.append(distance < length ? 1 : 0)
        }
      }
      return try Tensor(rows, shape: [lengths.count, 2 * tokens])
    }

    private func triangle(_ low: Double) throws -> Tensor {
      let count = Self.tokens
      var numbers = [Double](repeating: 0, count: count * count)
      for row in 0..<count {
        for column in row + 1..<max(count, row + 1) { numbers[row * count + column] = low }
      }
      if case .leaking = mask { numbers[2 * count + 4] = 0 }
      return try Tensor(numbers, shape: [count, count])
    }

    /// What is added to scores where the second input has a say in it.
    private func mask(_ graph: inout Graph) throws -> NodeID? {
      guard case .padded(let low, _) = mask else { return nil }
      let tokens = Self.tokens
      try graph.add(
        InputPartLayer(start: tokens, shape: [tokens], type: .float64), as: "padding",
        after: ["rows"])
      let zero = try Tensor.full([], 0, dtype: .float64)
      try graph.add(
        DiscreteLayer(.greater, Operands([.computed, .constant(zero)])), as: "isToken",
        after: ["padding"])
      try graph.add(ReshapeLayer([1, 1, tokens]), as: "columns", after: ["isToken"])
      try graph.add(
        SelectionLayer(
          Operands([
            .computed, .constant(triangle(low)), .constant(.full([], low, dtype: .float64)),
          ]
          )), as: "mask", after: ["columns"])
      return "mask"
    }

    private func masked(
      _ graph: inout Graph, _ scores: NodeID, _ hidden: NodeID?, _ name: String
    ) throws -> NodeID {
      let one = try Tensor.full([1], 1, dtype: .float64)
      switch mask {
      case .absent: return scores
      case .first(let low):
        guard name.hasPrefix("0") else { return scores }
        return try graph.add(
          AffineLayer(weight: one, bias: triangle(low)), as: NodeID(name), after: [scores])
      case .added(let low), .leaking(let low):
        return try graph.add(
          AffineLayer(weight: one, bias: triangle(low)), as: NodeID(name), after: [scores])
      case .multiplied(let low):
        let earlier = try triangle(1) * -1 + 1
        try graph.add(
          FixedValueLayer(earlier.reshaped([1, 1, Self.tokens, Self.tokens])),
          as: NodeID("\(name) earlier"), after: ["rows"])
        try graph.add(
          ProductLayer(), as: NodeID("\(name) kept"), after: [scores, NodeID("\(name) earlier")])
        return try graph.add(
          AffineLayer(weight: one, bias: triangle(low)), as: NodeID(name),
          after: [NodeID("\(name) kept")])
      case .chosen(let low):
        let isLater = try triangle(1).isGreater(than: 0)
        return try graph.add(
          SelectionLayer(
            Operands([
              .constant(isLater), .constant(.full([], low, dtype: .float64)), .computed,
            ])), as: NodeID(name), after: [scores])
      case .padded:
        return try graph.add(
          SumLayer(), as: NodeID(name), after: [scores] + (hidden.map { [$0] } ?? []))
      }
    }

    /// `x cos + turned(x) sin`, with angles that grow with the position.
    private func turned(
      _ graph: inout Graph, _ source: NodeID, _ name: String, _ size: Int
    ) throws -> NodeID {
      var angles: [Double] = []
      for token in 0..<Self.tokens {
        for place in 0..<size {
          angles.append(Double(token) / (1 + 9 * Double(place % (size / 2))))
        }
      }
      let table = try Tensor(angles, shape: [Self.tokens, size])
      let half = size / 2
      try graph.add(
        AffineLayer(weight: .call("aten::cos", .tensor(table))), as: NodeID("\(name) cos"),
        after: [source])
      try graph.add(
        SliceLayer([.init(axis: 3, start: half)]), as: NodeID("\(name) second"), after: [source])
      try graph.add(
        AffineLayer(weight: .full([1], -1, dtype: .float64)), as: NodeID("\(name) negative"),
        after: [NodeID("\(name) second")])
      try graph.add(
        SliceLayer([.init(axis: 3, start: 0, end: half)]), as: NodeID("\(name) first"),
        after: [source])
      try graph.add(
        ConcatenationLayer(axis: 3), as: NodeID("\(name) halves"),
        after: [NodeID("\(name) negative"), NodeID("\(name) first")])
      try graph.add(
        AffineLayer(weight: .call("aten::sin", .tensor(table))), as: NodeID("\(name) sin"),
        after: [NodeID("\(name) halves")])
      return try graph.add(
        SumLayer(), as: NodeID("\(name) turned"),
        after: [NodeID("\(name) cos"), NodeID("\(name) sin")])
    }
  }
}
