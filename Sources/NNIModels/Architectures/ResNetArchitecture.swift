/// ResNet-18, -34, -50, -101 and -152, ResNeXt and wide ResNets as in torchvision, which puts a bottleneck's stride
/// into its 3 × 3 convolution.
///
/// - Reference: He et al. 2016, *Deep Residual Learning for Image Recognition*, table 1
///   (`he2016deep`); Xie et al. 2017, *Aggregated Residual Transformations for Deep Neural Networks*, table 1
///   (`xie2017aggregated`); Zagoruyko and Komodakis 2016, *Wide Residual Networks*, section 2
///   (`zagoruyko2016wide`).
public enum ResNetArchitecture {
  private struct Form {
    let name: String
    let summary: String
    let blocks: [Int]
    var hasBottlenecks = true
    /// Groups of a bottleneck's 3 × 3 convolution.
    var groups = 1
    /// Channels of a group where the stage is 64 channels wide.
    var groupWidth = 64
    var resize = 256

    /// Channels inside a bottleneck of a stage of that width.
    func inner(_ width: Int) -> Int { width * groupWidth / 64 * groups }
  }

  private static let plain: [Form] = [
    (18, [2, 2, 2, 2], false), (34, [3, 4, 6, 3], false), (50, [3, 4, 6, 3], true),
    (101, [3, 4, 23, 3], true), (152, [3, 8, 36, 3], true),
  ].map { depth, blocks, hasBottlenecks in
    Form(
      name: "resnet\(depth)", summary: "ResNet with \(depth) weighted layers", blocks: blocks,
      hasBottlenecks: hasBottlenecks)
  }

  private static let aggregated: [Form] = [
    (50, [3, 4, 6, 3], 32, 4), (101, [3, 4, 23, 3], 32, 8), (101, [3, 4, 23, 3], 64, 4),
  ].map { depth, blocks, groups, width in
    Form(
      name: "resnext\(depth)_\(groups)x\(width)d",
      summary: "ResNeXt with \(depth) weighted layers, \(groups) groups of \(width) channels",
      blocks: blocks, groups: groups, groupWidth: width, resize: groups == 64 ? 232 : 256)
  }

  private static let wide: [Form] = [(50, [3, 4, 6, 3]), (101, [3, 4, 23, 3])].map {
    depth, blocks in
    Form(
      name: "wide_resnet\(depth)_2",
      summary: "Wide ResNet with \(depth) weighted layers, bottlenecks of twice the width",
      blocks: blocks, groupWidth: 128)
  }

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
          stride: stage > 0 && block == 0 ? 2 : 1, form)
      }
    }
    try net.globalAveragePool()
    try net.dense("fc", width, net.extent(of: "fc.weight", axis: 0, default: 1000))
  }

  /// Two or three convolutions beside a shortcut; returns the number of channels of their sum.
  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, from inputs: Int, width: Int, stride: Int,
    _ form: Form
  ) throws -> Int {
    let source = net.last
    let outputs = form.hasBottlenecks ? 4 * width : width
    let inner = form.inner(width)
    // Kernel, number of filters, stride and groups of each convolution.
    let convolutions =
      form.hasBottlenecks
      ? [(1, inner, 1, 1), (3, inner, stride, form.groups), (1, outputs, 1, 1)]
      : [(3, width, stride, 1), (3, width, 1, 1)]
    var channels = inputs
    for (index, (kernel, filters, step, groups)) in convolutions.enumerated() {
      try net.convolution(
        "\(name).conv\(index + 1)", channels, filters, kernel: kernel, stride: step,
        padding: .each(kernel / 2), groups: groups, hasBias: false)
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
    (plain + aggregated + wide).map { form in
      ArchitectureEntry(
        form.name, form.summary, inputSpec: .imageNet(224, resize: form.resize)
      ) { try layOut(&$0, form) }
    }
  }
}
