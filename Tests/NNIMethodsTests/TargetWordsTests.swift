import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels
@testable import NNIMethods

struct TargetWordsTests {
  private let labels = InputSpec(labels: [
    "golden retriever", "crane", "Labrador retriever", "crane", "electric ray, crampfish", "Crab",
  ])

  @Test func `A label's words find it`() throws {
    func message(_ text: String) throws -> String {
      try #require(throws: InterpretabilityError.self) { try labels.classIndex(named: text) }
        .message
    }
    #expect(try message("retriever").contains("golden retriever, Labrador retriever"))
    #expect(try message("RAY").contains("electric ray, crampfish"))
    #expect(try message("crane").contains("1 (crane), 3 (crane)"))
    #expect(try labels.classIndex(named: "crampfish") == 4)
    #expect(try labels.classIndex(named: "crab") == 5)
  }

  @Test func `Targets are written as they are read`() {
    #expect(Target.predicted.text == "predicted")
    #expect(Target.classes([3, 5]).text == "3,5")
    #expect(Target.difference(3, 5).text == "3-5")
    #expect(Target.neuron("a:b", [4, 2]).text == "node:a:b:4,2")
    #expect(
      Target.difference(0, 2).title(classes: [], sample: 0, spec: labels)
        == "golden retriever (0) − Labrador retriever (2)")
    #expect(Target.predicted.title(classes: [5, 4], sample: 0, spec: labels) == "Crab (5)")
    #expect(Target.class(9).title(classes: [9], sample: 0, spec: labels) == "class 9")
    #expect(
      Target.neuron("conv", [42]).title(classes: [], sample: 0, spec: labels) == "node conv, 42")
  }

  @Test func `A class less itself is refused`() throws {
    let model = try SampleNets.mixed()
    let error = try #require(throws: InterpretabilityError.self) {
      try Gradient().attribute(model, input: SampleNets.mixedInput(1), target: .difference(3, 3))
    }
    #expect(error.code == .invalidTarget)
  }

  @Test func `A node that the target does not depend on is refused`() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(1)
    func read(_ target: Target, at node: NodeID) throws {
      _ = try LRP(.epsilon).attribute(model, input: input, target: target, at: node)
    }
    try read(.neuron("relu2", [1]), at: "conv")
    for (of, at) in [("conv", "relu2"), ("relu4", "conv")] as [(NodeID, NodeID)] {
      let error = try #require(throws: InterpretabilityError.self) {
        try read(.neuron(of, [1]), at: at)
      }
      #expect(error.message.contains(of.name) && error.message.contains(at.name), "\(error)")
    }
  }
}
