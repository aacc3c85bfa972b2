/// MobileNetV3, large and small, of width 1 as in torchvision: inverted residuals, some with gates, and hard
/// versions of swish and sigmoid.
///
/// - Reference: Howard et al. 2019, *Searching for MobileNetV3*, tables 1 and 2 (`howard2019searching`).
public enum MobileNetV3Architecture {
  /// A row of the paper's tables: the kernel, the channels inside and after the block, whether it has a gate and
  /// hard swish, and its stride.
  private struct Block {
    let kernel: Int
    let hidden: Int
    let width: Int
    let hasGate: Bool
    let hasHardSwish: Bool
    let stride: Int

    init(_ kernel: Int, _ hidden: Int, _ width: Int, _ marks: String, _ stride: Int) {
      self.kernel = kernel
      self.hidden = hidden
      self.width = width
      hasGate = marks.hasPrefix("SE")
      hasHardSwish = marks.hasSuffix("HS")
      self.stride = stride
    }
  }

  private struct Form {
    let name: String
    let blocks: [Block]
    let lastWidth: Int
  }

  private static let forms = [
    Form(
      name: "large",
      blocks: [
        Block(3, 16, 16, "RE", 1), Block(3, 64, 24, "RE", 2), Block(3, 72, 24, "RE", 1),
        Block(5, 72, 40, "SE RE", 2), Block(5, 120, 40, "SE RE", 1), Block(5, 120, 40, "SE RE", 1),
        Block(3, 240, 80, "HS", 2), Block(3, 200, 80, "HS", 1), Block(3, 184, 80, "HS", 1),
        Block(3, 184, 80, "HS", 1), Block(3, 480, 112, "SE HS", 1), Block(3, 672, 112, "SE HS", 1),
        Block(5, 672, 160, "SE HS", 2), Block(5, 960, 160, "SE HS", 1),
        Block(5, 960, 160, "SE HS", 1),
      ], lastWidth: 1280),
    Form(
      name: "small",
      blocks: [
        Block(3, 16, 16, "SE RE", 2), Block(3, 72, 24, "RE", 2), Block(3, 88, 24, "RE", 1),
        Block(5, 96, 40, "SE HS", 2), Block(5, 240, 40, "SE HS", 1), Block(5, 240, 40, "SE HS", 1),
        Block(5, 120, 48, "SE HS", 1), Block(5, 144, 48, "SE HS", 1), Block(5, 288, 96, "SE HS", 2),
        Block(5, 576, 96, "SE HS", 1), Block(5, 576, 96, "SE HS", 1),
      ], lastWidth: 1024),
  ]

  private static let epsilon = 1e-3

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "features.0.0.weight", axis: 1, default: 3)
    var inputs = 16
    try net.unit(
      "features.0", channels, inputs, kernel: 3, stride: 2, epsilon: epsilon,
      activation: .hardSwish)
    for (index, block) in form.blocks.enumerated() {
      try addBlock("features.\(index + 1)", to: &net, inputs, block)
      inputs = block.width
    }
    try net.unit(
      "features.\(form.blocks.count + 1)", inputs, 6 * inputs, epsilon: epsilon,
      activation: .hardSwish)
    try net.globalAveragePool()
    let width = net.extent(of: "classifier.0.weight", axis: 0, default: form.lastWidth)
    try net.dense("classifier.0", 6 * inputs, width)
    try net.activation("classifier.1", .hardSwish)
    try net.dropout("classifier.2", rate: 0.2)
    try net.dense(
      "classifier.3", width, net.extent(of: "classifier.3.weight", axis: 0, default: 1000))
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ block: Block
  ) throws {
    let source = net.last
    let function: ActivationLayer.Function = block.hasHardSwish ? .hardSwish : .relu
    var index = 0
    if block.hidden != inputs {
      try net.unit(
        "\(name).block.0", inputs, block.hidden, epsilon: epsilon, activation: function)
      index = 1
    }
    try net.unit(
      "\(name).block.\(index)", block.hidden, block.hidden, kernel: block.kernel,
      stride: block.stride, groups: block.hidden, epsilon: epsilon, activation: function)
    index += 1
    if block.hasGate {
      try net.squeezeExcitation(
        "\(name).block.\(index)", block.hidden,
        squeezed: ChannelRounding.channels(near: Double(block.hidden / 4)),
        gate: .hardSigmoid(1.0 / 6, 0.5))
      index += 1
    }
    let branch = try net.unit(
      "\(name).block.\(index)", block.hidden, block.width, epsilon: epsilon)
    if block.stride == 1, inputs == block.width {
      try net.add(SumLayer(), as: "\(name).add", after: [branch, source])
    }
  }
}

extension MobileNetV3Architecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        "mobilenet_v3_\(form.name)",
        "MobileNetV3 \(form.name), inverted residuals with gates and hard swish",
        inputSpec: .imageNet
      ) { try layOut(&$0, form) }
    }
  }
}
