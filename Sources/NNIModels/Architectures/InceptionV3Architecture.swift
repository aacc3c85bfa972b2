/// Inception v3 as in torchvision: branches of small and of one-dimensional convolutions.
///
/// Images have 75 × 75 pixels or more. The published weights want channels in −1…1, see
/// ``GoogLeNetArchitecture``; the auxiliary classifier is of use in training alone, a file may have it.
///
/// - Reference: Szegedy et al. 2016, *Rethinking the Inception Architecture for Computer Vision*, table 1 and
///   figures 5 to 7 and 10 (`szegedy2016rethinking`).
public enum InceptionV3Architecture {
  /// One convolution of a branch: its name, its channels, height and width of its kernel, its stride; strided ones
  /// are not padded.
  private struct Step {
    let name: String
    let width: Int
    let kernel: [Int]
    let stride: Int

    init(_ name: String, _ width: Int, _ height: Int = 1, _ across: Int = 1, stride: Int = 1) {
      self.name = name
      self.width = width
      kernel = [height, across]
      self.stride = stride
    }
  }

  /// A module: branches of convolutions one after the other, of which the last may split, and a pooling, after which
  /// a convolution stands unless the module reduces the size.
  private struct Module {
    let name: String
    let branches: [[Step]]
    /// The last step of a branch, by its number, that stands beside its last convolution.
    var forks: [Int: Step] = [:]
    /// Channels of the convolution after average pooling; 0 for maximum pooling with stride 2.
    let pooled: Int
  }

  private static func square(_ name: String, pooled: Int) -> Module {
    Module(
      name: name,
      branches: [
        [Step("1x1", 64)], [Step("5x5_1", 48), Step("5x5_2", 64, 5, 5)],
        [Step("3x3dbl_1", 64), Step("3x3dbl_2", 96, 3, 3), Step("3x3dbl_3", 96, 3, 3)],
      ], pooled: pooled)
  }

  private static func factorized(_ name: String, width: Int) -> Module {
    Module(
      name: name,
      branches: [
        [Step("1x1", 192)],
        [Step("7x7_1", width), Step("7x7_2", width, 1, 7), Step("7x7_3", 192, 7, 1)],
        [
          Step("7x7dbl_1", width), Step("7x7dbl_2", width, 7, 1), Step("7x7dbl_3", width, 1, 7),
          Step("7x7dbl_4", width, 7, 1), Step("7x7dbl_5", 192, 1, 7),
        ],
      ], pooled: 192)
  }

  private static func forked(_ name: String) -> Module {
    Module(
      name: name,
      branches: [
        [Step("1x1", 320)], [Step("3x3_1", 384), Step("3x3_2a", 384, 1, 3)],
        [Step("3x3dbl_1", 448), Step("3x3dbl_2", 384, 3, 3), Step("3x3dbl_3a", 384, 1, 3)],
      ],
      forks: [1: Step("3x3_2b", 384, 3, 1), 2: Step("3x3dbl_3b", 384, 3, 1)], pooled: 192)
  }

  private static let modules = [
    square("5b", pooled: 32), square("5c", pooled: 64), square("5d", pooled: 64),
    Module(
      name: "6a",
      branches: [
        [Step("3x3", 384, 3, 3, stride: 2)],
        [Step("3x3dbl_1", 64), Step("3x3dbl_2", 96, 3, 3), Step("3x3dbl_3", 96, 3, 3, stride: 2)],
      ], pooled: 0),
    factorized("6b", width: 128), factorized("6c", width: 160), factorized("6d", width: 160),
    factorized("6e", width: 192),
    Module(
      name: "7a",
      branches: [
        [Step("3x3_1", 192), Step("3x3_2", 320, 3, 3, stride: 2)],
        [
          Step("7x7x3_1", 192), Step("7x7x3_2", 192, 1, 7), Step("7x7x3_3", 192, 7, 1),
          Step("7x7x3_4", 192, 3, 3, stride: 2),
        ],
      ], pooled: 0),
    forked("7b"), forked("7c"),
  ]

  private static func layOut(_ net: inout NetworkBuilder) throws {
    let channels = net.extent(of: "Conv2d_1a_3x3.conv.weight", axis: 1, default: 3)
    try net.basicConvolution("Conv2d_1a_3x3", channels, 32, kernel: [3, 3], stride: 2)
    try net.basicConvolution("Conv2d_2a_3x3", 32, 32, kernel: [3, 3])
    try net.basicConvolution("Conv2d_2b_3x3", 32, 64, kernel: [3, 3], padding: [1, 1])
    try net.maxPool("maxpool1", 3, stride: 2)
    try net.basicConvolution("Conv2d_3b_1x1", 64, 80)
    try net.basicConvolution("Conv2d_4a_3x3", 80, 192, kernel: [3, 3])
    try net.maxPool("maxpool2", 3, stride: 2)
    var inputs = 192
    for module in modules { inputs = try add(module, to: &net, inputs) }
    try net.add(GlobalAveragePoolLayer(), as: "avgpool")
    try net.dropout("dropout", rate: 0.5)
    try net.add(FlattenLayer(), as: "flatten")
    try net.dense("fc", inputs, net.extent(of: "fc.weight", axis: 0, default: 1000))
    net.leaveUnused(under: "AuxLogits.")
  }

  /// Returns the number of channels of all branches together.
  private static func add(
    _ module: Module, to net: inout NetworkBuilder, _ inputs: Int
  ) throws -> Int {
    let source = net.last
    let name = "Mixed_\(module.name)"
    func add(_ step: Step, _ inputs: Int, after source: NodeID) throws -> NodeID {
      try net.basicConvolution(
        "\(name).branch\(step.name)", inputs, step.width, kernel: step.kernel, stride: step.stride,
        padding: step.stride == 1 ? step.kernel.map { $0 / 2 } : [0, 0], after: [source])
    }
    var ends: [NodeID] = []
    var total = 0
    for (index, steps) in module.branches.enumerated() {
      var (channels, before, end) = (inputs, source, source)
      for (position, step) in steps.enumerated() {
        before = end
        end = try add(step, channels, after: before)
        // Of the last convolution the fork needs what it took.
        if position + 1 < steps.count { channels = step.width }
      }
      total += steps.last?.width ?? 0
      if let fork = module.forks[index] {
        let other = try add(fork, channels, after: before)
        end = try net.add(
          ConcatenationLayer(), as: "\(name).branch\(fork.name.dropLast()).cat",
          after: [end, other])
        total += fork.width
      }
      ends.append(end)
    }
    if module.pooled == 0 {
      ends.append(try net.maxPool("\(name).branch_pool", 3, stride: 2, after: [source]))
      total += inputs
    } else {
      try net.add(
        AveragePoolLayer(Window([3, 3], stride: [1, 1], padding: [1, 1])),
        as: "\(name).branch_pool.pool", after: [source])
      ends.append(try net.basicConvolution("\(name).branch_pool", inputs, module.pooled))
      total += module.pooled
    }
    try net.add(ConcatenationLayer(), as: "\(name).cat", after: ends)
    return total
  }
}

extension InceptionV3Architecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "inception_v3", "Inception v3, modules of small and one-dimensional convolutions",
        inputSpec: .symmetric(299, resize: 342)
      ) { try layOut(&$0) }
    ]
  }
}
