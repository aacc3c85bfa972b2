import NNIModels
import NNITestSupport
import Testing

@testable import NNIGraph

/// Layers of which only later rows are computed, compared with the same rows of the whole value.
@Suite struct TokenwiseLayerTests {
  private static let shape = [2, 3, 5, 4]

  /// A layer for `[2, 3, 5, 4]`, and for which axes of it rows may be computed alone, and where these lie then.
  private static func layers() throws -> [(String, any Layer, [Int: Int])] {
    var numbers = SeededNumbers(7)
    func tensor(_ shape: Int...) throws -> Tensor { try numbers.tensor(shape) }
    let all = [1: 1, 2: 2, 3: 3]
    return [
      ("activation", ActivationLayer(.silu), all),
      ("dense", DenseLayer(weight: try tensor(6, 4), bias: try tensor(6)), [1: 1, 2: 2]),
      ("layer norm", LayerNormLayer(scale: try tensor(5, 4)), [1: 1]),
      ("RMS norm", RMSNormLayer(scale: try tensor(4)), [1: 1, 2: 2]),
      ("unscaled norm", UnscaledNormLayer(over: [-2]), [1: 1, 3: 3]),
      ("normalize", NormalizeLayer(over: [1]), [2: 2, 3: 3]),
      ("affine", AffineLayer(weight: try tensor(5, 1), bias: try tensor(3, 1, 4)), all),
      ("affine of more axes", AffineLayer(weight: try tensor(1, 1, 3, 5, 4)), [:]),
      ("softmax", SoftmaxLayer(axis: 2), [1: 1, 3: 3]),
      ("old softmax", SoftmaxLayer(axis: 2, isMergingAxes: true), [1: 1]),
      ("reshape", ReshapeLayer([15, 2, 2]), [:]),
      ("reshape keeps", ReshapeLayer([3, 5, 2, 2]), [1: 1, 2: 2]),
      ("reshape joins", ReshapeLayer([3, 20]), [1: 1]),
      ("reshape copies", ReshapeLayer([0, -1, 4]), all),
      ("flatten", FlattenLayer(), [:]), ("flatten samples", FlattenLayer(axis: 2), [:]),
      ("transpose", TransposeLayer([0, 3, 1, 2]), [1: 2, 2: 3, 3: 1]),
      ("unsqueeze", UnitAxesLayer([2], isInserting: true), [1: 1, 2: 3, 3: 4]),
      ("squeeze", UnitAxesLayer([2], isInserting: false), all),
      ("expand", ExpandLayer([3, 5, 4]), all), ("expand last", ExpandLayer([4]), all),
      ("repeat", RepeatLayer([1, 1, 1, 2]), [1: 1, 2: 2]),
      ("slice", SliceLayer([.init(axis: 3, start: 1, end: 3)]), [1: 1, 2: 2]),
      ("whole slice", SliceLayer([.init(axis: 3, start: 0, end: 4)]), all),
      ("turned slice", SliceLayer([.init(axis: 2, start: -1, end: -6, step: -1)]), [1: 1, 3: 3]),
      ("chunk", ChunkLayer(axis: -1, index: 1, count: 2), [1: 1, 2: 2]),
      ("gather", GatherLayer(axis: 2, indices: [4, 0]), [1: 1, 3: 3]),
      ("gather one", GatherLayer(axis: 2, indices: [-1], isKeepingAxis: false), [1: 1, 3: 2]),
      (
        "surround", SurroundLayer(axis: 3, before: try tensor(1, 3, 5, 1), after: nil),
        [1: 1, 2: 2]
      ),
      ("mean", ReductionLayer(over: [2], isKeepingAxes: false, isMean: true), [1: 1, 3: 2]),
      ("sum", ReductionLayer(over: [-1], isKeepingAxes: true, isMean: false), [1: 1, 2: 2]),
      ("maximum", MaximumLayer(over: [1, 2], isKeepingAxes: false), [3: 1]),
      ("norm", CurvedReductionLayer(.norm, over: [3], isKeepingAxes: false), [1: 1, 2: 2]),
      ("position", PositionLayer(axis: 1, isKeepingAxis: false), [2: 1, 3: 2]),
      ("right", ConstantProductLayer(weight: try tensor(3, 4, 6), isLeft: false), [2: 2]),
      (
        "right alike", ConstantProductLayer(weight: try tensor(1, 4, 6), isLeft: false),
        [1: 1, 2: 2]
      ),
      ("left", ConstantProductLayer(weight: try tensor(7, 5), isLeft: true), [1: 1, 3: 3]),
      ("embedding", EmbeddingLayer(table: try tensor(9, 2)), all),
      ("running sum", RunningSumLayer(axis: 3), [:]),
      ("triangle", TriangleLayer(isUpper: true), [:]),
      ("batch norm", ChannelAffineLayer(weight: try tensor(3)), [:]),
      (
        "selection",
        SelectionLayer(
          Operands([
            .constant(try tensor(5, 4).isGreater(than: 0)), .constant(try tensor(3, 1, 1)),
            .computed,
          ])), [:]
      ),
    ]
  }

