/// The transpose of a convolution, which enlarges its input; input `[N, C, …]`, weight
/// `[C, K/groups, …]`, output `[N, K, …]`.
public struct TransposedConvolutionLayer: LinearLayer {
  public var weight: Tensor
  public var bias: Tensor?
  /// Size, stride, padding and dilation of the convolution that this one transposes.
  public var window: Window
  /// Extra rows and columns at the end of the output.
  public var outputPadding: [Int]
  /// Into how many parts the channels are split that do not see each other.
  public var groups: Int

  /// Creates a transposed convolution whose kernel size is that of `weight`.
  public init(
    weight: Tensor, bias: Tensor? = nil, stride: [Int]? = nil, padding: [Int]? = nil,
    outputPadding: [Int]? = nil, dilation: [Int]? = nil, groups: Int = 1
  ) {
    self.weight = weight
    self.bias = bias
    window = Window(
      Array(weight.shape.dropFirst(2)), stride: stride, padding: padding, dilation: dilation)
    self.outputPadding = outputPadding ?? window.size.map { _ in 0 }
    self.groups = groups
  }

  public var kind: LayerKind { .convolution }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let padding = window.isSymmetric ? window.paddingBefore : window.size.map { _ in 0 }
    var value = try Tensor.call(
      "aten::convolution", .tensor(inputs[0]), .tensor(weight), .optional(bias),
      .ints(window.stride), .ints(padding), .ints(window.dilation), .bool(true),
      .ints(outputPadding), .int(groups))
    guard !window.isSymmetric else { return value }
    // Padding takes rows off the output, here at each side its own number.
    for (axis, (before, after)) in zip(window.paddingBefore, window.paddingAfter).enumerated() {
      let extent = value.shape[axis + 2]
      guard before + after < extent else {
        throw InterpretabilityError(
          .invalidInput, "padding of \(before) and \(after) leaves nothing of \(extent) rows")
      }
      value = try value.narrowed(axis: axis + 2, to: before..<extent - after)
    }
    return value
  }

  public func alignedBias(rank: Int) throws -> Tensor? {
    try bias?.aligned(toAxis: 1, rank: rank)
  }

  public var settings: String {
    "\(weight.shape[0])→\(weight.shape[1] * groups), \(window.text)"
  }
}

extension TransposedConvolutionLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("ConvTranspose") { node in
        let weight = try node.requiredConstant(1, "weight")
        guard (3...5).contains(weight.rank), weight.count > 0 else {
          throw node.unsupported("a weight of shape \(weight.shape)")
        }
        var layer = TransposedConvolutionLayer(weight: weight, bias: try node.constant(2))
        layer.window = try Window(node, size: Array(weight.shape.dropFirst(2)))
        // The reader turns output_shape and auto_pad into pads.
        guard try node.ints("output_shape") == nil,
          try !node.string("auto_pad", default: "NOTSET").hasPrefix("SAME")
        else { throw node.unsupported("output_shape or auto_pad for an input of unknown size") }
        layer.outputPadding = try node.ints("output_padding") ?? layer.outputPadding
        layer.groups = try node.int("group", default: 1)
        guard layer.groups > 0, weight.shape[0] % layer.groups == 0,
          layer.outputPadding.count == layer.window.size.count
        else {
          throw InterpretabilityError(
            .invalidFile, "ConvTranspose: group or output_padding does not fit the weight",
            node: node.id)
        }
        try node.requireKernel(
          weight, layer.bias, channels: weight.shape[1] * layer.groups)
        return layer
      }
    ]
  }
}
