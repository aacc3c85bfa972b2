import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Masks of −∞ between scores and their softmax have no relevance, and make none infinite.
@Suite struct MaskedAttentionTests {
  /// One causal attention over `[N, 5, 8]` with a skip connection, read at the last token.
  private func model(_ hidden: Double) throws -> Model {
    var numbers = SeededNumbers(8)
    let (tokens, width) = (5, 8)
    var graph = Graph(input: "vectors")
    for name in ["queries", "keys", "values"] as [NodeID] {
      let layer = DenseLayer(
        weight: try numbers.tensor([width, width]), bias: try numbers.tensor([width]))
      try graph.add(layer, as: name, after: ["vectors"])
    }
    try graph.add(TransposeLayer([0, 2, 1]), as: "turned", after: ["keys"])
    try graph.add(MatrixProductLayer(), as: "scores", after: ["queries", "turned"])
    let mask = (0..<tokens).flatMap { row in (0..<tokens).map { $0 > row ? hidden : 0 } }
    try graph.add(
      AffineLayer(
        weight: try Tensor([0.35], shape: [1]),
        bias: try Tensor(mask, shape: [1, tokens, tokens])),
      as: "masked", after: ["scores"])
    try graph.add(SoftmaxLayer(axis: -1), as: "weights", after: ["masked"])
    try graph.add(MatrixProductLayer(), as: "mixed", after: ["weights", "values"])
    try graph.add(SumLayer(), as: "sum", after: ["mixed", "vectors"])
    try graph.add(SliceLayer([.init(axis: 1, start: 4)]), as: "last", after: ["sum"])
    try graph.add(FlattenLayer(), as: "flat", after: ["last"])
    try graph.add(
      DenseLayer(weight: try numbers.tensor([3, width]), bias: nil), as: "logits", after: ["flat"])
    return try Model(graph)
  }

  @Test(arguments: [
    "lrp-epsilon", "lrp-gamma", "lrp-composite:preset=epsilon-plus", "attn-lrp", "cp-lrp",
    "deeplift-rescale",
  ])
  func `Relevance passes what is hidden`(name: String) throws {
    let parts = name.split(separator: ":").map(String.init)
    let options: [String: OptionValue] = parts.count > 1 ? ["preset": .text("epsilon-plus")] : [:]
    let method = try Catalog.method(parts[0], options)
    var numbers = SeededNumbers(31)
    let input = try numbers.tensor([2, 5, 8])
    let infinite = try method.attribute(model(-.infinity), input: input, target: .class(1))
    #expect(try infinite.map.isFinite())
    for unexplained in infinite.ledger.causes[.unexplained] ?? [] {
      #expect(abs(unexplained) < 1e-9)
    }
    // A mask that is finite and large hides as much.
    let finite = try method.attribute(model(-1e6), input: input, target: .class(1))
    try expectClose(infinite.map, finite.map, relative: 1e-7)
  }
}
