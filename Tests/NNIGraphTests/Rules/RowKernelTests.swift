import NNIGraph
import NNITestSupport
import Testing

/// What rules make of rows in one pass equals what they make of columns by plain operators.
@Suite struct RowKernelTests {
  /// A layer over the last of three axes, and the same one over the middle of them between two transpositions.
  private func graphs(
    _ last: any Layer, _ middle: any Layer
  ) throws -> (rows: Graph, columns: Graph) {
    var (rows, columns) = (Graph(input: "x"), Graph(input: "x"))
    try rows.add(last, as: "z", after: ["x"])
    try columns.add(TransposeLayer([0, 2, 1]), as: "turned", after: ["x"])
    try columns.add(middle, as: "layer", after: ["turned"])
    try columns.add(TransposeLayer([0, 2, 1]), as: "z", after: ["layer"])
    return (rows, columns)
  }

  /// Compares the signals at the input.
  private func compare(
    _ last: any Layer, _ middle: any Layer, _ rule: any PropagationRule, kind: LayerKind,
    _ input: Tensor, reference: Tensor? = nil
  ) throws {
    let pair = try graphs(last, middle)
    let rules: RuleMap = [.kind(kind): rule, .any: .gradient]
    for (dtype, tolerance) in [(DType.float64, 1e-12), (.float32, 2e-5)] {
      let x = try input.converted(to: dtype)
      var numbers = SeededNumbers(6)
      let seed = try numbers.tensor(input.shape).converted(to: dtype)
      let found = try [pair.rows, pair.columns].map { graph in
        let trace = try graph.trace(x)
        let start = try reference.map { try graph.trace($0.converted(to: dtype)) }
        return try trace.propagate(
          ["z": Signal(seed)], using: rules,
          against: start.map { try ReferenceTrace(trace, against: $0) })["x"]
      }
      #expect(try found[0].isFinite())
      try expectClose(
        found[0].converted(to: .float64), found[1].converted(to: .float64), relative: tolerance)
    }
  }

  private func inputs(_ factor: Double) throws -> (Tensor, Tensor) {
    var numbers = SeededNumbers(12)
    let x = try numbers.tensor([3, 5, 300]) * factor
    // Some elements of the reference are the input's own.
    let other = try numbers.tensor([3, 5, 300])
    return (x, try x.selected(where: other.isGreater(than: 0.8), otherwise: other))
  }

  @Test(arguments: [0.01, 1, 6]) func softmaxDifference(factor: Double) throws {
    let (x, start) = try inputs(factor)
    let layers = (SoftmaxLayer(axis: -1), SoftmaxLayer(axis: 1))
    try compare(
      layers.0, layers.1, .softmaxDifference, kind: .softmax, x, reference: start)
    // A mask that hides elements of both, of the input alone and of the reference alone.
    var numbers = SeededNumbers(30)
    let mask = try numbers.tensor([3, 5, 300])
    let hidden = try x.selected(where: mask.isLess(than: 0.3), otherwise: -.infinity)
    let other = try start.selected(where: mask.isGreater(than: -0.5), otherwise: -.infinity)
    try compare(
      layers.0, layers.1, .softmaxDifference, kind: .softmax, hidden, reference: other)
  }

  @Test(arguments: [0.01, 1, 6]) func normalizations(factor: Double) throws {
    let (x, start) = try inputs(factor)
    let layers: [(any Layer, any Layer)] = [
      (UnscaledNormLayer(over: [-1]), UnscaledNormLayer(over: [1])),
      (
        UnscaledNormLayer(over: [-1], isCentred: false),
        UnscaledNormLayer(over: [1], isCentred: false)
      ),
    ]
    for (last, middle) in layers {
      try compare(
        last, middle, .normalizationDifference, kind: .normalization, x, reference: start)
      try compare(last, middle, ConstantScaleRule(), kind: .normalization, x)
    }
    let norms = (NormalizeLayer(over: [-1]), NormalizeLayer(over: [1]))
    try compare(
      norms.0, norms.1, .normalizationDifference, kind: .normalization, x, reference: start)
  }
}
