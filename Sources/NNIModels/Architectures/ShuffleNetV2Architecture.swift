/// ShuffleNetV2 of widths 0.5, 1, 1.5 and 2 as in torchvision: half of the channels passes a block unchanged, then
/// the halves are shuffled.
///
/// - Reference: Ma et al. 2018, *ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design*, table 5
///   and figure 3 (`ma2018shufflenet`).
public enum ShuffleNetV2Architecture {
  private struct Form {
    let name: String
    let widths: [Int]
    let lastWidth: Int
    let resize: Int
  }

  private static let forms = [
    Form(name: "x0_5", widths: [48, 96, 192], lastWidth: 1024, resize: 256),
    Form(name: "x1_0", widths: [116, 232, 464], lastWidth: 1024, resize: 256),
    Form(name: "x1_5", widths: [176, 352, 704], lastWidth: 1024, resize: 232),
    Form(name: "x2_0", widths: [244, 488, 976], lastWidth: 2048, resize: 232),
  ]

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "conv1.0.weight", axis: 1, default: 3)
    var inputs = 24
    try net.unit("conv1", channels, inputs, kernel: 3, stride: 2, activation: .relu)
    try net.maxPool("maxpool", 3, stride: 2, padding: 1)
    for (stage, (width, count)) in zip(form.widths, [4, 8, 4]).enumerated() {
      for block in 0..<count {
        let name = "stage\(stage + 2).\(block)"
        if block == 0 {
          try addReduction(name, to: &net, inputs, width)
        } else {
          try addBlock(name, to: &net, width)
        }
      }
      inputs = width
    }
    try net.unit("conv5", inputs, form.lastWidth, activation: .relu)
    try net.globalAveragePool()
    try net.dense("fc", form.lastWidth, net.extent(of: "fc.weight", axis: 0, default: 1000))
  }

  /// Both halves are computed, each of half the size.
  private static func addReduction(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ width: Int
  ) throws {
    let source = net.last
    let branch = "\(name).branch1"
    try net.convolution(
      "\(branch).0", inputs, inputs, kernel: 3, stride: 2, padding: .each(1), groups: inputs,
      hasBias: false)
    try net.batchNorm("\(branch).1", inputs)
    try net.convolution("\(branch).2", inputs, width / 2, kernel: 1, hasBias: false)
    try net.batchNorm("\(branch).3", width / 2)
    let first = try net.relu("\(branch).4")
    let second = try addBranch(name, to: &net, inputs, width / 2, stride: 2, after: source)
    try addShuffle(name, to: &net, first, second, width)
  }

  /// One half passes, the other is computed.
  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ width: Int
  ) throws {
    let source = net.last
    let halves = try [0, 1].map { index in
      try net.add(
        ChunkLayer(axis: 1, index: index, count: 2), as: "\(name).chunk\(index + 1)",
        after: [source])
    }
    let computed = try addBranch(
      name, to: &net, width / 2, width / 2, stride: 1, after: halves[1])
    try addShuffle(name, to: &net, halves[0], computed, width)
  }

  private static func addBranch(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ width: Int, stride: Int,
    after source: NodeID
  ) throws -> NodeID {
    let branch = "\(name).branch2"
    try net.convolution(
      "\(branch).0", inputs, width, kernel: 1, hasBias: false, after: [source])
    try net.batchNorm("\(branch).1", width)
    try net.relu("\(branch).2")
    try net.convolution(
      "\(branch).3", width, width, kernel: 3, stride: stride, padding: .each(1), groups: width,
      hasBias: false)
    try net.batchNorm("\(branch).4", width)
    try net.convolution("\(branch).5", width, width, kernel: 1, hasBias: false)
    try net.batchNorm("\(branch).6", width)
    return try net.relu("\(branch).7")
  }

  /// Channels of the two halves alternately.
  private static func addShuffle(
    _ name: String, to net: inout NetworkBuilder, _ first: NodeID, _ second: NodeID, _ width: Int
  ) throws {
    try net.add(ConcatenationLayer(), as: "\(name).cat", after: [first, second])
    let order = (0..<width).map { $0 % 2 * (width / 2) + $0 / 2 }
    try net.add(GatherLayer(axis: 1, indices: order), as: "\(name).shuffle")
  }
}

extension ShuffleNetV2Architecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        "shufflenet_v2_\(form.name)",
        "ShuffleNetV2 of width \(form.name.dropFirst().replacing("_", with: ".")), shuffled halves",
        inputSpec: .imageNet(224, resize: form.resize)
      ) { try layOut(&$0, form) }
    }
  }
}
