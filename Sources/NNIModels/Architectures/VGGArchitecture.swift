/// VGG with 11, 13, 16 or 19 weighted layers, with and without batch norm, as in torchvision.
///
/// Images may have other sizes than 224 × 224, from 32 × 32 on: what the convolutions give is pooled to
/// 7 × 7. The width of the dense layers and the number of classes follow from the weights.
///
/// - Reference: Simonyan and Zisserman 2015, *Very Deep Convolutional Networks for Large-Scale Image
///   Recognition*, table 1, columns A, B, D and E (`simonyan2015very`).
public enum VGGArchitecture {
  /// How many convolutions stand in each of the five stages.
  static let stages: [Int: [Int]] = [
    11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4],
  ]

  /// `features.0` and so on, up to the last pooling.
  static func addFeatures(to net: inout NetworkBuilder, depth: Int, normalizes: Bool) throws {
    var channels = net.extent(of: "features.0.weight", axis: 1, default: 3)
    var index = 0
    for (count, width) in zip(stages[depth, default: []], [64, 128, 256, 512, 512]) {
      for _ in 0..<count {
        try net.convolution("features.\(index)", channels, width, kernel: 3, padding: .each(1))
        if normalizes { try net.batchNorm("features.\(index + 1)", width) }
        index += normalizes ? 2 : 1
        try net.relu("features.\(index)")
        index += 1
        channels = width
      }
      try net.maxPool("features.\(index)", 2, stride: 2)
      index += 1
    }
  }

  private static func layOut(
    _ net: inout NetworkBuilder, depth: Int, normalizes: Bool
  ) throws {
    try addFeatures(to: &net, depth: depth, normalizes: normalizes)
    try net.add(AdaptiveAveragePoolLayer([7, 7]), as: "avgpool")
    try net.add(FlattenLayer(), as: "flatten")
    let first = net.extent(of: "classifier.0.weight", axis: 0, default: 4096)
    let second = net.extent(of: "classifier.3.weight", axis: 0, default: 4096)
    try net.dense("classifier.0", 512 * 7 * 7, first)
    try net.relu("classifier.1")
    try net.dropout("classifier.2")
    try net.dense("classifier.3", first, second)
    try net.relu("classifier.4")
    try net.dropout("classifier.5")
    try net.dense(
      "classifier.6", second, net.extent(of: "classifier.6.weight", axis: 0, default: 1000))
  }
}

extension VGGArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    stages.keys.flatMap { depth in
      [false, true].map { normalizes in
        ArchitectureEntry(
          "vgg\(depth)\(normalizes ? "_bn" : "")",
          "VGG with \(depth) weighted layers\(normalizes ? " and batch norm" : "")",
          inputSpec: .imageNet
        ) { try layOut(&$0, depth: depth, normalizes: normalizes) }
      }
    }
  }
}
