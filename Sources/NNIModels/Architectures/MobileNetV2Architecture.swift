/// MobileNetV2 of width 1 as in torchvision: inverted residuals with linear bottlenecks.
///
/// - Reference: Sandler et al. 2018, *MobileNetV2: Inverted Residuals and Linear Bottlenecks*, table 2
///   (`sandler2018mobilenetv2`).
public enum MobileNetV2Architecture {
  /// Expansion, channels, repetitions and first stride of each stage.
  private static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  private static func layOut(_ net: inout NetworkBuilder) throws {
    let inputs = net.extent(of: "features.0.0.weight", axis: 1, default: 3)
    try net.unit("features.0", inputs, 32, kernel: 3, stride: 2, activation: relu6)
    var channels = 32
    var index = 1
    for (expansion, width, count, stride) in stages {
      for block in 0..<count {
        try addBlock(
          "features.\(index)", to: &net, channels, width, stride: block == 0 ? stride : 1,
          expansion: expansion)
        channels = width
        index += 1
      }
    }
    try net.unit("features.\(index)", channels, 1280, activation: relu6)
    try net.globalAveragePool()
    try net.dropout("classifier.0", rate: 0.2)
    try net.dense(
      "classifier.1", 1280, net.extent(of: "classifier.1.weight", axis: 0, default: 1000))
  }

  private static let relu6 = ActivationLayer.Function.clip(0, 6)

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ outputs: Int, stride: Int,
    expansion: Int
  ) throws {
    let source = net.last
    let width = inputs * expansion
    var index = 0
    if expansion != 1 {
      try net.unit("\(name).conv.0", inputs, width, activation: relu6)
      index = 1
    }
    try net.unit(
      "\(name).conv.\(index)", width, width, kernel: 3, stride: stride, groups: width,
      activation: relu6)
    try net.convolution("\(name).conv.\(index + 1)", width, outputs, kernel: 1, hasBias: false)
    let branch = try net.batchNorm("\(name).conv.\(index + 2)", outputs)
    if stride == 1, inputs == outputs {
      try net.add(SumLayer(), as: "\(name).add", after: [source, branch])
    }
  }
}

extension MobileNetV2Architecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "mobilenet_v2", "MobileNetV2, inverted residuals with linear bottlenecks",
        inputSpec: .imageNet
      ) { try layOut(&$0) }
    ]
  }
}
