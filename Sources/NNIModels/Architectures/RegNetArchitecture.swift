import Foundation

/// RegNetX and RegNetY as in torchvision: bottlenecks of grouped convolutions whose widths follow a quantised linear
/// rule; Y has a gate for each channel.
///
/// - Reference: Radosavovic et al. 2020, *Designing Network Design Spaces*, equations 2 to 4, figures 15 and 16
///   (`radosavovic2020designing`).
public enum RegNetArchitecture {
  /// The five numbers by which the paper describes a network, and its name.
  private struct Form {
    let name: String
    let depth: Int
    let firstWidth: Int
    let slope: Double
    let factor: Double
    let groupWidth: Int

    var hasGates: Bool { name.hasPrefix("y") }

    /// Blocks and channels of each stage, and the width of its groups.
    var stages: [(count: Int, width: Int, groupWidth: Int)] {
      let first = Double(firstWidth)
      let widths = (0..<depth).map { block in
        let width = first + slope * Double(block)
        let step = (log(width / first) / log(factor)).rounded(.toNearestOrEven)
        return 8 * Int((first * pow(factor, step) / 8).rounded(.toNearestOrEven))
      }
      return Set(widths).sorted().map { width in
        let group = min(groupWidth, width)
        return (
          widths.count { $0 == width },
          ChannelRounding.channels(near: Double(width), multipleOf: group), group
        )
      }
    }
  }

  private static let forms: [Form] = [
    ("x_400mf", 22, 24, 24.48, 2.54, 16), ("x_800mf", 16, 56, 35.73, 2.28, 16),
    ("x_1_6gf", 18, 80, 34.01, 2.25, 24), ("x_3_2gf", 25, 88, 26.31, 2.25, 48),
    ("x_8gf", 23, 80, 49.56, 2.88, 120), ("x_16gf", 22, 216, 55.59, 2.1, 128),
    ("x_32gf", 23, 320, 69.86, 2.0, 168), ("y_400mf", 16, 48, 27.89, 2.09, 8),
    ("y_800mf", 14, 56, 38.84, 2.4, 16), ("y_1_6gf", 27, 48, 20.71, 2.65, 24),
    ("y_3_2gf", 21, 80, 42.63, 2.66, 24), ("y_8gf", 17, 192, 76.82, 2.19, 56),
    ("y_16gf", 18, 200, 106.23, 2.48, 112), ("y_32gf", 20, 232, 115.89, 2.53, 232),
    ("y_128gf", 27, 456, 160.83, 2.52, 264),
  ].map {
    Form(
      name: $0.0, depth: $0.1, firstWidth: $0.2, slope: $0.3, factor: $0.4, groupWidth: $0.5)
  }

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "stem.0.weight", axis: 1, default: 3)
    var inputs = 32
    try net.unit("stem", channels, inputs, kernel: 3, stride: 2, activation: .relu)
    for (index, stage) in form.stages.enumerated() {
      let name = "trunk_output.block\(index + 1)"
      for block in 0..<stage.count {
        try addBlock(
          "\(name).block\(index + 1)-\(block)", to: &net, inputs, stage.width,
          stride: block == 0 ? 2 : 1, groups: stage.width / stage.groupWidth,
          hasGate: form.hasGates)
        inputs = stage.width
      }
    }
    try net.globalAveragePool()
    try net.dense("fc", inputs, net.extent(of: "fc.weight", axis: 0, default: 1000))
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ outputs: Int, stride: Int,
    groups: Int, hasGate: Bool
  ) throws {
    let source = net.last
    var shortcut = source
    if inputs != outputs || stride != 1 {
      shortcut = try net.unit("\(name).proj", inputs, outputs, stride: stride)
    }
    try net.unit("\(name).f.a", inputs, outputs, activation: .relu, after: [source])
    try net.unit(
      "\(name).f.b", outputs, outputs, kernel: 3, stride: stride, groups: groups,
      activation: .relu)
    if hasGate {
      try net.squeezeExcitation("\(name).f.se", outputs, squeezed: inputs / 4)
    }
    let branch = try net.unit("\(name).f.c", outputs, outputs)
    try net.add(SumLayer(), as: "\(name).add", after: [shortcut, branch])
    try net.relu("\(name).activation")
  }
}

extension RegNetArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        "regnet_\(form.name)",
        "RegNet\(form.hasGates ? "Y" : "X") of \(form.depth) blocks, groups of \(form.groupWidth) channels",
        inputSpec: form.name == "y_128gf" ? .imageNet(224, resize: 224, .bicubic) : .imageNet
      ) { try layOut(&$0, form) }
    }
  }
}
