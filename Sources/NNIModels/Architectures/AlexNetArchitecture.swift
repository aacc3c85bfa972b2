/// AlexNet in torchvision's form: five convolutions without local response normalisation, three dense
/// layers.
///
/// Images may have other sizes than 224 × 224, from 63 × 63 on: what the convolutions give is pooled to
/// 6 × 6. The width of the dense layers and the number of classes follow from the weights.
///
/// - Reference: Krizhevsky 2014, *One weird trick for parallelizing convolutional neural networks*
///   (`krizhevsky2014weird`).
public enum AlexNetArchitecture {
  /// `features.0` to `features.12`.
  static func addFeatures(to net: inout NetworkBuilder) throws {
    let channels = net.extent(of: "features.0.weight", axis: 1, default: 3)
    try net.convolution("features.0", channels, 64, kernel: 11, stride: 4, padding: .each(2))
    try net.relu("features.1")
    try net.maxPool("features.2", 3, stride: 2)
    try net.convolution("features.3", 64, 192, kernel: 5, padding: .each(2))
    try net.relu("features.4")
    try net.maxPool("features.5", 3, stride: 2)
    for (index, inputs, outputs) in [(6, 192, 384), (8, 384, 256), (10, 256, 256)] {
      try net.convolution("features.\(index)", inputs, outputs, kernel: 3, padding: .each(1))
      try net.relu("features.\(index + 1)")
    }
    try net.maxPool("features.12", 3, stride: 2)
  }

  private static func layOut(_ net: inout NetworkBuilder) throws {
    try addFeatures(to: &net)
    try net.add(AdaptiveAveragePoolLayer([6, 6]), as: "avgpool")
    try net.add(FlattenLayer(), as: "flatten")
    let first = net.extent(of: "classifier.1.weight", axis: 0, default: 4096)
    let second = net.extent(of: "classifier.4.weight", axis: 0, default: 4096)
    try net.dropout("classifier.0")
    try net.dense("classifier.1", 256 * 6 * 6, first)
    try net.relu("classifier.2")
    try net.dropout("classifier.3")
    try net.dense("classifier.4", first, second)
    try net.relu("classifier.5")
    try net.dense(
      "classifier.6", second, net.extent(of: "classifier.6.weight", axis: 0, default: 1000))
  }
}

extension AlexNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "alexnet", "AlexNet, five convolutions and three dense layers", inputSpec: .imageNet
      ) { try layOut(&$0) }
    ]
  }
}
