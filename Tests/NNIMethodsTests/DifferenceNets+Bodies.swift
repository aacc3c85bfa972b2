import NNIGraph
import NNITestSupport

extension DifferenceNets {
  /// What each net has beside its head.
  static let bodies: [String: Build] = pools.merging(joins) { $1 }.merging(moves) { $1 }
    .merging(norms) { $1 }.merging(functions) { $1 }

  private static func maxPool(_ size: Int, _ stride: Int, _ padding: Int = 0) -> MaxPoolLayer {
    MaxPoolLayer(
      Window([size, size], stride: [stride, stride], padding: [padding, padding]))
  }

  private static let pools: [String: Build] = [
    "max pool 3, 1": {
      try $0.convolution(); try $0.relu(); try $0.add(maxPool(3, 1)); try $0.convolution();
      try $0.relu()
    },
    "max pool 3, 2, 1": {
      try $0.convolution(); try $0.relu(); try $0.add(maxPool(3, 2, 1)); try $0.convolution();
      try $0.relu()
    },
    "max pool 2, 2": {
      try $0.convolution(); try $0.relu(); try $0.add(maxPool(2, 2)); try $0.convolution();
      try $0.relu()
    },
    "max pool before ReLU": {
      try $0.convolution(); try $0.add(maxPool(3, 2, 1)); try $0.relu(); try $0.convolution();
      try $0.add(maxPool(3, 1)); try $0.relu()
    },
    "max pool of the input": {
      try $0.add(maxPool(3, 1)); try $0.convolution(); try $0.relu()
    },
    "max pool of a max pool": {
      try $0.convolution(); try $0.add(maxPool(3, 1)); try $0.add(maxPool(3, 1))
    },
    "max pool, ceiling": {
      try $0.convolution();
      try $0.add(MaxPoolLayer(Window([3, 3], stride: [2, 2]), isCeiling: true)); try $0.relu()
    },
    "global max pool": {
      try $0.convolution(); try $0.relu(); try $0.add(GlobalMaxPoolLayer()); try $0.relu()
    },
    "pad with −∞, max pool": {
      try $0.convolution()
      try $0.add(PadLayer(before: [0, 0, 1], after: [0, 1, 1], value: -.infinity))
      try $0.add(maxPool(2, 2)); try $0.relu(); try $0.convolution(); try $0.relu()
    },
    "average pools": {
      try $0.convolution(); try $0.relu()
      try $0.add(AveragePoolLayer(Window([3, 3], stride: [2, 2], padding: [1, 1])))
      try $0.convolution()
      try $0.add(AveragePoolLayer(Window([2, 2]), countsPadding: false)); try $0.relu()
      try $0.convolution(); try $0.add(GlobalAveragePoolLayer()); try $0.relu()
    },
    "reductions": {
      try $0.convolution();
      try $0.add(ReductionLayer(over: [2], isKeepingAxes: true, isMean: true)); try $0.relu()
      try $0.add(ReductionLayer(over: [-1], isKeepingAxes: false, isMean: false)); try $0.relu()
    },
  ]

  private static let joins: [String: Build] = [
    "gate": {
      let a = try $0.convolution(after: "image"); try $0.convolution(after: "image");
      let b = try $0.add(ActivationLayer(.sigmoid)); try $0.add(ProductLayer(), after: a, b);
      try $0.relu()
    },
    "squeeze and excitation": {
      try $0.convolution(); let features = try $0.relu()
      try $0.add(GlobalAveragePoolLayer()); try $0.convolution(3, kernel: 1); try $0.relu();
      try $0.convolution(kernel: 1)
      let gate = try $0.add(ActivationLayer(.hardSigmoid(0.2, 0.5)))
      try $0.add(ProductLayer(), after: features, gate); try $0.relu(); try $0.convolution();
      try $0.relu()
    },
    "square": {
      let a = try $0.convolution(); try $0.add(ProductLayer(), after: a, a); try $0.convolution();
      try $0.relu()
    },
    "skip": {
      try $0.convolution(); let a = try $0.relu(); try $0.convolution(); try $0.relu();
      try $0.convolution(); try $0.add(SumLayer(), after: $0.graph.output, a); try $0.relu();
      try $0.add(SumLayer(), after: $0.graph.output, a, "image"); try $0.relu()
    },
    "reused layers": {
      try $0.convolution(); try $0.relu()
      let shared = try $0.graph["n1"].layer
      try $0.add(shared); try $0.relu(); let a = $0.graph.output; try $0.add(shared);
      try $0.add(SumLayer(), after: $0.graph.output, a); try $0.add(shared); try $0.relu()
    },
    "concatenation": {
      let a = try $0.convolution(3, after: "image"); let b = try $0.convolution(2, after: "image");
      let c = try $0.relu(after: b); try $0.add(ConcatenationLayer(), after: a, c, "image", a);
      try $0.relu(); try $0.convolution(); try $0.relu()
    },
    "subtraction": {
      let a = try $0.convolution(after: "image"); let b = try $0.convolution(after: "image");
      let c = try $0.relu(after: b); try $0.add(SumLayer(isDifference: true), after: a, c);
      try $0.relu(); try $0.convolution();
      try $0.add(SumLayer(isDifference: true), after: $0.graph.output, a); try $0.relu()
    },
    "nothing left": {
      let a = try $0.convolution(); let b = try $0.add(SumLayer(isDifference: true), after: a, a);
      try $0.relu(); try $0.add(SumLayer(), after: $0.graph.output, a, b); try $0.relu()
    },
    "broadcast sum": {
      let a = try $0.convolution(); let b = try $0.add(GlobalAveragePoolLayer());
      try $0.add(SumLayer(isDifference: true), after: a, b); try $0.relu(); try $0.convolution();
      try $0.relu()
    },
    "split at a product": {
      let a = try $0.convolution(after: "image"); let b = try $0.convolution(after: "image");
      let c = try $0.add(ProductLayer(), after: a, b); try $0.add(SumLayer(), after: c, a);
      try $0.relu(); try $0.convolution(); try $0.relu()
    },
    "ReLU of the input": {
      try $0.relu(); try $0.relu(); try $0.convolution(); try $0.relu()
    },
    "nothing but dense": { try $0.add(IdentityLayer()) },
  ]

