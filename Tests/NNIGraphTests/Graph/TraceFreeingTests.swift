import NNIGraph
import NNITestSupport
import Testing
import TorchTensor

/// A pass that frees what no rule reads gives the signals of one that keeps all.
@Suite struct TraceFreeingTests {
  /// Two branches with all that rules read: inputs, outputs and neither.
  private func graph() throws -> Graph {
    var numbers = SeededNumbers(4)
    var graph = Graph(input: "x")
    let first = DenseLayer(
      weight: try numbers.tensor([6, 5]), bias: try numbers.tensor([6]))
    let second = DenseLayer(weight: try numbers.tensor([6, 6]), bias: try numbers.tensor([6]))
    try graph.add(first, as: "first", after: ["x"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["first"])
    try graph.add(second, as: "second", after: ["relu"])
    try graph.add(ActivationLayer(.tanh), as: "tanh", after: ["second"])
    try graph.add(SumLayer(), as: "sum", after: ["relu", "tanh"])
    try graph.add(SoftmaxLayer(), as: "shares", after: ["sum"])
    try graph.add(SumLayer(), as: "both", after: ["sum", "shares"])
    try graph.add(
      DenseLayer(weight: try numbers.tensor([3, 6]), bias: nil), as: "logits", after: ["both"])
    return graph
  }

  private func input() throws -> Tensor {
    var numbers = SeededNumbers(9)
    return try numbers.tensor([2, 5])
  }

  static let maps: [String: RuleMap] = [
    "gradient": [.any: .gradient],
    "epsilon": [.weighted: .epsilon(), .kind(.sum): .contribution(), .any: .passThrough],
    "gamma": [.weighted: .gamma(), .kind(.sum): .gradient, .any: .passThrough],
    "identity": [
      .weighted: LinearDerivativeRule(), .kind(.activation): IdentityActivationRule(),
      .kind(.softmax): SoftmaxRule(), .any: .gradient,
    ],
    // Relevance comes up at one layer and meets the other branch's multipliers.
    "flat": [.node("second"): .flat, .weighted: .epsilon(), .any: .gradient],
  ]

  @Test(arguments: maps.keys.sorted()) func signalsAreTheSame(name: String) throws {
    let rules = try #require(Self.maps[name])
    let (graph, input) = (try graph(), try input())
    let seed = try Tensor([1, 0, -2, 0, 3, 1], shape: [2, 3])
    func signal(_ trace: Trace) throws -> Tensor {
      try trace.propagate(["logits": Signal(seed)], using: rules)
        .signal(at: "x").relevance(of: input)
    }
    let whole = try signal(graph.trace(input))
    let freed = try signal(graph.trace(input, freeingFor: rules))
    #expect(try freed.doubles() == whole.doubles())
  }

  @Test func aFreedValueIsRefusedByName() throws {
    let (graph, input) = (try graph(), try input())
    let trace = try graph.trace(input, freeingFor: [.any: .gradient], keeping: ["second"])
    let whole = try graph.trace(input)
    for kept in ["x", "second", "logits"] as [NodeID] {
      #expect(try trace[kept].doubles() == whole[kept].doubles())
    }
    for node in ["first", "relu", "tanh", "sum"] as [NodeID] {
      let error = #expect(throws: InterpretabilityError.self) { try trace[node] }
      #expect(error?.message.contains("freed") == true)
      #expect(try trace.shape(of: node) == whole.shape(of: node))
    }
  }

  @Test func aRuleThatSaysNothingReadsAll() throws {
    struct Own: PropagationRule {
      func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
        Propagated([try signal.value * step.output + step.inputs[0]])
      }
    }
    let rules: RuleMap = [.node("relu"): Own(), .any: .gradient]
    let (graph, input) = (try graph(), try input())
    let trace = try graph.trace(input, freeingFor: rules)
    let signals = try trace.propagate(
      ["logits": Signal(trace.output)], using: rules)
    #expect(try signals["x"].isFinite())
    #expect(throws: InterpretabilityError.self) { try trace["tanh"] }
  }
}
