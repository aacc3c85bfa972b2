import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels
@testable import NNITraining
@testable import NNIUncertainty

/// A layer with float64 parameters, and inputs that it takes.
struct LayerSample: Sendable, CustomTestStringConvertible {
  let name: String
  let layer: any Layer
  /// The inputs' shapes; all bear the same number of samples.
  let shapes: [[Int]]
  /// Whether inputs must be positive.
  var isPositive = false

  var testDescription: String { name }

  /// The type's name, by which the list is checked to be whole.
  var type: String { String(describing: Swift.type(of: layer)) }

  /// The inputs, in float64.
  func inputs() throws -> [Tensor] {
    var numbers = SeededNumbers(91)
    return try shapes.map { shape in
      let tensor = try numbers.tensor(shape)
      return try isPositive ? tensor.magnitude() + 0.3 : tensor
    }
  }
}

/// One or more samples of every layer that the package has; a new layer is added here.
enum LayerSamples {
  /// Layers that are not looked at, and why.
  static let exempt = [
    "InputLayer": "computes nothing",
    "ConversionLayer": "carries no signal",
    "DiscreteLayer": "carries no signal",
    "EmbeddingLayer": "carries no signal",
    "FixedValueLayer": "carries no signal",
    "DynamicQuantizationLayer": "rounds to levels, in float32 to others than in float64",
    "OneHotLayer": "carries no signal",
    "QuantizationLayer": "rounds to levels, in float32 to others than in float64",
    "PositionLayer": "carries no signal",
    "RemnantLayer": "a product with a number, as in AffineLayer; private",
    "ObjectiveLayer": "the last node always, whose cotangent is made of ones; see ObjectiveTests",
  ]

  static func all() throws -> [LayerSample] {
    let lists = try [
      activations, weighted(), normalizations(), pools, reductions, resizes, shapes, moves(),
      several(), random(), quantized(),
    ]
    return Array(lists.joined())
  }

  /// Three samples of 32 channels: float32 keeps them in blocks.
  private static let image = [3, 32, 6, 5]

  private static var activations: [LayerSample] {
    let functions: [(ActivationLayer.Function, Bool)] = [
      (.relu, false), (.clip(-0.5, 0.8), false), (.leakyReLU(0.1), false), (.elu(0.7), false),
      (.selu, false), (.gelu(isApproximate: false), false), (.gelu(isApproximate: true), false),
      (.silu, false), (.hardSigmoid(0.2, 0.5), false), (.hardSwish, false), (.sigmoid, false),
      (.tanh, false), (.softplus, false), (.mish, false), (.exponential, false),
      (.logarithm, true), (.squareRoot, true), (.reciprocal, true), (.magnitude, false),
      (.errorFunction, false), (.power(3), false), (.power(0.5), true),
    ]
    return functions.flatMap { function, isPositive in
      [image, [3, 7, 5], [4, 9]].map {
        LayerSample(
          name: "\(function) \($0)", layer: ActivationLayer(function), shapes: [$0],
          isPositive: isPositive)
      }
    }
  }

