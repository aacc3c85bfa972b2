import NNIModels
import Foundation
import NNITestSupport

/// Small convolutional networks for dreams and examples, in float64.
enum DreamNets {
  /// Convolutions with strides and dilation, both poolings, a skip connection and a concatenation; the
  /// layers of interest are `mix` (after the concatenation) and `last`.
  ///
  /// Without rectifiers and with means only (`isLinear`), every input that an element sees changes it.
  static func model(isLinear: Bool = false, padding: Bool = true, spec: InputSpec = InputSpec())
    throws -> Model
  {
    var numbers = SeededNumbers(5)
    func convolution(
      _ from: Int, _ to: Int, _ kernel: Int, stride: Int = 1, dilation: Int = 1
    ) throws -> ConvolutionLayer {
      ConvolutionLayer(
        weight: try numbers.tensor([to, from, kernel, kernel], scale: 0.4),
        bias: try numbers.tensor([to], scale: 0.2), stride: [stride, stride],
        padding: padding ? [kernel / 2 * dilation, kernel / 2 * dilation] : nil,
        dilation: [dilation, dilation])
    }
    let bend: any Layer = isLinear ? IdentityLayer() : ActivationLayer(.softplus)
    var graph = Graph(input: "image")
    try graph.add(convolution(3, 4, 3, stride: 2), as: "stem", after: ["image"])
    try graph.add(bend, as: "bend", after: ["stem"])
    let window = Window([2, 2], stride: [2, 2])
    try graph.add(
      isLinear ? AveragePoolLayer(window) : MaxPoolLayer(window), as: "pool", after: ["bend"])
    if padding {
      try graph.add(convolution(4, 4, 3, dilation: 2), as: "wide", after: ["pool"])
      try graph.add(SumLayer(), as: "skip", after: ["wide", "pool"])
      try graph.add(convolution(4, 3, 1), as: "narrow", after: ["pool"])
      try graph.add(ConcatenationLayer(), as: "both", after: ["skip", "narrow"])
    } else {
      try graph.add(convolution(4, 7, 3, dilation: 2), as: "both", after: ["pool"])
    }
    try graph.add(convolution(7, 5, 1), as: "mix", after: ["both"])
    try graph.add(convolution(5, 4, 3), as: "last", after: ["mix"])
    try graph.add(GlobalAveragePoolLayer(), as: "mean", after: ["last"])
    try graph.add(FlattenLayer(), as: "flat", after: ["mean"])
    try graph.add(DenseLayer(weight: numbers.tensor([3, 4])), as: "logits", after: ["flat"])
    return try Model(graph, name: "small", inputSpec: spec)
  }

  /// A smooth colour picture with some texture.
  static func picture(width: Int, height: Int, phase: Double = 0) throws -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          let wave =
            sin(Double(x) * 0.21 + phase + Double(channel)) * cos(Double(y) * 0.17 - phase)
          pixels.append(UInt8(128 + 90 * wave))
        }
      }
    }
    return try Image(width: width, height: height, layout: .rgb, pixels: pixels)
  }

  /// Normalisation that differs from channel to channel.
  static let spec = InputSpec(mean: [0.4, 0.5, 0.3], std: [0.2, 0.3, 0.25])
}
