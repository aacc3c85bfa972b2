/// EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation, with ReLU6.
///
/// Names are those of PyPI's `efficientnet_lite_pytorch`. Its padding is TensorFlow's `SAME` for
/// 224 × 224; for images whose sides are no multiples of 32 the original in TensorFlow pads
/// differently.
///
/// - Reference: Tan and Le 2019, *EfficientNet: Rethinking Model Scaling for Convolutional Neural
///   Networks*, table 1 (`tan2019efficientnet`); the Lite variants are described in TensorFlow's
///   repository only.
public enum EfficientNetLiteArchitecture {
  /// Repetitions, kernel, first stride, expansion and channels of each stage.
  private static let stages = [
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
  ]
  private static let epsilon = 1e-3

  /// Pixels become `(255 v − 127) / 128`.
  static let inputSpec = InputSpec(
    size: [224, 224], resize: 256, interpolation: .bicubic,
    mean: [Double](repeating: 127.0 / 255, count: 3),
    std: [Double](repeating: 128.0 / 255, count: 3))

  private static func layOut(_ net: inout NetworkBuilder) throws {
    let inputs = net.extent(of: "_conv_stem.weight", axis: 1, default: 3)
    try net.convolution(
      "_conv_stem", inputs, 32, kernel: 3, stride: 2, padding: .same, hasBias: false)
    try net.batchNorm("_bn0", 32, epsilon: epsilon)
    try net.relu6("_relu")
    var channels = 32
    var index = 0
    for (count, kernel, stride, expansion, width) in stages {
      for block in 0..<count {
        try addBlock(
          "_blocks.\(index)", to: &net, channels, width, kernel: kernel,
          stride: block == 0 ? stride : 1, expansion: expansion)
        channels = width
        index += 1
      }
    }
    try net.convolution("_conv_head", channels, 1280, kernel: 1, hasBias: false)
    try net.batchNorm("_bn1", 1280, epsilon: epsilon)
    try net.relu6("_relu_2")
    try net.globalAveragePool("_avg_pooling")
    try net.dropout("_dropout", rate: 0.2)
    try net.dense("_fc", 1280, net.extent(of: "_fc.weight", axis: 0, default: 1000))
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ outputs: Int, kernel: Int,
    stride: Int, expansion: Int
  ) throws {
    let source = net.last
    let width = inputs * expansion
    if expansion != 1 {
      try net.convolution("\(name)._expand_conv", inputs, width, kernel: 1, hasBias: false)
      try net.batchNorm("\(name)._bn0", width, epsilon: epsilon)
      try net.relu6("\(name)._relu")
    }
    try net.convolution(
      "\(name)._depthwise_conv", width, width, kernel: kernel, stride: stride, padding: .same,
      groups: width, hasBias: false)
    try net.batchNorm("\(name)._bn1", width, epsilon: epsilon)
    try net.relu6("\(name)._relu_2")
    try net.convolution("\(name)._project_conv", width, outputs, kernel: 1, hasBias: false)
    let branch = try net.batchNorm("\(name)._bn2", outputs, epsilon: epsilon)
    if stride == 1, inputs == outputs {
      try net.add(SumLayer(), as: "\(name).add", after: [branch, source])
    }
  }
}

extension EfficientNetLiteArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "efficientnet_lite0",
        "EfficientNet-Lite0, inverted residuals without squeeze-and-excitation",
        inputSpec: inputSpec
      ) { try layOut(&$0) }
    ]
  }
}