  private static let moves: [String: Build] = [
    "constant border": {
      try $0.convolution(); try $0.add(PadLayer(before: [0, 1, 2], after: [0, 2, 1], value: 0.7));
      try $0.relu(); try $0.convolution(); try $0.relu()
    },
    "border of the input": {
      try $0.add(PadLayer(before: [0, 1, 2], after: [0, 2, 1], value: -0.7)); try $0.convolution();
      try $0.relu()
    },
    "reflected border": {
      try $0.convolution();
      try $0.add(PadLayer(before: [0, 1, 2], after: [0, 2, 1], mode: .reflect)); try $0.relu()
    },
    "edge as border": {
      try $0.convolution();
      try $0.add(PadLayer(before: [0, 1, 2], after: [0, 2, 1], mode: .replicate)); try $0.relu();
      try $0.convolution(); try $0.relu()
    },
    "transposed convolution": {
      try $0.convolution(); try $0.relu()
      let layer = TransposedConvolutionLayer(
        weight: try $0.numbers.tensor([4, 3, 3, 3], scale: 0.4), bias: try $0.numbers.tensor([3]),
        stride: [2, 2], padding: [1, 1], outputPadding: [1, 1])
      try $0.add(layer); try $0.relu()
    },
    "upsampling": {
      try $0.convolution(); try $0.add(UpsampleLayer(factors: [2, 2], isBilinear: true));
      try $0.relu(); try $0.convolution();
      try $0.add(UpsampleLayer(factors: [2, 3], isBilinear: false)); try $0.relu()
    },
    "groups": {
      try $0.convolution(8, groups: 4); try $0.relu(); try $0.convolution(8, groups: 8);
      try $0.relu()
    },
    "slices": {
      let a = try $0.convolution(6)
      let b = try $0.add(
        SliceLayer([.init(axis: 1, start: 1, end: -2), .init(axis: 3, start: 0, step: 2)]), after: a
      )
      let c = try $0.add(
        SliceLayer([.init(axis: 1, start: 0, end: 3), .init(axis: 3, start: 1, step: 2)]), after: a)
      let d = try $0.relu(after: c)
      try $0.add(SumLayer(), after: b, d); try $0.relu();
      try $0.add(ChunkLayer(axis: 2, index: 1, count: 3)); try $0.relu()
    },
    "other shapes": {
      try $0.convolution(); try $0.add(TransposeLayer([0, 2, 3, 1])); try $0.relu();
      try $0.add(ReshapeLayer([-1, 8])); try $0.relu()
    },
    "dense on the last axis": {
      try $0.convolution();
      try $0.add(
        DenseLayer(weight: try $0.numbers.tensor([5, 6]), bias: try $0.numbers.tensor([5])));
      try $0.relu()
    },
  ]

