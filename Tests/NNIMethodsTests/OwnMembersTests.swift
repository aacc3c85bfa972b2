import Foundation
import NNITestSupport
import NNIMethods
import Testing

/// What a method of one's own may hand over, and what is refused in words.
@Suite struct OwnMembersTests {
  private let model: Model
  private let input: Tensor
  private let target: ResolvedTarget

  init() throws {
    model = try SampleNets.mixed()
    input = try SampleNets.mixedInput(3)
    target = try Target.predicted.resolved(Recording(model, input: input).trace)
  }

  @Test func aLedgerAddsUpFromItsParts() throws {
    let ledger = try Ledger(
      score: Tensor([5.0, -1], shape: [2]), reference: Tensor([1.0, 0], shape: [2]),
      map: Tensor([1.0, 1, -2, 0.5], shape: [2, 2]),
      absorbed: [.bias: Tensor([0.5, 0.25], shape: [2])], remainder: .sampling)
    #expect(ledger.sum == [2, -1.5])
    #expect(ledger.causes[.bias] == [0.5, 0.25])
    // 5 − 1 − 2 − 0.5 and −1 − 0 + 1.5 − 0.25.
    #expect(ledger.causes[.sampling] == [1.5, 0.25])
  }

  @Test func ledgersThatDoNotFitAreRefused() throws {
    let two = try Tensor([1.0, 2], shape: [2])
    let three = try Tensor([1.0, 2, 3], shape: [3])
    let map = try Tensor.full([2, 4], 1, dtype: .float64)
    for make in [
      { try Ledger(score: three, map: map) },
      { try Ledger(score: two, reference: three, map: map) },
      { try Ledger(score: two, map: map, absorbed: [.bias: three]) },
      { try Ledger(score: Tensor([1.0], shape: []), map: map) },
      { try Ledger(score: Tensor([1.0, 2], shape: [2, 1]), map: map) },
    ] as [() throws -> Ledger] {
      #expect(throws: InterpretabilityError.self) { try make() }
    }
  }

  @Test func mapsThatDoNotFitAreRefused() throws {
    let score = try Tensor.full([3], 1, dtype: .float64)
    let ledger = try Ledger(score: score, map: input)
    let one = try Tensor.full([1, 3, 9, 7], 1, dtype: .float64)
    let error = #expect(throws: InterpretabilityError.self) {
      try Attribution(map: one, ledger: ledger, target: target, method: Gradient())
    }
    #expect(error?.message.contains("[1, 3, 9, 7] for 3 samples") == true)
    let nan = try Tensor.full([3, 3, 9, 7], .nan, dtype: .float64)
    #expect(throws: InterpretabilityError.self) {
      try Attribution(map: nan, ledger: ledger, target: target, method: Gradient())
    }
    let made = try Attribution(
      map: input, ledger: ledger, target: target, method: Gradient(), layer: "relu1",
      details: ["half": score])
    #expect(made.classes == target.classes && made.layer == "relu1")
    #expect(made.details.keys.sorted() == ["half"] && made.method == "gradient")
  }

  @Test func errorsAreLocalized() throws {
    let errors: [any Error] = [
      InterpretabilityError(.invalidOption, "no such thing", node: "conv"),
      TorchError(operation: "aten::add", message: "shapes differ"),
      ImageError(.damaged, "cat.jpg ends too early"),
    ]
    #expect(
      errors.map(\.localizedDescription) == [
        "node conv: no such thing", "aten::add: shapes differ", "cat.jpg ends too early",
      ])
  }
}