  private static func weighted() throws -> [LayerSample] {
    var numbers = SeededNumbers(17)
    let thin = ConvolutionLayer(
      weight: try numbers.tensor([4, 3, 3, 3]), bias: try numbers.tensor([4]), padding: [1, 1])
    let wide = ConvolutionLayer(
      weight: try numbers.tensor([32, 32, 3, 3], scale: 0.1), bias: try numbers.tensor([32]),
      padding: [1, 1])
    let strided = ConvolutionLayer(
      weight: try numbers.tensor([16, 32, 2, 2], scale: 0.2), stride: [2, 2])
    let grouped = ConvolutionLayer(
      weight: try numbers.tensor([32, 1, 3, 3]), padding: [1, 1], groups: 32)
    let line = ConvolutionLayer(weight: try numbers.tensor([4, 3, 3]), padding: [1])
    let volume = ConvolutionLayer(weight: try numbers.tensor([4, 3, 2, 2, 2]))
    let raising = TransposedConvolutionLayer(
      weight: try numbers.tensor([6, 4, 4, 4]), bias: try numbers.tensor([4]), stride: [2, 2],
      padding: [1, 1])
    let dense = DenseLayer(weight: try numbers.tensor([6, 9]), bias: try numbers.tensor([6]))
    let training = TrainingTransposedConvolutionLayer(raising)
    return [
      LayerSample(name: "convolution", layer: thin, shapes: [[3, 3, 6, 5]]),
      LayerSample(name: "blocked convolution", layer: wide, shapes: [image]),
      LayerSample(name: "strided convolution", layer: strided, shapes: [image]),
      LayerSample(name: "depthwise convolution", layer: grouped, shapes: [image]),
      LayerSample(name: "line", layer: line, shapes: [[3, 3, 7]]),
      LayerSample(name: "volume", layer: volume, shapes: [[2, 3, 4, 5, 3]]),
      LayerSample(
        name: "rectified", layer: RectifiedConvolutionLayer(convolution: wide), shapes: [image]),
      LayerSample(name: "transposed convolution", layer: raising, shapes: [[2, 6, 3, 4]]),
      LayerSample(name: "dense", layer: dense, shapes: [[4, 9]]),
      LayerSample(name: "dense over tokens", layer: dense, shapes: [[2, 5, 9]]),
      LayerSample(name: "one row", layer: dense, shapes: [[1, 9]]),
      LayerSample(
        name: "training dense",
        layer: TrainingDenseLayer(weight: dense.weight, bias: dense.bias), shapes: [[4, 9]]),
      LayerSample(
        name: "affine", layer: AffineLayer(weight: try numbers.tensor([5]), bias: nil),
        shapes: [[3, 4, 5]]),
      LayerSample(
        name: "channel affine",
        layer: ChannelAffineLayer(
          weight: try numbers.tensor([32]), bias: try numbers.tensor([32])), shapes: [image]),
    ] + (training.map { [LayerSample(name: "training", layer: $0, shapes: [[2, 6, 3, 4]])] } ?? [])
  }

  private static func normalizations() throws -> [LayerSample] {
    var numbers = SeededNumbers(23)
    let norm = BatchNormLayer(
      scale: try numbers.tensor([32]), shift: try numbers.tensor([32]),
      mean: try numbers.tensor([32]), variance: try numbers.tensor([32]).squared() + 0.5)
    return [
      LayerSample(name: "batch norm", layer: norm, shapes: [image]),
      LayerSample(name: "batch statistics", layer: BatchStatisticsLayer(norm), shapes: [image]),
      LayerSample(
        name: "group norm",
        layer: GroupNormLayer(
          scale: try numbers.tensor([32]), shift: try numbers.tensor([32]), groups: 4),
        shapes: [image]),
      LayerSample(
        name: "instance norm",
        layer: InstanceNormLayer(scale: try numbers.tensor([32]), shift: try numbers.tensor([32])),
        shapes: [image]),
      LayerSample(
        name: "layer norm",
        layer: LayerNormLayer(scale: try numbers.tensor([9]), shift: try numbers.tensor([9])),
        shapes: [[2, 5, 9]]),
      LayerSample(
        name: "RMS norm", layer: RMSNormLayer(scale: try numbers.tensor([9])), shapes: [[2, 5, 9]]),
      LayerSample(
        name: "response norm", layer: LocalResponseNormLayer(size: 3, alpha: 0.3), shapes: [image]),
      LayerSample(
        name: "PReLU", layer: PReLULayer(slope: try numbers.tensor([32]).magnitude()),
        shapes: [image]),
      LayerSample(name: "softmax", layer: SoftmaxLayer(axis: 1), shapes: [[4, 9]]),
      LayerSample(name: "softmax over tokens", layer: SoftmaxLayer(), shapes: [[2, 5, 9]]),
      LayerSample(
        name: "log softmax", layer: SoftmaxLayer(axis: 1, isLogarithmic: true), shapes: [image]),
    ]
  }

  private static var pools: [LayerSample] {
    let window = Window([3, 2], stride: [2, 1], padding: [1, 1])
    let layers: [(String, any Layer)] = [
      ("max pool", MaxPoolLayer(window)), ("average pool", AveragePoolLayer(window)),
      ("global max", GlobalMaxPoolLayer()), ("global average", GlobalAveragePoolLayer()),
      ("adaptive", AdaptiveAveragePoolLayer([3, 2])),
      ("mean", ReductionLayer(over: [2, 3], isKeepingAxes: false, isMean: true)),
      ("sum", ReductionLayer(over: [1], isKeepingAxes: true, isMean: false)),
      ("maximum", MaximumLayer(over: [2], isKeepingAxes: true)),
      ("ranked", RankedElementLayer(axis: 1, rank: 2)),
      ("bilinear", UpsampleLayer(factors: [2, 3], isBilinear: true)),
      ("nearest", UpsampleLayer(factors: [2, 2], isBilinear: false)),
    ]
    return layers.map { LayerSample(name: $0, layer: $1, shapes: [image]) }
  }

