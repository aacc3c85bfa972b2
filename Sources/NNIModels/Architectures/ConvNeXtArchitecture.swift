/// ConvNeXt T, S, B and L as in torchvision: depthwise 7 × 7 convolutions, layer norm over channels, perceptrons at
/// each place, and a learnt scale of each block.
///
/// - Reference: Liu et al. 2022, *A ConvNet for the 2020s*, figure 4 and section 3 (`liu2022convnet`).
public enum ConvNeXtArchitecture {
  private struct Form {
    let name: String
    let widths: [Int]
    let depths: [Int]
    let resize: Int
  }

  private static let forms = [
    Form(name: "convnext_tiny", widths: [96, 192, 384, 768], depths: [3, 3, 9, 3], resize: 236),
    Form(name: "convnext_small", widths: [96, 192, 384, 768], depths: [3, 3, 27, 3], resize: 230),
    Form(
      name: "convnext_base", widths: [128, 256, 512, 1024], depths: [3, 3, 27, 3], resize: 232),
    Form(
      name: "convnext_large", widths: [192, 384, 768, 1536], depths: [3, 3, 27, 3], resize: 232),
  ]

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "features.0.0.weight", axis: 1, default: 3)
    try net.convolution("features.0.0", channels, form.widths[0], kernel: 4, stride: 4)
    try addChannelNorm("features.0.1", to: &net, form.widths[0])
    for (stage, depth) in form.depths.enumerated() {
      let width = form.widths[stage]
      if stage > 0 {
        let name = "features.\(2 * stage)"
        try addChannelNorm("\(name).0", to: &net, form.widths[stage - 1])
        try net.convolution("\(name).1", form.widths[stage - 1], width, kernel: 2, stride: 2)
      }
      for block in 0..<depth {
        try addBlock("features.\(2 * stage + 1).\(block)", to: &net, width)
      }
    }
    let width = form.widths[form.widths.count - 1]
    try net.add(GlobalAveragePoolLayer(), as: "avgpool")
    try addChannelNorm("classifier.0", to: &net, width)
    try net.add(FlattenLayer(), as: "classifier.1")
    try net.dense(
      "classifier.2", width, net.extent(of: "classifier.2.weight", axis: 0, default: 1000))
  }

  /// Layer norm of `[N, C, H, W]` over the channels of each place.
  private static func addChannelNorm(
    _ name: String, to net: inout NetworkBuilder, _ width: Int
  ) throws {
    try net.add(TransposeLayer([0, 2, 3, 1]), as: "\(name).permute")
    try net.layerNorm(name, width, epsilon: 1e-6)
    try net.add(TransposeLayer([0, 3, 1, 2]), as: "\(name).permute_1")
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ width: Int
  ) throws {
    let source = net.last
    try net.convolution(
      "\(name).block.0", width, width, kernel: 7, padding: .each(3), groups: width)
    try net.add(TransposeLayer([0, 2, 3, 1]), as: "\(name).block.1")
    try net.layerNorm("\(name).block.2", width, epsilon: 1e-6)
    try net.perceptron("\(name).block", width, hidden: 4 * width, first: 3, last: 5)
    try net.add(TransposeLayer([0, 3, 1, 2]), as: "\(name).block.6")
    let scale = try net.parameter("\(name).layer_scale", [width, 1, 1], .one)
    let branch = try net.add(AffineLayer(weight: scale), as: "\(name).layer_scale")
    try net.add(SumLayer(), as: "\(name).add", after: [branch, source])
  }
}

extension ConvNeXtArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        form.name,
        "ConvNeXt of \(form.depths.reduce(0, +)) blocks, \(form.widths[0]) channels first",
        inputSpec: .imageNet(224, resize: form.resize)
      ) { try layOut(&$0, form) }
    }
  }
}
