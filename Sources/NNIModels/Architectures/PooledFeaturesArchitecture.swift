/// The convolutions of a large network, a global average pool and one dense layer, `classifier`: what a
/// linear probe trains, and a network that class activation maps explain exactly; and those convolutions
/// alone, for what looks into them: dreams, feature visualisation, dataset examples.
///
/// - Reference: Zhou et al. 2016, *Learning Deep Features for Discriminative Localization*, section 3
///   (`zhou2016learning`).
public enum PooledFeaturesArchitecture {
  private static func addHead(to net: inout NetworkBuilder, _ channels: Int) throws {
    try net.globalAveragePool()
    try net.dense(
      "classifier", channels, net.extent(of: "classifier.weight", axis: 0, default: 1000))
  }
}

extension PooledFeaturesArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "alexnet_gap", "AlexNet's convolutions with one dense layer", inputSpec: .imageNet
      ) {
        try AlexNetArchitecture.addFeatures(to: &$0)
        try addHead(to: &$0, 256)
      },
      ArchitectureEntry("alexnet_features", "AlexNet's convolutions alone", inputSpec: .imageNet) {
        try AlexNetArchitecture.addFeatures(to: &$0)
      },
      ArchitectureEntry("vgg16_features", "VGG16's convolutions alone", inputSpec: .imageNet) {
        try VGGArchitecture.addFeatures(to: &$0, depth: 16, normalizes: false)
      },
      ArchitectureEntry(
        "vgg16_gap", "VGG16's convolutions with one dense layer", inputSpec: .imageNet
      ) {
        try VGGArchitecture.addFeatures(to: &$0, depth: 16, normalizes: false)
        try addHead(to: &$0, 512)
      },
    ]
  }
}
