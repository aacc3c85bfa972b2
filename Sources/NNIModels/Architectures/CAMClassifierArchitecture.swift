/// The original package's digit classifiers for class activation maps: three convolutions, a global
/// average pool and one dense layer.
///
/// The extended one pads its first two activations by two pixels, so that its last maps are 6 × 6 and
/// not 3 × 3.
///
/// - Reference: Zhou et al. 2016, *Learning Deep Features for Discriminative Localization*
///   (`zhou2016learning`).
public enum CAMClassifierArchitecture {
  private static func layOut(_ net: inout NetworkBuilder, isExtended: Bool) throws {
    var channels = net.extent(of: "conv1.weight", axis: 1, default: 1)
    for (index, width) in [(1, 32), (2, 64), (3, 128)] {
      try net.convolution(
        "conv\(index)", channels, width, kernel: isExtended && index == 1 ? 4 : 3)
      try net.relu("relu\(index)")
      channels = width
      guard index < 3 else { break }
      if isExtended {
        try net.add(PadLayer(before: [0, 2, 2], after: [0, 2, 2]), as: "pad\(index)")
      }
      try net.maxPool("pool\(index)", 2, stride: 2)
    }
    try net.globalAveragePool()
    try net.dense("fc", 128, net.extent(of: "fc.weight", axis: 0, default: 10))
  }
}

extension CAMClassifierArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "cam_mnist_classifier", "Digit classifier for class activation maps, 3 × 3 maps",
        inputSpec: .mnist
      ) { try layOut(&$0, isExtended: false) },
      ArchitectureEntry(
        "cam_mnist_extended_classifier", "Digit classifier for class activation maps, 6 × 6 maps",
        inputSpec: .mnist
      ) { try layOut(&$0, isExtended: true) },
    ]
  }
}
