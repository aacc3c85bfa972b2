/// Blocks that several of torchvision's networks consist of.
extension NetworkBuilder {
  /// A convolution without bias, batch norm and, if there is one, an activation: `NAME.0`, `NAME.1`, `NAME.2`,
  /// torchvision's `Conv2dNormActivation`.
  @discardableResult
  mutating func unit(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 1, stride: Int = 1,
    groups: Int = 1, epsilon: Double = 1e-5, activation function: ActivationLayer.Function? = nil,
    after sources: [NodeID] = []
  ) throws -> NodeID {
    try convolution(
      "\(name).0", inputs, outputs, kernel: kernel, stride: stride, padding: .each(kernel / 2),
      groups: groups, hasBias: false, after: sources)
    let normalized = try batchNorm("\(name).1", outputs, epsilon: epsilon)
    guard let function else { return normalized }
    return try activation("\(name).2", function)
  }

  /// A convolution without bias, of any kernel, batch norm and ReLU: `NAME.conv`, `NAME.bn`, the Inception networks'
  /// `BasicConv2d`.
  @discardableResult
  mutating func basicConvolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: [Int] = [1, 1], stride: Int = 1,
    padding: [Int] = [0, 0], after sources: [NodeID] = []
  ) throws -> NodeID {
    let weight = try parameter(
      "\(name).conv.weight", [outputs, inputs] + kernel,
      .weight(fanIn: inputs * kernel.reduce(1, *)))
    var layer = ConvolutionLayer(weight: weight, stride: [stride, stride])
    layer.window.paddingBefore = padding
    layer.window.paddingAfter = padding
    try add(layer, as: "\(name).conv", after: sources)
    try batchNorm("\(name).bn", outputs, epsilon: 1e-3)
    return try relu("\(name).relu")
  }

  /// A gate for each channel that is computed of all channels' means: `NAME.fc1`, `NAME.fc2`.
  ///
  /// - Reference: Hu et al. 2018, *Squeeze-and-Excitation Networks*, equations 2 to 4 (`hu2018squeeze`).
  @discardableResult
  mutating func squeezeExcitation(
    _ name: String, _ channels: Int, squeezed: Int,
    activation function: ActivationLayer.Function = .relu,
    gate: ActivationLayer.Function = .sigmoid
  ) throws -> NodeID {
    let source = last
    try add(GlobalAveragePoolLayer(), as: "\(name).avgpool")
    try convolution("\(name).fc1", channels, squeezed, kernel: 1)
    try activation("\(name).activation", function)
    try convolution("\(name).fc2", squeezed, channels, kernel: 1)
    let scale = try activation("\(name).scale_activation", gate)
    return try add(ProductLayer(), as: "\(name).mul", after: [scale, source])
  }

  /// Two dense layers with a GELU between them: `NAME.FIRST`, `NAME.FIRST+1` and `NAME.LAST`.
  @discardableResult
  mutating func perceptron(
    _ name: String, _ width: Int, hidden: Int, first: Int = 0, last index: Int = 3
  ) throws -> NodeID {
    try dense("\(name).\(first)", width, hidden)
    try activation("\(name).\(first + 1)", .gelu(isApproximate: false))
    return try dense("\(name).\(index)", hidden, width)
  }
}

/// Numbers of channels that hardware likes.
enum ChannelRounding {
  /// The multiple of `divisor` next to a number, at least one, and not more than a tenth below the number:
  /// MobileNet's `_make_divisible`.
  static func channels(near value: Double, multipleOf divisor: Int = 8) -> Int {
    let nearest = max(divisor, Int(value + Double(divisor) / 2) / divisor * divisor)
    return Double(nearest) < 0.9 * value ? nearest + divisor : nearest
  }
}
