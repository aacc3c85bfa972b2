/// A transposed convolution as a plain one, which libtorch computes and differentiates several times
/// faster: its own transposed kernels multiply matrices sample by sample.
///
/// Three forms are rewritten, which generators are made of; others stay:
/// - from one pixel, `[N, C, 1, 1]` without padding: a product of matrices;
/// - stride 1: a convolution with the kernel turned round, padded by `kernel − 1 − padding`;
/// - kernel 4, stride 2, padding 1: each of the four phases of the output sees 2 × 2 pixels of the input,
///   so a convolution with a 3 × 3 kernel makes all four side by side, and they are interleaved.
///
/// - Reference: Shi et al. 2016, *Is the Deconvolution Layer the Same as a Convolutional Layer?*
///   (`shi2016deconvolution`).
struct TrainingTransposedConvolutionLayer: Layer {
  private let layer: TransposedConvolutionLayer

  /// The layer, if it can be rewritten.
  init?(_ layer: TransposedConvolutionLayer) {
    let window = layer.window
    guard window.size.count == 2, window.isSymmetric, layer.groups == 1,
      window.dilation == [1, 1], layer.outputPadding == [0, 0]
    else { return nil }
    let isHalving =
      window.size == [4, 4] && window.stride == [2, 2] && window.paddingBefore == [1, 1]
    guard isHalving || window.stride == [1, 1] else { return nil }
    self.layer = layer
  }

  package var kind: LayerKind { .convolution }

  package func forward(_ inputs: [Tensor]) throws -> Tensor {
    let input = inputs[0]
    let isUnpadded = layer.window.paddingBefore == [0, 0]
    let plain =
      layer.window.stride == [2, 2]
      ? try interleaved(input)
      : input.rank == 4 && input.shape[2...] == [1, 1] && isUnpadded
        ? try product(input) : try turned(input)
    guard let bias = layer.bias else { return plain }
    return try plain + bias.aligned(toAxis: 1, rank: 4)
  }

  package func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    TrainingTransposedConvolutionLayer(rewriting: try layer.mapParameters(transform))
  }

  private init(rewriting layer: TransposedConvolutionLayer) { self.layer = layer }

  private func product(_ input: Tensor) throws -> Tensor {
    let shape = layer.weight.shape
    let flat = try Tensor.call(
      "aten::matmul", .tensor(input.flattened(from: 1)), .tensor(layer.weight.flattened(from: 1)))
    return try flat.reshaped([input.shape[0], shape[1], shape[2], shape[3]])
  }

  private func turned(_ input: Tensor) throws -> Tensor {
    let kernel = try Tensor.call(
      "aten::flip", .tensor(layer.weight.transposed(0, 1)), .ints([2, 3]))
    let padding = zip(layer.window.size, layer.window.paddingBefore).map { $0 - 1 - $1 }
    var output = try convolution(input, kernel, padding: padding.map { max($0, 0) })
    for (axis, width) in padding.enumerated() where width < 0 {
      // Padding of more than the kernel reaches takes away from the output.
      output = try output.narrowed(
        axis: axis + 2, to: -width..<max(-width, output.shape[axis + 2] + width))
    }
    return output
  }

  private func interleaved(_ input: Tensor) throws -> Tensor {
    let (inputs, outputs) = (layer.weight.shape[0], layer.weight.shape[1])
    // Output 2i + r sees inputs i − 1, i, i + 1 through these elements of the kernel; 4 is a zero.
    let taps = try Tensor([3, 1, 4, 4, 2, 0] as [Int64], shape: [6])
    let padded = try Tensor.call(
      "aten::constant_pad_nd", .tensor(layer.weight), .ints([0, 1, 0, 1]), .double(0))
    let rows = try Tensor.call("aten::index_select", .tensor(padded), .int(2), .tensor(taps))
    let all = try Tensor.call("aten::index_select", .tensor(rows), .int(3), .tensor(taps))
    let kernel = try all.reshaped([inputs, outputs, 2, 3, 2, 3]).permuted([1, 2, 4, 0, 3, 5])
      .reshaped([4 * outputs, inputs, 3, 3])
    return try .call(
      "aten::pixel_shuffle", .tensor(convolution(input, kernel, padding: [1, 1])), .int(2))
  }

  private func convolution(
    _ input: Tensor, _ kernel: Tensor, padding: [Int]
  ) throws -> Tensor {
    try .call(
      "aten::convolution", .tensor(input), .tensor(kernel), .none, .ints([1, 1]), .ints(padding),
      .ints([1, 1]), .bool(false), .ints([0, 0]), .int(1))
  }
}