  private static var shapes: [LayerSample] {
    let layers: [(String, any Layer)] = [
      ("flatten", FlattenLayer()), ("reshape", ReshapeLayer([0, 3, -1])),
      ("reshape with channels", ReshapeLayer([4, -1])),
      ("transpose", TransposeLayer([0, 2, 3, 1])),
      ("insert", UnitAxesLayer([2], isInserting: true)),
      ("slice", SliceLayer([.init(axis: 2, start: 1, end: 6, step: 2)])),
      ("chunk", ChunkLayer(axis: 1, index: 1, count: 4)),
      ("gather", GatherLayer(axis: 1, indices: [4, 0, 4])),
      ("zero pad", PadLayer(before: [0, 1, 2], after: [0, 0, 1])),
      ("crop", PadLayer(before: [0, -1, 2], after: [0, 0, -2])),
      ("reflect", PadLayer(before: [0, 1, 2], after: [0, 0, 1], mode: .reflect)),
      ("replicate", PadLayer(before: [0, 1, 2], after: [0, 0, 1], mode: .replicate)),
      ("identity", IdentityLayer()), ("dropout", DropoutLayer()),
    ]
    return layers.map { LayerSample(name: $0, layer: $1, shapes: [image]) }
  }

  private static var reductions: [LayerSample] {
    let layers: [(String, any Layer)] = [
      ("norm", CurvedReductionLayer(.norm, over: [1, -1], isKeepingAxes: false)),
      ("norm kept", CurvedReductionLayer(.norm, over: [1], isKeepingAxes: true)),
      (
        "log sum exp",
        CurvedReductionLayer(.logSumExponential, over: [2, 3], isKeepingAxes: false)
      ),
      (
        "log sum exp kept",
        CurvedReductionLayer(.logSumExponential, over: [1], isKeepingAxes: true)
      ),
      ("product", CurvedReductionLayer(.product, over: [2], isKeepingAxes: false)),
      ("product kept", CurvedReductionLayer(.product, over: [-1], isKeepingAxes: true)),
      ("normalize", NormalizeLayer(over: [1], floor: 1e-12)),
      ("normalize by L1", NormalizeLayer(over: [-1], power: 1)),
      ("layer norm in pieces", UnscaledNormLayer(over: [-1])),
      ("layer norm of channels", UnscaledNormLayer(over: [1], epsilon: 1e-6)),
      ("RMS norm in pieces", UnscaledNormLayer(over: [2, 3], isCentred: false)),
    ]
    return layers.map { LayerSample(name: $0, layer: $1, shapes: [image]) }
  }

  private static var resizes: [LayerSample] {
    let sizes = [ResizeAxis(axis: 2, extent: .size(9)), ResizeAxis(axis: 3, extent: .size(3))]
    let factors = [
      ResizeAxis(axis: 2, extent: .factor(1.5)), ResizeAxis(axis: 3, extent: .factor(0.6)),
    ]
    let small = [ResizeAxis(axis: 2, extent: .size(2)), ResizeAxis(axis: 3, extent: .size(2))]
    let layers: [(String, ResizeLayer)] = [
      ("linear", ResizeLayer(sizes, mode: .linear)),
      ("aligned corners", ResizeLayer(sizes, mode: .linear, coordinates: .alignCorners)),
      ("linear factors", ResizeLayer(factors, mode: .linear)),
      ("smoothing linear", ResizeLayer(small, mode: .linear, isSmoothing: true)),
      ("nearest", ResizeLayer(factors, mode: .nearest(.floor), coordinates: .asymmetric)),
      ("cubic", ResizeLayer(sizes, mode: .cubic(-0.75), excludesOutside: true)),
      ("smoothing cubic", ResizeLayer(small, mode: .cubic(-0.5), isSmoothing: true)),
    ]
    return layers.map { LayerSample(name: "resize, \($0)", layer: $1, shapes: [image]) }
  }

