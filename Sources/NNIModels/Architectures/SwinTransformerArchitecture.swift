/// Swin transformers T, S and B, and their second version, as in torchvision: attention in windows that are
/// shifted in every second block, and patches that are merged between stages.
///
/// Version 2 normalises behind attention and perceptron, scores by cosines with a learnt scale of at most 100, and
/// computes its position biases with a small network of logarithmic offsets.
///
/// The graph is laid out for one size of images, 224 × 224 or 256 × 256, or the one that the card states: where
/// the windows do not divide a stage's grid, it is padded, as torchvision does.
///
/// - Reference: Liu et al. 2021, *Swin Transformer: Hierarchical Vision Transformer using Shifted Windows*,
///   section 3.3 and equations 3 and 4 (`liu2021swin`); Liu et al. 2022, *Swin Transformer V2: Scaling Up Capacity
///   and Resolution*, section 3 and equations 2 to 4 (`liu2022swin`).
public enum SwinTransformerArchitecture {
  struct Form {
    let name: String
    let width: Int
    let depths: [Int]
    let heads: [Int]
    let isSecondVersion: Bool
    let input: InputSpec

    /// Tokens along one side of a window.
    var window: Int { isSecondVersion ? 8 : 7 }
  }

  private static let forms: [Form] = [
    ("t", 96, 6, [3, 6, 12, 24], 232, 260), ("s", 96, 18, [3, 6, 12, 24], 246, 260),
    ("b", 128, 18, [4, 8, 16, 32], 238, 272),
  ].flatMap { size, width, depth, heads, resize, secondResize in
    [false, true].map { isSecond in
      Form(
        name: "swin_\(isSecond ? "v2_" : "")\(size)", width: width, depths: [2, 2, depth, 2],
        heads: heads, isSecondVersion: isSecond,
        input: isSecond
          ? .imageNet(256, resize: secondResize, .bicubic)
          : .imageNet(224, resize: resize, .bicubic))
    }
  }

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "features.0.0.weight", axis: 1, default: 3)
    var grid = WindowGrid(
      height: (net.imageSize.first ?? 0) / 4, width: (net.imageSize.last ?? 0) / 4,
      window: form.window)
    guard grid.height > 0, grid.width > 0 else {
      throw InterpretabilityError(
        .invalidInput,
        "\(form.name): images of \(net.imageSize) are too small, wanted 4 × 4 or more")
    }
    try net.convolution("features.0.0", channels, form.width, kernel: 4, stride: 4)
    try net.add(TransposeLayer([0, 2, 3, 1]), as: "features.0.1")
    try net.layerNorm("features.0.2", form.width)
    var width = form.width
    for (stage, depth) in form.depths.enumerated() {
      if stage > 0 {
        try addMerging("features.\(2 * stage)", to: &net, form, width: width, &grid)
        width *= 2
      }
      for block in 0..<depth {
        try addBlock(
          "features.\(2 * stage + 1).\(block)", to: &net, form, width: width,
          heads: form.heads[stage], grid, isShifted: block % 2 == 1)
      }
    }
    try net.layerNorm("norm", width)
    try net.add(TransposeLayer([0, 3, 1, 2]), as: "permute")
    try net.globalAveragePool()
    try net.dense("head", width, net.extent(of: "head.weight", axis: 0, default: 1000))
  }

  /// Four neighbours become one token of twice the width.
  private static func addMerging(
    _ name: String, to net: inout NetworkBuilder, _ form: Form, width: Int, _ grid: inout WindowGrid
  ) throws {
    if grid.height % 2 + grid.width % 2 > 0 {
      try net.add(
        PadLayer(before: [0, 0, 0], after: [grid.height % 2, grid.width % 2, 0]),
        as: "\(name).pad")
    }
    let source = net.last
    let parts = try [(0, 0), (1, 0), (0, 1), (1, 1)].map { row, column in
      try net.add(
        SliceLayer([
          .init(axis: 1, start: row, step: 2), .init(axis: 2, start: column, step: 2),
        ]), as: "\(name).part\(row)\(column)", after: [source])
    }
    try net.add(ConcatenationLayer(axis: 3), as: "\(name).cat", after: parts)
    if !form.isSecondVersion { try net.layerNorm("\(name).norm", 4 * width) }
    try net.dense("\(name).reduction", 4 * width, 2 * width, hasBias: false)
    if form.isSecondVersion { try net.layerNorm("\(name).norm", 2 * width) }
    grid.height = (grid.height + 1) / 2
    grid.width = (grid.width + 1) / 2
  }

  private static func addBlock(
    _ name: String, to net: inout NetworkBuilder, _ form: Form, width: Int, heads: Int,
    _ grid: WindowGrid, isShifted: Bool
  ) throws {
    let source = net.last
    if !form.isSecondVersion { try net.layerNorm("\(name).norm1", width) }
    try addAttention(
      "\(name).attn", to: &net, form, width: width, heads: heads, grid, isShifted: isShifted)
    if form.isSecondVersion { try net.layerNorm("\(name).norm1", width) }
    let middle = try net.add(SumLayer(), as: "\(name).add", after: [source, net.last])
    if !form.isSecondVersion { try net.layerNorm("\(name).norm2", width) }
    try net.perceptron("\(name).mlp", width, hidden: 4 * width)
    if form.isSecondVersion { try net.layerNorm("\(name).norm2", width) }
    try net.add(SumLayer(), as: "\(name).add_1", after: [middle, net.last])
  }

  private static func addAttention(
    _ name: String, to net: inout NetworkBuilder, _ form: Form, width: Int, heads: Int,
    _ grid: WindowGrid, isShifted: Bool
  ) throws {
    let shifts = isShifted ? grid.shifts : [0, 0]
    try grid.addPartition(name, to: &net, width: width, shifts: shifts)
    let weight = try net.parameter("\(name).qkv.weight", [3 * width, width], .weight(fanIn: width))
    var bias = try net.parameter("\(name).qkv.bias", [3 * width], .zero)
    let score: SelfAttention.Score
    if form.isSecondVersion {
      // Keys have no bias in version 2, whatever the file holds.
      bias = try .concatenated(
        [
          bias.narrowed(axis: 0, to: 0..<width), net.constant(0).expanded(to: [width]),
          bias.narrowed(axis: 0, to: 2 * width..<3 * width),
        ], axis: 0)
      let scale = try net.parameter("\(name).logit_scale", [heads, 1, 1], .zero)
      score = .cosine(
        factor: try .call("aten::exp", .tensor(scale.clamped(max: 4.605170185988092))))
    } else {
      score = .scaledQueries(1 / Double(width / heads).squareRoot())
    }
    try net.add(DenseLayer(weight: weight, bias: bias), as: "\(name).qkv")
    let positions = RelativePositions(side: form.window)
    let table =
      form.isSecondVersion
      ? try SwinPositionBias.table(name, of: &net, positions, heads: heads)
      : try net.parameter(
        "\(name).relative_position_bias_table", [positions.count, heads], .zero)
    net.leaveUnused("\(name).relative_position_index")
    var positionBias = try positions.bias(table)
    if form.isSecondVersion {
      positionBias = try Tensor.call("aten::sigmoid", .tensor(positionBias)) * 16
    }
    var attention = SelfAttention(
      sets: grid.count, tokens: form.window * form.window, heads: heads, width: width, score: score,
      summands: [("relative_position_bias", positionBias)])
    if let mask = try grid.mask(shifts: shifts) {
      attention.summands.append(("mask", try mask.converted(to: positionBias.dtype)))
    }
    try net.selfAttention(name, attention)
    try net.dense("\(name).proj", width, width)
    try grid.addDepartition(name, to: &net, width: width, shifts: shifts)
  }
}

