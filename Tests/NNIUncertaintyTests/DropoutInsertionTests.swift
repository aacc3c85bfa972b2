import NNITestSupport
import NNIUncertainty
import Testing

/// Dropout of exported networks: kept by the exporter, or put back.
struct DropoutInsertionTests {
  private let kept: Model
  private let plain: Model
  private let tensors: SafetensorsFile

  init() throws {
    kept = try Model(contentsOf: Fixture.url("words/kept.onnx"))
    plain = try Model(contentsOf: Fixture.url("words/plain.onnx"))
    tensors = try SafetensorsFile(contentsOf: Fixture.url("words/tensors.safetensors"))
  }

  @Test func `Dropout that was exported in training mode passes on in inference`() throws {
    // PyTorch's logits in evaluation mode.
    let wanted = try tensors["thinned/logits"]
    try expectClose(kept(tensors["thinned/x"]), wanted, relative: 1e-5)
    try expectClose(plain(tensors["thinned/x"]), wanted, relative: 1e-5)
  }

  @Test func `Dropout put back draws what kept dropout draws`() throws {
    let input = try tensors["thinned/x"]
    let members = try MonteCarloDropout(kept, passes: 4, seed: 3)
    let others = try MonteCarloDropout(
      plain, passes: 4, seed: 3,
      inserting: [#require(DropoutInsertion("/ReduceMean:0.25"))])
    for pass in 0..<4 {
      let draws = (0..<2).map { MemberDraw(pass: pass, sample: $0) }
      let one = try members.member(draws)(input)
      #expect(try one.doubles() == others.member(draws)(input).doubles())
      #expect(try one.doubles() != kept(input).doubles())
    }
    #expect(others.record["inserted"]?.description == "/ReduceMean:0.25")
  }

  /// What comes after is linear, so the expected logit is the logit without dropout.
  @Test func `The mean over passes is the network's own`() throws {
    let input = try tensors["thinned/x"].narrowed(axis: 0, to: 0..<1)
    let members = try MonteCarloDropout(
      plain, passes: 4000, inserting: [DropoutInsertion(after: "/ReduceMean", rate: 0.5)])
    let draws = (0..<4000).map { MemberDraw(pass: $0) }
    let logits = try members.member(draws)(input.repeatedRows(4000)).converted(to: .float64)
    let mean = try logits.sum(over: [0]).doubles().map { $0 / 4000 }
    let own = try plain(input).doubles()
    // Four standard errors of 4,000 draws.
    let squares = try (logits * logits).sum(over: [0]).doubles().map { $0 / 4000 }
    for index in mean.indices {
      let error = ((squares[index] - mean[index] * mean[index]) / 4000).squareRoot()
      #expect(abs(mean[index] - own[index]) < 4 * error + 1e-6)
      #expect(error > 1e-5)
    }
  }

  @Test func `A rate of one's own and inserted dropout go together`() throws {
    let members = try MonteCarloDropout(
      kept, passes: 2, rate: .fixed(0), inserting: [DropoutInsertion(after: "/relu/Relu", rate: 0)])
    let draws = (0..<2).map { MemberDraw(pass: 0, sample: $0) }
    let input = try tensors["thinned/x"]
    #expect(try members.member(draws)(input).doubles() == kept(input).doubles())
  }

  @Test func `What cannot be is refused`() throws {
    for text in ["relu", "relu:", ":0.5", "relu:1", "relu:-0.1", "relu:much"] {
      #expect(DropoutInsertion(text) == nil, "\(text)")
    }
    let error = try #require(throws: InterpretabilityError.self) {
      try MonteCarloDropout(plain, inserting: [DropoutInsertion(after: "/relu/Rel", rate: 0.5)])
    }
    #expect(error.message.contains("/relu/Relu"))
    #expect(throws: InterpretabilityError.self) { try MonteCarloDropout(plain) }
    let twice = DropoutInsertion(after: "/relu/Relu", rate: 0.5)
    #expect(throws: InterpretabilityError.self) {
      try MonteCarloDropout(plain, inserting: [twice, twice])
    }
  }
}

extension Tensor {
  fileprivate func repeatedRows(_ count: Int) throws -> Tensor {
    try expanded(to: [count] + shape.dropFirst())
  }
}
