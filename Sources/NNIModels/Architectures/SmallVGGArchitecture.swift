/// Two small networks in VGG's manner: `mnist_vgg_small` for digits, with the names of an
/// `nn.Sequential`, and `tinyvgg` for 64 × 64 images.
///
/// - Reference: Wang et al. 2020, *CNN Explainer: Learning Convolutional Neural Networks with
///   Interactive Visualization* (`wang2020cnn`), for `tinyvgg`.
public enum SmallVGGArchitecture {
  private static func layOutDigits(_ net: inout NetworkBuilder) throws {
    var channels = net.extent(of: "0.weight", axis: 1, default: 1)
    for (index, width) in [(0, 16), (2, 16), (5, 32), (7, 32)] {
      try net.convolution("\(index)", channels, width, kernel: 3, padding: .each(1))
      try net.relu("\(index + 1)")
      if index == 2 || index == 7 { try net.maxPool("\(index + 2)", 2, stride: 2) }
      channels = width
    }
    try net.add(FlattenLayer(), as: "10")
    try net.dense("11", 32 * 7 * 7, 64)
    try net.relu("12")
    try net.dense("13", 64, net.extent(of: "13.weight", axis: 0, default: 10))
  }

  private static func layOutTiny(_ net: inout NetworkBuilder) throws {
    var channels = net.extent(of: "conv0.weight", axis: 1, default: 3)
    for index in 0..<4 {
      try net.convolution("conv\(index)", channels, 10, kernel: 3)
      try net.relu("relu\(index)")
      if index % 2 == 1 { try net.maxPool("pool\(index / 2)", 2, stride: 2) }
      channels = 10
    }
    try net.add(FlattenLayer(), as: "flatten")
    try net.dense("fc", 10 * 13 * 13, net.extent(of: "fc.weight", axis: 0, default: 10))
  }
}

extension SmallVGGArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "mnist_vgg_small", "Small VGG for digits, four convolutions", inputSpec: .mnist
      ) { try layOutDigits(&$0) },
      ArchitectureEntry(
        "tinyvgg", "Tiny VGG for 64 × 64 images, four convolutions",
        inputSpec: InputSpec(size: [64, 64])
      ) { try layOutTiny(&$0) },
    ]
  }
}