/// The small network of version 2 that gives a position bias for each offset.
enum SwinPositionBias {
  /// The table `[offsets, heads]`, before its sigmoid.
  static func table(
    _ name: String, of net: inout NetworkBuilder, _ positions: RelativePositions, heads: Int
  ) throws -> Tensor {
    let stored = "\(name).relative_coords_table"
    let extent = 2 * positions.side - 1
    let offsets =
      net.has(stored)
      ? try net.parameter(stored, [1, extent, extent, 2], .zero)
      : try net.constant(positions.logarithmicOffsets, shape: [1, extent, extent, 2])
    let hidden = DenseLayer(
      weight: try net.parameter("\(name).cpb_mlp.0.weight", [512, 2], .weight(fanIn: 2)),
      bias: try net.parameter("\(name).cpb_mlp.0.bias", [512], .zero))
    let output = DenseLayer(
      weight: try net.parameter("\(name).cpb_mlp.2.weight", [heads, 512], .weight(fanIn: 512)))
    let rectified = try hidden.forward([offsets.reshaped([positions.count, 2])]).positivePart()
    return try output.forward([rectified])
  }
}

extension SwinTransformerArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        form.name,
        "Swin transformer \(form.isSecondVersion ? "V2, " : "")of \(form.depths.reduce(0, +)) blocks, "
          + "windows of \(form.window) × \(form.window)",
        inputSpec: form.input
      ) { try layOut(&$0, form) }
    }
  }
}
