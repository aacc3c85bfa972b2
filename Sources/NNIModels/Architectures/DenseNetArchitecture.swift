/// DenseNet-121, -169 and -201 as in torchvision: every layer of a block sees all before it.
///
/// Batch norm comes before ReLU and convolution here, so that one after a concatenation cannot be
/// folded into any neighbour; see ``MergeBatchNormRewrite``.
///
/// - Reference: Huang et al. 2017, *Densely Connected Convolutional Networks*, table 1
///   (`huang2017densely`).
public enum DenseNetArchitecture {
  private struct Form {
    let depth: Int
    let blocks: [Int]
  }

  private static let forms = [
    Form(depth: 121, blocks: [6, 12, 24, 16]), Form(depth: 169, blocks: [6, 12, 32, 32]),
    Form(depth: 201, blocks: [6, 12, 48, 32]),
  ]

  private static let growth = 32

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "features.conv0.weight", axis: 1, default: 3)
    var width = 2 * growth
    try net.convolution(
      "features.conv0", channels, width, kernel: 7, stride: 2, padding: .each(3), hasBias: false)
    try net.batchNorm("features.norm0", width)
    try net.relu("features.relu0")
    try net.maxPool("features.pool0", 3, stride: 2, padding: 1)
    for (index, count) in form.blocks.enumerated() {
      width = try addBlock("features.denseblock\(index + 1)", to: &net, width: width, count: count)
      guard index + 1 < form.blocks.count else { break }
      let name = "features.transition\(index + 1)"
      try net.batchNorm("\(name).norm", width)
      try net.relu("\(name).relu")
      try net.convolution("\(name).conv", width, width / 2, kernel: 1, hasBias: false)
      try net.add(AveragePoolLayer(Window([2, 2], stride: [2, 2])), as: "\(name).pool")
      width /= 2
    }
    try net.batchNorm("features.norm5", width)
    try net.relu("relu")
    try net.globalAveragePool()
    try net.dense("classifier", width, net.extent(of: "classifier.weight", axis: 0, default: 1000))
  }

  /// Layers that each add `growth` channels to all that came before; returns how many there are then.
  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, width: Int, count: Int
  ) throws -> Int {
    var features = [net.last]
    for index in 0..<count {
      let layer = "\(name).denselayer\(index + 1)"
      if index > 0 { try net.add(ConcatenationLayer(), as: "\(layer).cat", after: features) }
      let inputs = width + index * growth
      try net.batchNorm("\(layer).norm1", inputs)
      try net.relu("\(layer).relu1")
      try net.convolution("\(layer).conv1", inputs, 4 * growth, kernel: 1, hasBias: false)
      try net.batchNorm("\(layer).norm2", 4 * growth)
      try net.relu("\(layer).relu2")
      try net.convolution(
        "\(layer).conv2", 4 * growth, growth, kernel: 3, padding: .each(1), hasBias: false)
      features.append(net.last)
    }
    try net.add(ConcatenationLayer(), as: "\(name).cat", after: features)
    return width + count * growth
  }
}

extension DenseNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        "densenet\(form.depth)", "DenseNet with \(form.depth) weighted layers",
        inputSpec: .imageNet
      ) { net in
        try layOut(&net, form)
      }
    }
  }
}
