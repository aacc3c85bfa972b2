/// EfficientNet B0 to B7 and EfficientNetV2 S, M and L as in torchvision: inverted residuals with gates, scaled in
/// width, depth and image size; version 2 has whole convolutions in its first stages.
///
/// - Reference: Tan and Le 2019, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks*, table 1
///   and equation 3 (`tan2019efficientnet`); Tan and Le 2021, *EfficientNetV2: Smaller Models and Faster Training*,
///   figure 2 and table 4 (`tan2021efficientnetv2`).
public enum EfficientNetArchitecture {
  /// A row of the papers' tables.
  private struct Stage {
    let expansion: Int
    let kernel: Int
    let stride: Int
    let width: Int
    let count: Int
    /// Whether a whole convolution takes the place of a pointwise and a depthwise one.
    var isFused = false
  }

  private struct Form {
    let name: String
    let stages: [Stage]
    let firstWidth: Int
    let lastWidth: Int
    let dropout: Double
    let epsilon: Double
    let input: InputSpec
  }

  /// B0's stages; each has the last one's width as its input.
  private static let base = [
    Stage(expansion: 1, kernel: 3, stride: 1, width: 16, count: 1),
    Stage(expansion: 6, kernel: 3, stride: 2, width: 24, count: 2),
    Stage(expansion: 6, kernel: 5, stride: 2, width: 40, count: 2),
    Stage(expansion: 6, kernel: 3, stride: 2, width: 80, count: 3),
    Stage(expansion: 6, kernel: 5, stride: 1, width: 112, count: 3),
    Stage(expansion: 6, kernel: 5, stride: 2, width: 192, count: 4),
    Stage(expansion: 6, kernel: 3, stride: 1, width: 320, count: 1),
  ]

  /// Factors of width and depth, dropout, the image's side and the length that it is cut from.
  private static let scales: [(Double, Double, Double, Int, Int)] = [
    (1, 1, 0.2, 224, 256), (1, 1.1, 0.2, 240, 256), (1.1, 1.2, 0.3, 288, 288),
    (1.2, 1.4, 0.3, 300, 320), (1.4, 1.8, 0.4, 380, 384), (1.6, 2.2, 0.4, 456, 456),
    (1.8, 2.6, 0.5, 528, 528), (2, 3.1, 0.5, 600, 600),
  ]

  private static let firstForms = scales.enumerated().map { index, scale in
    let (width, depth, dropout, side, resize) = scale
    let stages = base.map { stage in
      Stage(
        expansion: stage.expansion, kernel: stage.kernel, stride: stage.stride,
        width: ChannelRounding.channels(near: Double(stage.width) * width),
        count: Int((Double(stage.count) * depth).rounded(.up)))
    }
    return Form(
      name: "efficientnet_b\(index)", stages: stages,
      firstWidth: ChannelRounding.channels(near: 32 * width),
      lastWidth: 4 * (stages.last?.width ?? 0), dropout: dropout,
      // B5 to B7 come from TensorFlow with its ε.
      epsilon: index < 5 ? 1e-5 : 1e-3, input: .imageNet(side, resize: resize, .bicubic))
  }

  /// Expansion, stride, channels and repetitions of each stage of version 2; the first three are fused.
  private static func secondForm(
    _ size: String, firstWidth: Int, _ stages: [(Int, Int, Int, Int)], dropout: Double,
    input: InputSpec
  ) -> Form {
    Form(
      name: "efficientnet_v2_\(size)",
      stages: stages.enumerated().map { index, stage in
        Stage(
          expansion: stage.0, kernel: 3, stride: stage.1, width: stage.2, count: stage.3,
          isFused: index < 3)
      },
      firstWidth: firstWidth, lastWidth: 1280, dropout: dropout, epsilon: 1e-3, input: input)
  }

  private static let secondForms = [
    secondForm(
      "s", firstWidth: 24,
      [
        (1, 1, 24, 2), (4, 2, 48, 4), (4, 2, 64, 4), (4, 2, 128, 6), (6, 1, 160, 9),
        (6, 2, 256, 15),
      ], dropout: 0.2, input: .imageNet(384, resize: 384)),
    secondForm(
      "m", firstWidth: 24,
      [
        (1, 1, 24, 3), (4, 2, 48, 5), (4, 2, 80, 5), (4, 2, 160, 7), (6, 1, 176, 14),
        (6, 2, 304, 18), (6, 1, 512, 5),
      ], dropout: 0.3, input: .imageNet(480, resize: 480)),
    secondForm(
      "l", firstWidth: 32,
      [
        (1, 1, 32, 4), (4, 2, 64, 7), (4, 2, 96, 7), (4, 2, 192, 10), (6, 1, 224, 19),
        (6, 2, 384, 25), (6, 1, 640, 7),
      ], dropout: 0.4, input: .symmetric(480, resize: 480, .bicubic)),
  ]

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "features.0.0.weight", axis: 1, default: 3)
    try net.unit(
      "features.0", channels, form.firstWidth, kernel: 3, stride: 2, epsilon: form.epsilon,
      activation: .silu)
    var inputs = form.firstWidth
    for (index, stage) in form.stages.enumerated() {
      for block in 0..<stage.count {
        try addBlock(
          "features.\(index + 1).\(block)", to: &net, inputs, stage,
          stride: block == 0 ? stage.stride : 1, epsilon: form.epsilon)
        inputs = stage.width
      }
    }
    try net.unit(
      "features.\(form.stages.count + 1)", inputs, form.lastWidth, epsilon: form.epsilon,
      activation: .silu)
    try net.globalAveragePool()
    try net.dropout("classifier.0", rate: form.dropout)
    try net.dense(
      "classifier.1", form.lastWidth,
      net.extent(of: "classifier.1.weight", axis: 0, default: 1000))
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ stage: Stage, stride: Int,
    epsilon: Double
  ) throws {
    let source = net.last
    let hidden = ChannelRounding.channels(near: Double(inputs * stage.expansion))
    var index = 0
    func unit(
      _ inputs: Int, _ outputs: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1,
      isLast: Bool = false
    ) throws {
      try net.unit(
        "\(name).block.\(index)", inputs, outputs, kernel: kernel, stride: stride, groups: groups,
        epsilon: epsilon, activation: isLast ? nil : .silu)
      index += 1
    }
    if stage.isFused {
      let isExpanding = hidden != inputs
      try unit(
        inputs, isExpanding ? hidden : stage.width, kernel: stage.kernel, stride: stride)
      if isExpanding { try unit(hidden, stage.width, isLast: true) }
    } else {
      if hidden != inputs { try unit(inputs, hidden) }
      try unit(hidden, hidden, kernel: stage.kernel, stride: stride, groups: hidden)
      try net.squeezeExcitation(
        "\(name).block.\(index)", hidden, squeezed: max(1, inputs / 4), activation: .silu)
      index += 1
      try unit(hidden, stage.width, isLast: true)
    }
    if stride == 1, inputs == stage.width {
      try net.add(SumLayer(), as: "\(name).add", after: [net.last, source])
    }
  }
}

extension EfficientNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    (firstForms + secondForms).map { form in
      ArchitectureEntry(
        form.name,
        "EfficientNet\(form.name.contains("_v2_") ? "V2" : "") of "
          + "\(form.stages.reduce(0) { $0 + $1.count }) blocks, images of \(form.input.size[0]) pixels",
        inputSpec: form.input
      ) { try layOut(&$0, form) }
    }
  }
}
