/// Vision transformers ViT-B/16, -B/32, -L/16, -L/32 and -H/14 as in torchvision, and a small one of digits: patches and a
/// class token, layer norm before attention and before each perceptron.
///
/// The number of patches, and with it the size of images, follows from the table of positions, the width of the
/// perceptrons and the number of classes from their weights.
///
/// - Reference: Dosovitskiy et al. 2021, *An Image is Worth 16x16 Words: Transformers for Image Recognition at
///   Scale*, table 1 and equations 1 to 4 (`dosovitskiy2021image`).
public enum VisionTransformerArchitecture {
  private struct Form {
    let name: String
    let patch: Int
    let depth: Int
    let heads: Int
    let width: Int
    let input: InputSpec
    var channels = 3
    var classes = 1000
  }

  private static let forms = [
    Form(name: "vit_b_16", patch: 16, depth: 12, heads: 12, width: 768, input: .imageNet),
    Form(name: "vit_b_32", patch: 32, depth: 12, heads: 12, width: 768, input: .imageNet),
    Form(
      name: "vit_l_16", patch: 16, depth: 24, heads: 16, width: 1024,
      input: .imageNet(224, resize: 242)),
    Form(name: "vit_l_32", patch: 32, depth: 24, heads: 16, width: 1024, input: .imageNet),
    Form(
      name: "vit_h_14", patch: 14, depth: 32, heads: 16, width: 1280,
      input: .imageNet(224, resize: 224, .bicubic)),
    Form(
      name: "mnist_vit", patch: 4, depth: 4, heads: 4, width: 64, input: .mnist, channels: 1,
      classes: 10),
  ]

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let channels = net.extent(of: "conv_proj.weight", axis: 1, default: form.channels)
    let size = net.imageSize.map { $0 / form.patch }
    let patches =
      net.extent(
        of: "encoder.pos_embedding", axis: 1, default: size.reduce(1, *) + 1) - 1
    if patches != size.reduce(1, *) {
      let side = Int(Double(patches).squareRoot().rounded())
      guard side * side == patches, side > 0 else {
        throw InterpretabilityError(
          .invalidFile,
          "\(form.name): a table of positions for \(patches) patches, which make no square; state the "
            + "size of images in the card, whose patches are \(form.patch) × \(form.patch)")
      }
      try net.adapt(
        toImage: [side * form.patch, side * form.patch],
        because: "its table of positions has \(patches) patches")
    }
    try net.convolution(
      "conv_proj", channels, form.width, kernel: form.patch, stride: form.patch)
    try net.add(ReshapeLayer([form.width, patches]), as: "patches")
    try net.add(TransposeLayer([0, 2, 1]), as: "patches.transpose")
    let token = try net.parameter("class_token", [1, 1, form.width], .zero)
    try net.add(SurroundLayer(axis: 1, before: token), as: "class_token")
    let positions = try net.parameter(
      "encoder.pos_embedding", [1, patches + 1, form.width], .weight(fanIn: form.width))
    try net.addConstant(positions, as: "encoder.pos_embedding")
    for layer in 0..<form.depth {
      try addLayer(
        "encoder.layers.encoder_layer_\(layer)", to: &net, form, tokens: patches + 1)
    }
    try net.layerNorm("encoder.ln", form.width, epsilon: 1e-6)
    try net.add(
      GatherLayer(axis: 1, indices: [0], isKeepingAxis: false), as: "class_token.select")
    try net.dense(
      "heads.head", form.width, net.extent(of: "heads.head.weight", axis: 0, default: form.classes))
  }

  private static func addLayer(
    _ name: String, to net: inout NetworkBuilder, _ form: Form, tokens: Int
  ) throws {
    let source = net.last
    let width = form.width
    try net.layerNorm("\(name).ln_1", width, epsilon: 1e-6)
    let attended = try net.multiheadAttention(
      "\(name).self_attention", tokens: tokens, heads: form.heads, width: width)
    let middle = try net.add(SumLayer(), as: "\(name).add", after: [attended, source])
    try net.layerNorm("\(name).ln_2", width, epsilon: 1e-6)
    let hidden = net.extent(of: "\(name).mlp.0.weight", axis: 0, default: 4 * width)
    let last = try net.perceptron("\(name).mlp", width, hidden: hidden)
    try net.add(SumLayer(), as: "\(name).add_1", after: [middle, last])
  }
}

extension VisionTransformerArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    forms.map { form in
      ArchitectureEntry(
        form.name,
        "Vision transformer of \(form.depth) layers, patches of \(form.patch) × \(form.patch)",
        inputSpec: form.input
      ) { try layOut(&$0, form) }
    }
  }
}