  @Test func rowsAreThoseOfTheWholeValue() throws {
    var numbers = SeededNumbers(8)
    for (name, layer, axes) in try Self.layers() {
      var input = try numbers.tensor(Self.shape)
      if layer is EmbeddingLayer {
        input = try input.magnitude().clamped(max: 8).converted(to: .int64)
      }
      let whole = try layer.forward([input])
      for axis in 1...3 {
        let position = layer.position(of: axis, from: Self.shape, to: whole.shape)
        #expect(position == axes[axis], "\(name), axis \(axis)")
        guard let position else { continue }
        let count = Self.shape[axis]
        for start in 1..<count {
          let cut = try layer.cut(from: start, axis: position, of: whole.shape)
          try expectClose(
            cut.forward([input.narrowed(axis: axis, to: start..<count)]).converted(to: .float64),
            whole.narrowed(axis: position, to: start..<count).converted(to: .float64),
            relative: 1e-12, "\(name), axis \(axis), from \(start)")
        }
      }
    }
  }

  /// Constants among operands are cut as the values beside them.
  @Test func constantsOfOperandsAreCut() throws {
    var numbers = SeededNumbers(9)
    let (a, b) = (try numbers.tensor([2, 3, 5]), try numbers.tensor([2, 1, 5]))
    let choice = SelectionLayer(
      Operands([
        .constant(try numbers.tensor([3, 5]).isGreater(than: 0)),
        .constant(try numbers.tensor([1, 3, 1])), .computed,
      ]))
    let comparison = DiscreteLayer(
      .less, Operands([.computed, .constant(try numbers.tensor([3, 1]))]))
    for layer in [choice, comparison] as [any Layer] {
      let whole = try layer.forward([a])
      let cut = try layer.cut(from: 1, axis: 1, of: whole.shape)
      #expect(
        try cut.forward([a.narrowed(axis: 1, to: 1..<3)]).converted(to: .float64).doubles()
          == whole.narrowed(axis: 1, to: 1..<3).converted(to: .float64).doubles())
    }
    // What has extent 1 stays.
    let sum = try SumLayer().cut(from: 1, axis: 1, of: [2, 3, 5])
    try expectClose(
      sum.forward([a.narrowed(axis: 1, to: 1..<3), b]), (a + b).narrowed(axis: 1, to: 1..<3))
  }

  @Test func equationsAreRead() throws {
    let product = try #require(
      try Contraction(of: EinsumLayer("nhid, nhjd -> nhij"), [[2, 3, 4, 5], [2, 3, 6, 5]]))
    #expect(product.result == ["n", "h", "i", "j"] && product.summed(0) == [3])
    let same = try #require(try Contraction(of: MatrixProductLayer(), [[2, 4, 5], [2, 5, 6]]))
    #expect(same.summed(0) == [2] && same.summed(1) == [1])
    for equation in ["nii,nij->nij", "...ij,...jk->...ik", "ijn,nk->ijk", "nij,njk"] {
      #expect(try Contraction(of: EinsumLayer(equation), [[2, 4, 4], [2, 4, 4]]) == nil)
    }
    #expect(try Contraction(of: MatrixProductLayer(), [[2, 4, 5], [5, 6]]) == nil)
    #expect(try Contraction(of: SumLayer(), [[2, 4], [2, 4]]) == nil)
  }
}
