/// Layers with parameters under PyTorch's names.
extension NetworkBuilder {
  /// How the border of an image is padded.
  public enum Padding: Sendable, Hashable {
    /// As much on each side.
    case each(Int)
    /// TensorFlow's `SAME` for extents that the stride divides: `kernel − stride` in all, the smaller
    /// half before.
    case same
  }

  /// A two-dimensional convolution with a square kernel: `NAME.weight`, `NAME.bias`.
  @discardableResult
  public mutating func convolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
    padding: Padding = .each(0), groups: Int = 1, hasBias: Bool = true, after sources: [NodeID] = []
  ) throws -> NodeID {
    let fanIn = inputs / groups * kernel * kernel
    let weight = try parameter(
      "\(name).weight", [outputs, inputs / groups, kernel, kernel], .weight(fanIn: fanIn))
    let bias = hasBias ? try parameter("\(name).bias", [outputs], .zero) : nil
    var layer = ConvolutionLayer(
      weight: weight, bias: bias, stride: [stride, stride], groups: groups)
    let (before, after) =
      switch padding {
      case .each(let width): (width, width)
      case .same:
        (max(kernel - stride, 0) / 2, max(kernel - stride, 0) - max(kernel - stride, 0) / 2)
      }
    layer.window.paddingBefore = [before, before]
    layer.window.paddingAfter = [after, after]
    return try add(layer, as: name, after: sources)
  }

  /// A transposed convolution with a square kernel and no bias: `NAME.weight`.
  @discardableResult
  public mutating func transposedConvolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0
  ) throws -> NodeID {
    let fanIn = inputs * kernel * kernel / (stride * stride)
    let weight = try parameter(
      "\(name).weight", [inputs, outputs, kernel, kernel], .weight(fanIn: fanIn))
    return try add(
      TransposedConvolutionLayer(
        weight: weight, stride: [stride, stride], padding: [padding, padding]), as: name)
  }

  /// A dense layer: `NAME.weight`, `NAME.bias`.
  @discardableResult
  public mutating func dense(
    _ name: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true
  ) throws -> NodeID {
    let weight = try parameter("\(name).weight", [outputs, inputs], .weight(fanIn: inputs))
    let bias = hasBias ? try parameter("\(name).bias", [outputs], .zero) : nil
    return try add(DenseLayer(weight: weight, bias: bias), as: name)
  }

  /// Batch norm: `NAME.weight`, `.bias`, `.running_mean`, `.running_var`.
  @discardableResult
  public mutating func batchNorm(
    _ name: String, _ channels: Int, epsilon: Double = 1e-5, after sources: [NodeID] = []
  ) throws -> NodeID {
    let layer = BatchNormLayer(
      scale: try parameter("\(name).weight", [channels], .one),
      shift: try parameter("\(name).bias", [channels], .zero),
      mean: try parameter("\(name).running_mean", [channels], .zero),
      variance: try parameter("\(name).running_var", [channels], .one), epsilon: epsilon)
    return try add(layer, as: name, after: sources)
  }

  /// Layer norm over the last axis: `NAME.weight`, `.bias`.
  @discardableResult
  public mutating func layerNorm(
    _ name: String, _ width: Int, epsilon: Double = 1e-5, after sources: [NodeID] = []
  ) throws -> NodeID {
    let layer = LayerNormLayer(
      scale: try parameter("\(name).weight", [width], .one),
      shift: try parameter("\(name).bias", [width], .zero), epsilon: epsilon)
    return try add(layer, as: name, after: sources)
  }

  /// A function of each element.
  @discardableResult
  public mutating func activation(
    _ name: String, _ function: ActivationLayer.Function
  ) throws -> NodeID {
    try add(ActivationLayer(function), as: name)
  }

  /// Rectifier: `max(x, 0)`.
  @discardableResult
  public mutating func relu(_ name: String, after sources: [NodeID] = []) throws -> NodeID {
    try add(ActivationLayer(.relu), as: name, after: sources)
  }

  /// Rectifier cut off at six: `min(max(x, 0), 6)`.
  @discardableResult
  public mutating func relu6(_ name: String) throws -> NodeID {
    try add(ActivationLayer(.clip(0, 6)), as: name)
  }

  /// The largest element of square windows.
  @discardableResult
  public mutating func maxPool(
    _ name: String, _ size: Int, stride: Int, padding: Int = 0, isCeiling: Bool = false,
    after sources: [NodeID] = []
  ) throws -> NodeID {
    let window = Window([size, size], stride: [stride, stride], padding: [padding, padding])
    return try add(MaxPoolLayer(window, isCeiling: isCeiling), as: name, after: sources)
  }

  /// The mean of each channel, and a vector of them.
  @discardableResult
  public mutating func globalAveragePool(_ name: String = "avgpool") throws -> NodeID {
    try add(GlobalAveragePoolLayer(), as: name)
    return try add(FlattenLayer(), as: "flatten")
  }

  /// Dropout, which passes its input on.
  @discardableResult
  public mutating func dropout(
    _ name: String, rate: Double = 0.5, dropsChannels: Bool = false
  ) throws -> NodeID {
    try add(DropoutLayer(rate: rate, dropsChannels: dropsChannels), as: name)
  }
}
