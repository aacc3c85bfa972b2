/// ResNet-18, -34, -50 and -101 as in torchvision, which puts a bottleneck's stride into its 3 × 3
/// convolution.
///
/// - Reference: He et al. 2016, *Deep Residual Learning for Image Recognition*, table 1
///   (`he2016deep`).
public enum ResNetArchitecture {
  private struct Form {
    let depth: Int
    let blocks: [Int]
    let hasBottlenecks: Bool
  }

  private static let forms = [
    Form(depth: 18, blocks: [2, 2, 2, 2], hasBottlenecks: false),
    Form(depth: 34, blocks: [3, 4, 6, 3], hasBottlenecks: false),
    Form(depth: 50, blocks: [3, 4, 6, 3], hasBottlenecks: true),
    Form(depth: 101, blocks: [3, 4, 23, 3], hasBottlenecks: true),
  ]

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "conv1.weight", axis: 1, default: 3)
    try net.convolution(
      "conv1", channels, 64, kernel: 7, stride: 2, padding: .each(3), hasBias: false)
    try net.batchNorm("bn1", 64)
    try net.relu("relu")
    try net.maxPool("maxpool", 3, stride: 2, padding: 1)
    var width = 64
    for (stage, count) in form.blocks.enumerated() {
      for block in 0..<count {
        width = try addBlock(
          "layer\(stage + 1).\(block)", to: &net, from: width, width: 64 << stage,
          stride: stage > 0 && block == 0 ? 2 : 1, isBottleneck: form.hasBottlenecks)
      }
    }
    try net.globalAveragePool()
    try net.dense("fc", width, net.extent(of: "fc.weight", axis: 0, default: 1000))
  }

  /// Two or three convolutions beside a shortcut; returns the number of channels of their sum.
  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, from inputs: Int, width: Int, stride: Int,
    isBottleneck: Bool
  ) throws -> Int {
    let source = net.last
    let outputs = isBottleneck ? 4 * width : width
    // Kernel, number of filters and stride of each convolution.
    let convolutions =
      isBottleneck
      ? [(1, width, 1), (3, width, stride), (1, outputs, 1)]
      : [(3, width, stride), (3, width, 1)]
    var channels = inputs
    for (index, (kernel, filters, step)) in convolutions.enumerated() {
      try net.convolution(
        "\(name).conv\(index + 1)", channels, filters, kernel: kernel, stride: step,
        padding: .each(kernel / 2), hasBias: false)
      try net.batchNorm("\(name).bn\(index + 1)", filters)
      if index + 1 < convolutions.count {
        try net.relu("\(name).relu\(index == 0 ? "" : "_\(index + 1)")")
      }
      channels = filters
    }
    let branch = net.last
    var shortcut = source
    if stride != 1 || inputs != outputs {
      try net.convolution(
        "\(name).downsample.0", inputs, outputs, kernel: 1, stride: stride, hasBias: false,
        after: [source])
      shortcut = try net.batchNorm("\(name).downsample.1", outputs)
    }
    try net.add(SumLayer(), as: "\(name).add", after: [branch, shortcut])
    try net.relu("\(name).relu_\(convolutions.count)")
    return outputs
  }
}

extension ResNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        "resnet\(form.depth)", "ResNet with \(form.depth) weighted layers", inputSpec: .imageNet
      ) { try layOut(&$0, form) }
    }
  }
}
