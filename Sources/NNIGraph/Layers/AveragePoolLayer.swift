/// The mean of each window of `[N, C, …]`.
public struct AveragePoolLayer: Layer {
  /// Size, stride and padding.
  public var window: Window
  /// Whether a last window that reaches over the edge counts.
  public var isCeiling: Bool
  /// Whether padding counts in the mean as zeros (`count_include_pad`).
  public var countsPadding: Bool

  /// Creates the layer.
  public init(_ window: Window, isCeiling: Bool = false, countsPadding: Bool = true) {
    self.window = window
    self.isCeiling = isCeiling
    self.countsPadding = countsPadding
  }

  public var kind: LayerKind { .averagePooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard needsExplicitMean else { return try pooled(inputs[0], window, countsPadding) }
    // libtorch pads both sides alike, by at most half a window, and knows no dilation: sum and count
    // by a convolution with ones.
    let input = inputs[0]
    try input.requireRank(window.size.count + 2)
    let channels = input.shape[1]
    let fitted = try window.fitted(to: Array(input.shape[2...]), isCeiling: isCeiling)
    let total = try sum(of: input, channels, fitted)
    // Padding counts, what a window reaches beyond it does not.
    let plane = try input.narrowed(axis: 0, to: 0..<1).narrowed(axis: 1, to: 0..<1).onesLike()
    var rest = fitted
    if countsPadding {
      rest.paddingBefore = window.size.map { _ in 0 }
      rest.paddingAfter = zip(fitted.paddingAfter, window.paddingAfter).map { $0 - $1 }
    }
    let counted = countsPadding ? try window.padded(plane, with: 1) : plane
    return try total / sum(of: counted, 1, rest)
  }

  /// The sum of each window.
  private func sum(of input: Tensor, _ channels: Int, _ window: Window) throws -> Tensor {
    let ones = try Tensor.full([channels, 1] + window.size, 1, dtype: input.dtype)
      .moved(to: input.device)
    var sum = ConvolutionLayer(weight: ones, groups: channels)
    sum.window = window.unpadded
    return try sum.forward([window.padded(input, with: 0)])
  }

  private var needsExplicitMean: Bool {
    !window.isSymmetric || window.dilation.contains { $0 != 1 }
      || zip(window.size, window.paddingBefore).contains { $1 > $0 / 2 }
  }

  private func pooled(_ input: Tensor, _ window: Window, _ counts: Bool) throws -> Tensor {
    try .call(
      "aten::avg_pool\(window.size.count)d", .tensor(input), .ints(window.size),
      .ints(window.stride), .ints(window.paddingBefore), .bool(isCeiling), .bool(counts))
  }

  public var settings: String { window.text + (isCeiling ? ", ceiling" : "") }
}

extension AveragePoolLayer: LocalLayer {
  /// `nil` where windows at the border have a divisor of their own.
  public func view(of shapes: [[Int]]) -> LocalView? {
    let isPadded = window.padList.contains { $0 != 0 }
    guard window.size.count == 2, !isCeiling, countsPadding || !isPadded else { return nil }
    return LocalView(window: window, unpadded: AveragePoolLayer(window.unpadded))
  }
}

extension AveragePoolLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("AveragePool") { node in
        guard let size = try node.ints("kernel_shape"), (1...3).contains(size.count) else {
          throw node.unsupported("a window that is not 1-d to 3-d")
        }
        return AveragePoolLayer(
          try Window(node, size: size), isCeiling: try node.int("ceil_mode", default: 0) != 0,
          countsPadding: try node.int("count_include_pad", default: 0) != 0)
      },
      OperatorEntry("GlobalAveragePool") { _ in GlobalAveragePoolLayer() },
    ]
  }
}

/// The mean of each channel of `[N, C, …]`; the spatial axes stay with extent 1.
public struct GlobalAveragePoolLayer: Layer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .averagePooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(atLeast: 3)
    return try inputs[0].mean(over: Array(2..<inputs[0].rank), keepingAxes: true)
  }
}

/// The mean of windows sized so that the output has a given size (`AdaptiveAvgPool`).
public struct AdaptiveAveragePoolLayer: Layer {
  /// The output's extent along each of two spatial axes.
  public var size: [Int]

  /// Creates the layer.
  public init(_ size: [Int]) { self.size = size }

  public var kind: LayerKind { .averagePooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .call("aten::adaptive_avg_pool2d", .tensor(inputs[0]), .ints(size))
  }

  public var settings: String { "to \(size.map(String.init).joined(separator: "×"))" }
}