  /// Elements in other places, repeated, or between constants.
  private static func moves() throws -> [LayerSample] {
    var numbers = SeededNumbers(29)
    let tokens = SurroundLayer(
      axis: 1, before: try numbers.tensor([1, 1, 9]), after: try numbers.tensor([1, 2, 9]))
    let column = SurroundLayer(axis: -1, before: try numbers.tensor([1, 32, 6, 1]))
    return [
      LayerSample(
        name: "depth to space", layer: SpaceDepthLayer(block: 2, isToSpace: true), shapes: [image]),
      LayerSample(
        name: "depth to space, columns first",
        layer: SpaceDepthLayer(block: 2, isToSpace: true, order: .columnFirst), shapes: [image]),
      LayerSample(
        name: "space to depth", layer: SpaceDepthLayer(block: 2, isToSpace: false),
        shapes: [[3, 8, 6, 4]]),
      LayerSample(
        name: "gather positions",
        layer: GatherPositionsLayer([[0, 1], [2, 0], [0, 1]], shape: [3]), shapes: [image]),
      LayerSample(
        name: "gather a table", layer: GatherPositionsLayer([[4], [0], [-1], [4]], shape: [2, 2]),
        shapes: [image]),
      LayerSample(name: "expand", layer: ExpandLayer([4, 1, 5]), shapes: [[3, 1, 6, 1]]),
      LayerSample(name: "expand the last", layer: ExpandLayer([1, 1, 4]), shapes: [[3, 5, 1]]),
      LayerSample(name: "surround tokens", layer: tokens, shapes: [[3, 5, 9]]),
      LayerSample(name: "surround columns", layer: column, shapes: [image]),
      LayerSample(
        name: "grid sample",
        layer: GridSampleLayer(
          Operands([.computed, .constant(try numbers.tensor([1, 4, 3, 2], scale: 0.4))])),
        shapes: [image]),
      LayerSample(name: "column", layer: ColumnLayer(), shapes: [[3]]),
      LayerSample(name: "column of a table", layer: ColumnLayer(), shapes: [[3, 9]]),
    ]
  }

  private static func quantized() throws -> [LayerSample] {
    let steps = try SeededNumbers.tensor([32, 1, 1], seed: 61).squared() * 0.05 + 0.02
    let zeros = try Tensor.full([32, 1, 1], 12, dtype: .float64)
    let grid = try SeededNumbers.tensor([1, 4, 3, 2], seed: 62) * 0.4
    return [
      LayerSample(
        name: "levels", layer: QuantizationLayer(scale: steps, zero: zeros, levels: 0...31),
        shapes: [image]),
      LayerSample(
        name: "values of levels",
        layer: QuantizationLayer(scale: steps, zero: zeros, levels: 0...31, givesValues: true),
        shapes: [image]),
      LayerSample(
        name: "own levels", layer: DynamicQuantizationLayer(.levels), shapes: [[3, 7, 5]]),
      LayerSample(
        name: "values of own levels", layer: DynamicQuantizationLayer(.values), shapes: [image]),
      LayerSample(
        name: "constant grid", layer: GridSampleLayer(Operands([.computed, .constant(grid)])),
        shapes: [image]),
      LayerSample(
        name: "computed grid", layer: GridSampleLayer(Operands(computed: 2), padding: .border),
        shapes: [image, [3, 4, 5, 2]]),
    ]
  }

