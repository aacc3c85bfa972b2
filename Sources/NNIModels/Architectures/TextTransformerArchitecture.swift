/// A small transformer encoder that classifies short texts: vectors of tokens and of positions, layer norm before attention
/// and before each perceptron, and a head that reads the first token.
///
/// Its inputs are `input_ids` and `attention_mask`, `[N, tokens]`; what the mask hides is not attended to. Parameters are
/// those of `torch.nn.Embedding` and `torch.nn.TransformerEncoder(norm_first=True, activation="gelu")`. The numbers of
/// words, tokens, layers and classes follow from their shapes.
///
/// - Reference: Devlin et al. 2019, *BERT*, section 3 (`devlin2019bert`), with the norms of Xiong et al. 2020, *On Layer
///   Normalization in the Transformer Architecture*, figure 1b (`xiong2020layer`).
public enum TextTransformerArchitecture {
  /// The elements of a token.
  package static let width = 64
  private static let heads = 4
  private static let dropout = 0.3

  private static func layOut(_ net: inout NetworkBuilder) throws {
    let words = net.extent(of: "embedding.weight", axis: 0, default: 4000)
    let tokens = net.extent(of: "positions", axis: 1, default: 32)
    let ids = try net.takeInput("input_ids", shape: [tokens], type: .int64)
    let mask = try net.takeInput("attention_mask", shape: [tokens], type: .int64)

    // 0 where there is a token, and so low that nothing is left elsewhere.
    try net.add(ConversionLayer(to: net.dtype), as: "mask.real", after: [mask])
    try net.add(ReshapeLayer([1, 1, tokens]), as: "mask.axes")
    let hidden = try net.add(
      AffineLayer(weight: net.constant(1e4), bias: net.constant(-1e4)), as: "mask.scores")

    let table = try net.parameter("embedding.weight", [words, width], .weight(fanIn: width))
    try net.add(EmbeddingLayer(table: table), as: "embedding", after: [ids])
    let positions = try net.parameter("positions", [1, tokens, width], .weight(fanIn: 4 * width))
    try net.addConstant(positions, as: "positions")
    try net.dropout("dropout", rate: dropout)
    var depth = 0
    while net.has("encoder.layers.\(depth).norm1.weight") { depth += 1 }
    for layer in 0..<(depth > 0 ? depth : 2) {
      try addLayer("encoder.layers.\(layer)", to: &net, tokens: tokens, mask: hidden)
    }
    try net.layerNorm("norm", width)
    try net.add(GatherLayer(axis: 1, indices: [0], isKeepingAxis: false), as: "first")
    try net.dense("head", width, net.extent(of: "head.weight", axis: 0, default: 8))
  }

  private static func addLayer(
    _ name: String, to net: inout NetworkBuilder, tokens: Int, mask: NodeID
  ) throws {
    let source = net.last
    try net.layerNorm("\(name).norm1", width)
    try net.multiheadAttention(
      "\(name).self_attn", tokens: tokens, heads: heads, width: width, mask: mask)
    try net.dropout("\(name).dropout1", rate: dropout)
    let middle = try net.add(SumLayer(), as: "\(name).add", after: [net.last, source])
    try net.layerNorm("\(name).norm2", width)
    try net.dense("\(name).linear1", width, 2 * width)
    try net.activation("\(name).gelu", .gelu(isApproximate: false))
    try net.dropout("\(name).dropout", rate: dropout)
    try net.dense("\(name).linear2", 2 * width, width)
    try net.dropout("\(name).dropout2", rate: dropout)
    try net.add(SumLayer(), as: "\(name).add_1", after: [net.last, middle])
  }
}

extension TextTransformerArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "text_transformer", "Small transformer that classifies short texts", layOut: layOut)
    ]
  }
}
