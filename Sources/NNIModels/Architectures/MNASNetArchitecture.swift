/// MNASNet of widths 0.5, 0.75, 1 and 1.3 as in torchvision: variant B1, which has no gates.
///
/// Files of torchvision before version 0.5 have a first stage that is not scaled; they are understood.
///
/// - Reference: Tan et al. 2019, *MnasNet: Platform-Aware Neural Architecture Search for Mobile* (`tan2019mnasnet`).
public enum MNASNetArchitecture {
  private struct Form {
    let name: String
    let factor: Double
    let resize: Int
  }

  private static let forms = [
    Form(name: "mnasnet0_5", factor: 0.5, resize: 256),
    Form(name: "mnasnet0_75", factor: 0.75, resize: 232),
    Form(name: "mnasnet1_0", factor: 1, resize: 256),
    Form(name: "mnasnet1_3", factor: 1.3, resize: 232),
  ]

  /// Expansion, kernel, first stride, channels and repetitions of each stage.
  private static let stages = [
    (3, 3, 2, 24, 3), (3, 5, 2, 40, 3), (6, 5, 2, 80, 3), (6, 3, 1, 96, 2), (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
  ]

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    func scaled(_ width: Int) -> Int {
      ChannelRounding.channels(near: Double(width) * form.factor)
    }
    let channels = net.extent(of: "layers.0.weight", axis: 1, default: 3)
    // Before its version 0.5 torchvision did not scale the first two widths.
    let isOld = net.extent(of: "layers.0.weight", axis: 0, default: 0) == 32
    let first = isOld ? 32 : scaled(32)
    var inputs = isOld ? 16 : scaled(16)
    try addConvolution(0, to: &net, channels, first, kernel: 3, stride: 2)
    try addConvolution(3, to: &net, first, first, kernel: 3, groups: first)
    try addConvolution(6, to: &net, first, inputs, isActivated: false)
    for (index, stage) in stages.enumerated() {
      let (expansion, kernel, stride, width, count) = stage
      for block in 0..<count {
        try addBlock(
          "layers.\(index + 8).\(block)", to: &net, inputs, scaled(width), kernel: kernel,
          stride: block == 0 ? stride : 1, expansion: expansion)
        inputs = scaled(width)
      }
    }
    try addConvolution(14, to: &net, inputs, 1280)
    try net.globalAveragePool()
    try net.dropout("classifier.0", rate: 0.2)
    try net.dense(
      "classifier.1", 1280, net.extent(of: "classifier.1.weight", axis: 0, default: 1000))
  }

  /// A convolution, batch norm and perhaps ReLU, counted on from `index` in the module `name`.
  private static func addConvolution(
    _ index: Int, of name: String = "layers", to net: inout NetworkBuilder, _ inputs: Int,
    _ outputs: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1, isActivated: Bool = true
  ) throws {
    try net.convolution(
      "\(name).\(index)", inputs, outputs, kernel: kernel, stride: stride,
      padding: .each(kernel / 2), groups: groups, hasBias: false)
    try net.batchNorm("\(name).\(index + 1)", outputs)
    if isActivated { try net.relu("\(name).\(index + 2)") }
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ outputs: Int, kernel: Int,
    stride: Int, expansion: Int
  ) throws {
    let source = net.last
    let hidden = inputs * expansion
    let layers = "\(name).layers"
    try addConvolution(0, of: layers, to: &net, inputs, hidden)
    try addConvolution(
      3, of: layers, to: &net, hidden, hidden, kernel: kernel, stride: stride, groups: hidden)
    try addConvolution(6, of: layers, to: &net, hidden, outputs, isActivated: false)
    if stride == 1, inputs == outputs {
      try net.add(SumLayer(), as: "\(name).add", after: [net.last, source])
    }
  }
}

extension MNASNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        form.name, "MNASNet-B1 of width \(form.factor), inverted residuals",
        inputSpec: .imageNet(224, resize: form.resize)
      ) { try layOut(&$0, form) }
    }
  }
}
