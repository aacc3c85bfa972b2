/// ResNet-20, -32, -44 and -56 for CIFAR-10, with shortcuts that have no parameters: every second row
/// and column, and zeros for the channels that come in addition.
///
/// Names are those of `akamaster/pytorch_resnet_cifar10`.
///
/// - Reference: He et al. 2016, *Deep Residual Learning for Image Recognition*, section 4.2, option A
///   (`he2016deep`).
public enum CIFARResNetArchitecture {
  static let labels = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  static let inputSpec = InputSpec(
    size: [32, 32], mean: InputSpec.imageNet.mean, std: InputSpec.imageNet.std, labels: labels)

  private static func layOut(_ net: inout NetworkBuilder, blocks: Int) throws {
    let inputs = net.extent(of: "conv1.weight", axis: 1, default: 3)
    try net.convolution("conv1", inputs, 16, kernel: 3, padding: .each(1), hasBias: false)
    try net.batchNorm("bn1", 16)
    try net.relu("relu")
    var channels = 16
    for (stage, width) in [16, 32, 64].enumerated() {
      for block in 0..<blocks {
        try addBlock(
          "layer\(stage + 1).\(block)", to: &net, channels, width,
          stride: stage > 0 && block == 0 ? 2 : 1)
        channels = width
      }
    }
    try net.globalAveragePool()
    try net.dense("linear", 64, net.extent(of: "linear.weight", axis: 0, default: 10))
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ outputs: Int, stride: Int
  ) throws {
    let source = net.last
    try net.convolution(
      "\(name).conv1", inputs, outputs, kernel: 3, stride: stride, padding: .each(1),
      hasBias: false)
    try net.batchNorm("\(name).bn1", outputs)
    try net.relu("\(name).relu")
    try net.convolution(
      "\(name).conv2", outputs, outputs, kernel: 3, padding: .each(1), hasBias: false)
    let branch = try net.batchNorm("\(name).bn2", outputs)
    var shortcut = source
    if stride != 1 || inputs != outputs {
      try net.add(
        SliceLayer([2, 3].map { .init(axis: $0, start: 0, step: stride) }),
        as: "\(name).shortcut.slice", after: [source])
      let more = (outputs - inputs) / 2
      shortcut = try net.add(
        PadLayer(before: [more, 0, 0], after: [more, 0, 0]), as: "\(name).shortcut.pad")
    }
    try net.add(SumLayer(), as: "\(name).add", after: [branch, shortcut])
    try net.relu("\(name).relu_2")
  }
}

extension CIFARResNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [3, 5, 7, 9].map { blocks in
      ArchitectureEntry(
        "cifar10_resnet\(6 * blocks + 2)",
        "ResNet with \(6 * blocks + 2) weighted layers for CIFAR-10", inputSpec: inputSpec
      ) { try layOut(&$0, blocks: blocks) }
    }
  }
}
