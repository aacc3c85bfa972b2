/// GoogLeNet, Inception v1 with batch norm, as in torchvision: four branches side by side.
///
/// torchvision's 5 × 5 convolutions are 3 × 3, and its published weights want channels in −1…1: it makes them of
/// ImageNet's normalisation inside the network (`transform_input`), here the description of the input says
/// so. The auxiliary classifiers are of use in training alone; a file may have them.
///
/// - Reference: Szegedy et al. 2015, *Going Deeper with Convolutions*, table 1 and figure 2b
///   (`szegedy2015going`).
public enum GoogLeNetArchitecture {
  /// Channels of each module's branches: 1 × 1; reduced, 3 × 3; reduced, "5 × 5"; after pooling.
  private static let modules: [(name: String, widths: [Int])] = [
    ("3a", [64, 96, 128, 16, 32, 32]), ("3b", [128, 128, 192, 32, 96, 64]),
    ("4a", [192, 96, 208, 16, 48, 64]), ("4b", [160, 112, 224, 24, 64, 64]),
    ("4c", [128, 128, 256, 24, 64, 64]), ("4d", [112, 144, 288, 32, 64, 64]),
    ("4e", [256, 160, 320, 32, 128, 128]), ("5a", [256, 160, 320, 32, 128, 128]),
    ("5b", [384, 192, 384, 48, 128, 128]),
  ]

  private static func layOut(_ net: inout NetworkBuilder) throws {
    let channels = net.extent(of: "conv1.conv.weight", axis: 1, default: 3)
    try net.basicConvolution("conv1", channels, 64, kernel: [7, 7], stride: 2, padding: [3, 3])
    try net.maxPool("maxpool1", 3, stride: 2, isCeiling: true)
    try net.basicConvolution("conv2", 64, 64)
    try net.basicConvolution("conv3", 64, 192, kernel: [3, 3], padding: [1, 1])
    try net.maxPool("maxpool2", 3, stride: 2, isCeiling: true)
    var inputs = 192
    for (name, widths) in modules {
      if name == "4a" { try net.maxPool("maxpool3", 3, stride: 2, isCeiling: true) }
      if name == "5a" { try net.maxPool("maxpool4", 2, stride: 2, isCeiling: true) }
      inputs = try addModule("inception\(name)", to: &net, inputs, widths)
    }
    try net.globalAveragePool()
    try net.dropout("dropout", rate: 0.2)
    try net.dense("fc", inputs, net.extent(of: "fc.weight", axis: 0, default: 1000))
    net.leaveUnused(under: "aux1.")
    net.leaveUnused(under: "aux2.")
  }

  /// Returns the number of channels of the four branches together.
  private static func addModule(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ widths: [Int]
  ) throws -> Int {
    let source = net.last
    var branches = [
      try net.basicConvolution("\(name).branch1", inputs, widths[0], after: [source])
    ]
    for (index, branch) in ["branch2", "branch3"].enumerated() {
      let reduced = widths[2 * index + 1]
      try net.basicConvolution("\(name).\(branch).0", inputs, reduced, after: [source])
      branches.append(
        try net.basicConvolution(
          "\(name).\(branch).1", reduced, widths[2 * index + 2], kernel: [3, 3], padding: [1, 1]))
    }
    try net.maxPool(
      "\(name).branch4.0", 3, stride: 1, padding: 1, isCeiling: true, after: [source])
    branches.append(try net.basicConvolution("\(name).branch4.1", inputs, widths[5]))
    try net.add(ConcatenationLayer(), as: "\(name).cat", after: branches)
    return widths[0] + widths[2] + widths[4] + widths[5]
  }
}

extension GoogLeNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "googlenet", "GoogLeNet, nine modules of four branches",
        inputSpec: .symmetric(224, resize: 256)
      ) { try layOut(&$0) }
    ]
  }
}
