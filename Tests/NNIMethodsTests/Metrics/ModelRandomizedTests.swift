import NNIMethods
@testable import NNIGraph
import NNITestSupport
import Testing

@Suite struct ModelRandomizedTests {
  private static func parameters(_ model: Model, _ node: NodeID) throws -> [[Double]] {
    var found: [[Double]] = []
    _ = try model.graph[node].layer.mapParameters {
      found.append(try $0.doubles()); return $0
    }
    return found
  }

  @Test func everythingBeforeTheNodeStays() throws {
    let model = try SampleNets.mixed()
    let twin = try model.randomized(from: "branch")
    for node in ["stem", "norm", "conv", "conv_again"] as [NodeID] {
      #expect(try Self.parameters(twin, node) == Self.parameters(model, node))
    }
    for node in ["branch", "logits"] as [NodeID] {
      let (old, new) = (try Self.parameters(model, node), try Self.parameters(twin, node))
      for (old, new) in zip(old, new) { #expect(zip(old, new).allSatisfy { $0 != $1 }) }
    }
  }

  @Test func aLaterStartGivesTheSameNumbers() throws {
    let model = try SampleNets.mixed()
    let (whole, part) = (try model.randomized(), try model.randomized(from: "branch"))
    #expect(try Self.parameters(whole, "logits") == Self.parameters(part, "logits"))
    #expect(try Self.parameters(whole, "stem") != Self.parameters(part, "stem"))
    let all = try model.randomized(nodes: Set(model.graph.nodes.map(\.id)))
    for node in model.graph.nodes {
      #expect(try Self.parameters(all, node.id) == Self.parameters(whole, node.id))
    }
  }

  @Test func sharedWeightsAreRandomizedOnce() throws {
    let model = try SampleNets.mixed()
    #expect(try Self.parameters(model, "conv") == Self.parameters(model, "conv_again"))
    // Converting copies the weights; they are one parameter all the same.
    for start in [nil, "conv", "conv_again"] as [NodeID?] {
      for model in [model, try model.converted(to: .float32)] {
        let twin = try model.randomized(from: start)
        #expect(try Self.parameters(twin, "conv") == Self.parameters(twin, "conv_again"))
        #expect(try Self.parameters(twin, "conv") != Self.parameters(model, "conv"))
      }
    }
  }

  @Test func permutedNumbersAreTheSameOnes() throws {
    let model = try SampleNets.mixed()
    let twin = try model.randomized(WeightRandomization(.permuted))
    for node in model.graph.nodes {
      let (old, new) = (try Self.parameters(model, node.id), try Self.parameters(twin, node.id))
      #expect(old.map { $0.sorted() } == new.map { $0.sorted() })
      if node.id == "logits" { #expect(old != new) }
    }
  }

  @Test func gaussianNumbersAreAsLarge() throws {
    var numbers = SeededNumbers(8)
    let weight = try numbers.tensor([40, 500], scale: 0.3) + 2
    var graph = Graph(input: "x")
    try graph.add(DenseLayer(weight: weight, bias: nil), as: "dense", after: ["x"])
    let model = try Model(graph)
    let first = try Self.parameters(model.randomized(), "dense")[0]
    let other = try Self.parameters(model.randomized(WeightRandomization(seed: 1)), "dense")[0]
    let mean = first.reduce(0, +) / 20000
    let deviation = (first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20000).squareRoot()
    // Four standard errors.
    #expect(abs(mean - 2) < 4 * 0.3 / 20000.0.squareRoot())
    #expect(abs(deviation - 0.3) < 4 * 0.3 / 40000.0.squareRoot())
    #expect(first != other)
    #expect(try Self.parameters(model.randomized(), "dense")[0] == first)
  }

  @Test func batchNormsExchangeChannels() throws {
    let model = try SampleNets.mixed()
    // Some seed exchanges the four channels.
    let twins = try (0..<4).map { try model.randomized(WeightRandomization(seed: $0)) }
    let old = try Self.parameters(model, "norm")
    var isChanged = false
    for twin in twins {
      let new = try Self.parameters(twin, "norm")
      let order = new[0].compactMap { old[0].firstIndex(of: $0) }
      #expect(order.sorted() == [0, 1, 2, 3])
      for (old, new) in zip(old, new) { #expect(order.map { old[$0] } == new) }
      isChanged = isChanged || order != [0, 1, 2, 3]
    }
    #expect(isChanged)
  }

  @Test func anUnknownNodeIsRefused() throws {
    let error = #expect(throws: InterpretabilityError.self) {
      try SampleNets.mixed().randomized(from: "logit")
    }
    #expect(error?.message.contains("logits") == true)
  }
}