  private static let norms: [String: Build] = [
    "batch norm after": {
      try $0.convolution(); try $0.batchNorm(); try $0.relu(); try $0.convolution();
      try $0.batchNorm(); try $0.relu()
    },
    "batch norm of the input": {
      try $0.batchNorm(); try $0.convolution(); try $0.relu()
    },
    "batch norm of the input, no padding": {
      try $0.batchNorm(); try $0.convolution(kernel: 1); try $0.relu()
    },
    "batch norm, ReLU, convolution": {
      let a = try $0.convolution(2, after: "image");
      try $0.add(ConcatenationLayer(), after: a, "image"); try $0.batchNorm(); try $0.relu();
      let b = try $0.convolution(2); try $0.add(ConcatenationLayer(), after: b, a);
      try $0.batchNorm(); try $0.relu(); try $0.convolution(); try $0.relu()
    },
    "batch norm used twice": {
      try $0.convolution(); let a = try $0.batchNorm(); let b = try $0.relu(); try $0.convolution();
      try $0.add(SumLayer(isDifference: true), after: $0.graph.output, a); try $0.batchNorm();
      try $0.relu(); try $0.add(SumLayer(), after: $0.graph.output, b)
    },
    "affine": {
      try $0.convolution();
      try $0.add(
        AffineLayer(weight: try $0.numbers.tensor([4, 1, 6]), bias: try $0.numbers.tensor([8, 1])));
      try $0.relu(); try $0.convolution();
      try $0.add(AffineLayer(weight: try Tensor.full([1], -1, dtype: .float64))); try $0.relu()
    },
    "PReLU": {
      try $0.convolution(); try $0.add(PReLULayer(slope: try $0.numbers.tensor([4])));
      try $0.convolution(); try $0.add(PReLULayer(slope: try $0.numbers.tensor([1])))
    },
    "local response norm": {
      try $0.convolution(6); try $0.relu();
      try $0.add(LocalResponseNormLayer(size: 3, alpha: 0.5, beta: 0.75, bias: 1));
      try $0.convolution(); try $0.relu()
    },
    "layer norm": {
      try $0.convolution();
      try $0.add(
        LayerNormLayer(scale: try $0.numbers.tensor([6]), shift: try $0.numbers.tensor([6])));
      try $0.relu(); try $0.convolution(); try $0.relu()
    },
    "layer norm over all": {
      try $0.convolution(); try $0.add(LayerNormLayer(scale: try $0.numbers.tensor([4, 8, 6])));
      try $0.relu()
    },
    "group norm": {
      try $0.convolution();
      try $0.add(
        GroupNormLayer(
          scale: try $0.numbers.tensor([4]), shift: try $0.numbers.tensor([4]), groups: 2));
      try $0.relu()
    },
    "instance norm": {
      try $0.convolution();
      try $0.add(
        InstanceNormLayer(scale: try $0.numbers.tensor([4]), shift: try $0.numbers.tensor([4])));
      try $0.relu()
    },
    "softmax inside": {
      try $0.convolution(); try $0.add(SoftmaxLayer(axis: 1)); try $0.convolution(); try $0.relu();
      try $0.add(SoftmaxLayer(axis: -1, isLogarithmic: true)); try $0.relu()
    },
    "softmax gate": {
      let a = try $0.convolution(after: "image"); let b = try $0.convolution(after: "image");
      let c = try $0.add(SoftmaxLayer(axis: 2), after: b); try $0.add(ProductLayer(), after: a, c);
      try $0.relu()
    },
  ]

  /// Each function after a convolution; those that are not defined everywhere after one that keeps its
  /// values well above zero.
  private static let functions: [String: Build] = {
    let everywhere: [ActivationLayer.Function] = [
      .relu, .clip(0, 1), .clip(-0.5, 0.5), .leakyReLU(0.1), .elu(0.7), .selu,
      .gelu(isApproximate: false),
      .gelu(isApproximate: true), .silu, .hardSigmoid(0.2, 0.5), .hardSwish, .sigmoid, .tanh,
      .softplus, .mish,
      .exponential, .magnitude, .errorFunction, .power(2), .power(3),
    ]
    let positive: [ActivationLayer.Function] = [
      .logarithm, .squareRoot, .reciprocal, .power(-0.5), .power(1.5),
    ]
    var nets: [String: Build] = [:]
    for function in everywhere {
      nets["function \(function)"] = {
        // Small weights keep exponentials and powers, and so their rounding, near 1.
        try $0.convolution(scale: 0.15); try $0.add(ActivationLayer(function));
        try $0.convolution(); try $0.relu()
      }
    }
    for function in positive {
      nets["function \(function)"] = {
        // Sigmoids lie in 0…1; the weights are at least zero.
        try $0.add(ActivationLayer(.sigmoid))
        let weight = try $0.numbers.tensor([4, 4, 3, 3]).magnitude()
        try $0.add(ConvolutionLayer(weight: weight * 0.3, bias: .full([4], 0.5, dtype: .float64)))
        try $0.add(ActivationLayer(function)); try $0.convolution(); try $0.relu()
      }
    }
    return nets
  }()
}
