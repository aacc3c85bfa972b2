/// MaxViT-T as in torchvision: an inverted residual, attention in windows of 7 × 7, and attention over a grid of
/// 7 × 7 places that spans the image, in turn.
///
/// Images are square, with sides of a multiple of 224, so that each stage consists of whole windows.
///
/// - Reference: Tu et al. 2022, *MaxViT: Multi-Axis Vision Transformer*, figures 2 and 3 and table 1
///   (`tu2022maxvit`).
public enum MaxViTArchitecture {
  private static let widths = [64, 128, 256, 512]
  private static let depths = [2, 2, 5, 2]
  /// Tokens along one side of a window, and of a grid.
  private static let side = 7
  private static let headWidth = 32
  private static let epsilon = 1e-3
  private static let gelu = ActivationLayer.Function.gelu(isApproximate: false)

  private static func layOut(_ net: inout NetworkBuilder) throws {
    let channels = net.extent(of: "stem.0.0.weight", axis: 1, default: 3)
    let stem = widths[0]
    guard let image = net.imageSize.first, net.imageSize == [image, image], image > 0,
      image % (32 * side) == 0
    else {
      throw InterpretabilityError(
        .invalidInput,
        "maxvit_t takes square images with sides of a multiple of \(32 * side), not \(net.imageSize)"
      )
    }
    try net.unit(
      "stem.0", channels, stem, kernel: 3, stride: 2, epsilon: epsilon, activation: gelu)
    try net.convolution("stem.1.0", stem, stem, kernel: 3, padding: .each(1))
    var inputs = stem
    var extent = image / 2
    for (block, width) in widths.enumerated() {
      extent /= 2
      for layer in 0..<depths[block] {
        let name = "blocks.\(block).layers.\(layer).layers"
        try addConvolutions(
          "\(name).MBconv", to: &net, inputs, width, stride: layer == 0 ? 2 : 1)
        try addAttention("\(name).window_attention", to: &net, width, extent, isGrid: false)
        try addAttention("\(name).grid_attention", to: &net, width, extent, isGrid: true)
        inputs = width
      }
    }
    try net.add(GlobalAveragePoolLayer(), as: "classifier.0")
    try net.add(FlattenLayer(), as: "classifier.1")
    try net.layerNorm("classifier.2", inputs)
    try net.dense("classifier.3", inputs, inputs)
    try net.activation("classifier.4", .tanh)
    try net.dense(
      "classifier.5", inputs, net.extent(of: "classifier.5.weight", axis: 0, default: 1000),
      hasBias: false)
  }

  /// An inverted residual with batch norm before it and a gate for each channel.
  private static func addConvolutions(
    _ name: String, to net: inout NetworkBuilder, _ inputs: Int, _ outputs: Int, stride: Int
  ) throws {
    let source = net.last
    var shortcut = source
    if stride == 2 {
      let window = Window([3, 3], stride: [2, 2], padding: [1, 1])
      try net.add(AveragePoolLayer(window), as: "\(name).proj.0", after: [source])
      shortcut = try net.convolution("\(name).proj.1", inputs, outputs, kernel: 1)
    }
    let hidden = 4 * outputs
    let layers = "\(name).layers"
    try net.batchNorm("\(layers).pre_norm", inputs, epsilon: epsilon, after: [source])
    try net.unit("\(layers).conv_a", inputs, hidden, epsilon: epsilon, activation: gelu)
    try net.unit(
      "\(layers).conv_b", hidden, hidden, kernel: 3, stride: stride, groups: hidden,
      epsilon: epsilon, activation: gelu)
    try net.squeezeExcitation(
      "\(layers).squeeze_excitation", hidden, squeezed: outputs / 4, activation: .silu)
    let branch = try net.convolution("\(layers).conv_c", hidden, outputs, kernel: 1)
    try net.add(SumLayer(), as: "\(name).add", after: [shortcut, branch])
  }

  /// Attention and perceptron in sets of 49 tokens: windows of neighbours, or places that are as far from each other
  /// as the image allows.
  private static func addAttention(
    _ name: String, to net: inout NetworkBuilder, _ width: Int, _ extent: Int, isGrid: Bool
  ) throws {
    // Windows have `side` tokens along each axis; a grid has as many windows.
    let part = isGrid ? extent / side : side
    let count = extent / part
    try net.add(
      ReshapeLayer([width, count, part, count, part]), as: "\(name).partition_op.split")
    try net.add(TransposeLayer([0, 2, 4, 3, 5, 1]), as: "\(name).partition_op.transpose")
    try net.add(ReshapeLayer([count * count, part * part, width]), as: "\(name).partition_op")
    if isGrid { try net.add(TransposeLayer([0, 2, 1, 3]), as: "\(name).partition_swap") }

    let source = net.last
    try net.layerNorm("\(name).attn_layer.0", width)
    let attention = "\(name).attn_layer.1"
    try net.dense("\(attention).to_qkv", width, 3 * width)
    let positions = RelativePositions(side: side)
    let heads = width / headWidth
    let table = try net.parameter(
      "\(attention).relative_position_bias_table", [positions.count, heads], .zero)
    net.leaveUnused("\(attention).relative_position_index")
    let bias = try positions.bias(table)
    let sets = (extent / side) * (extent / side)
    try net.selfAttention(
      attention,
      SelfAttention(
        sets: sets, tokens: side * side, heads: heads, width: width,
        // By the width of all heads, as in the authors' code, and not of one.
        score: .scaledKeys(1 / Double(width).squareRoot()),
        summands: [("relative_position_bias", bias)]))
    let attended = try net.dense("\(attention).merge", width, width)
    let middle = try net.add(SumLayer(), as: "\(name).add", after: [source, attended])
    try net.layerNorm("\(name).mlp_layer.0", width)
    let last = try net.perceptron(
      "\(name).mlp_layer", width, hidden: 4 * width, first: 1, last: 3)
    try net.add(SumLayer(), as: "\(name).add_1", after: [middle, last])

    if isGrid { try net.add(TransposeLayer([0, 2, 1, 3]), as: "\(name).departition_swap") }
    try net.add(
      ReshapeLayer([count, count, part, part, width]), as: "\(name).departition_op.split")
    try net.add(TransposeLayer([0, 5, 1, 3, 2, 4]), as: "\(name).departition_op.transpose")
    try net.add(ReshapeLayer([width, extent, extent]), as: "\(name).departition_op")
  }
}

extension MaxViTArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "maxvit_t", "MaxViT, convolutions and attention in windows and over grids",
        inputSpec: .imageNet(224, resize: 224, .bicubic)
      ) { try layOut(&$0) }
    ]
  }
}