  private static func several() throws -> [LayerSample] {
    let half = [3, 16, 6, 5]
    return [
      LayerSample(name: "sum", layer: SumLayer(), shapes: [image, image]),
      LayerSample(name: "difference", layer: SumLayer(isDifference: true), shapes: [image, image]),
      LayerSample(name: "product", layer: ProductLayer(), shapes: [image, [3, 32, 1, 1]]),
      LayerSample(
        name: "matrices", layer: MatrixProductLayer(), shapes: [[3, 4, 5, 6], [3, 4, 6, 7]]),
      LayerSample(
        name: "constant left",
        layer: ConstantProductLayer(
          weight: try SeededNumbers.tensor([7, 5], seed: 5), isLeft: true),
        shapes: [[3, 4, 5, 6]]),
      LayerSample(
        name: "constant right",
        layer: ConstantProductLayer(
          weight: try SeededNumbers.tensor([4, 6, 7], seed: 6), isLeft: false),
        shapes: [[3, 4, 5, 6]]),
      LayerSample(
        name: "einsum", layer: EinsumLayer("nchw,ncwk->nkch"),
        shapes: [[3, 4, 5, 6], [3, 4, 6, 7]]),
      LayerSample(
        name: "constant einsum",
        layer: ConstantEinsumLayer(
          "nchw,cdw->nhd", weight: try SeededNumbers.tensor([4, 5, 6], seed: 8)),
        shapes: [[3, 4, 5, 6]]),
      LayerSample(
        name: "named operator",
        layer: NamedOperatorLayer("aten::logcumsumexp", [.computed, .plain(.int(2))]),
        shapes: [half]),
      LayerSample(name: "tile", layer: RepeatLayer([1, 2, 1, 3]), shapes: [half]),
      LayerSample(name: "running sum", layer: RunningSumLayer(axis: 2), shapes: [image]),
      LayerSample(
        name: "triangle", layer: TriangleLayer(diagonal: -1, isUpper: false), shapes: [half]),
      LayerSample(
        name: "selection",
        layer: SelectionLayer(
          Operands([
            .constant(try Tensor([1, 0, 1, 1, 0], shape: [5], dtype: .float64).isGreater(than: 0)),
            .computed, .computed,
          ])), shapes: [image, image]),
      LayerSample(
        name: "input part", layer: InputPartLayer(start: 3, shape: [2, 4], type: .float32),
        shapes: [[3, 14]]),
      LayerSample(
        name: "chosen elements",
        layer: IndexingLayer(
          .elements(axis: 2), operands: Operands([.computed, .constant(try places([1, 5, 2, 6]))])),
        shapes: [[3, 5, 4, 6]]),
      LayerSample(
        name: "chosen parts",
        layer: IndexingLayer(
          .parts(axis: 2), operands: Operands([.computed, .constant(try places([1, 2, 3]))])),
        shapes: [[3, 5, 4, 6]]),
      LayerSample(
        name: "chosen positions",
        layer: IndexingLayer(
          .positions(depth: 2), operands: Operands([.computed, .constant(try places([1, 3, 2]))])),
        shapes: [[3, 5, 4, 6]]),
      LayerSample(
        name: "written elements",
        layer: WritingLayer(
          .elements(axis: 1),
          operands: Operands([.computed, .constant(try places([1, 1, 4, 6])), .computed])),
        shapes: [[3, 5, 4, 6], [3, 1, 4, 6]]),
      LayerSample(
        name: "added positions",
        layer: WritingLayer(
          .positions(depth: 2), isAdding: true,
          operands: Operands([.computed, .constant(try places([1, 3, 2])), .computed])),
        shapes: [[3, 5, 4, 6], [3, 3, 6]]),
      LayerSample(
        name: "smallest", layer: LargestElementsLayer(axis: 2, count: 2, isLargest: false),
        shapes: [[3, 5, 4, 6]]),
      LayerSample(
        name: "scatter", layer: ScatterLayer([[0], [3]]),
        shapes: [[3, 5, 4, 6], [3, 2, 4, 6]]),
      LayerSample(
        name: "scatter sum", layer: ScatterLayer([[0, 1], [3, -1]], isAdding: true),
        shapes: [[3, 5, 4, 6], [3, 2, 6]]),
      LayerSample(name: "concatenation", layer: ConcatenationLayer(), shapes: [image, half]),
      LayerSample(
        name: "log mean exp", layer: LogMeanExponentialLayer(), shapes: [[4, 9], [4, 9]]),
    ]
  }

  /// Whole numbers below 4, below zero, too.
  private static func places(_ shape: [Int]) throws -> Tensor {
    let count = shape.reduce(1, *)
    return try Tensor((0..<count).map { Int64($0 * 7 % 8 - 4) }, shape: shape)
  }

  private static func random() throws -> [LayerSample] {
    let random = CounterRandom(seed: 5)
    return [
      LayerSample(
        name: "sampled dropout",
        layer: try SampledDropoutLayer(rate: 0.4, random: random, streams: [0, 1, 2]),
        shapes: [image]),
      LayerSample(
        name: "noise",
        layer: try GaussianNoiseLayer(deviation: 0.2, random: random, streams: [0, 1, 2]),
        shapes: [image]),
    ]
  }
}
