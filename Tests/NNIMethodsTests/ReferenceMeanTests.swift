import NNITestSupport
import NNIMethods
import Testing

/// Several references: DeepLIFT against Captum 0.9, integrated gradients against the formula in float64, of
/// which Captum rounds the weights (`Fixtures/words/make.py`).
struct ReferenceMeanTests {
  private let model: Model
  private let tensors: SafetensorsFile

  init() throws {
    model = try Model(contentsOf: Fixture.url("words/table.onnx")).converted(to: .float64)
    tensors = try SafetensorsFile(contentsOf: Fixture.url("words/tensors.safetensors"))
  }

  private func attribute(_ name: String, _ options: [String: OptionValue]) throws -> Attribution {
    try Catalog.method(name, options).attribute(
      model, input: tensors["table/x"], target: .classes([2, 0]))
  }

  private func method(_ short: String) -> (String, [String: OptionValue]) {
    short == "ig"
      ? ("integrated-gradients", ["steps": .number(200)]) : ("deeplift-rescale", [:])
  }

  @Test(arguments: ["deeplift", "ig"])
  func `A tensor of other rows than the input's is as many references`(short: String) throws {
    let (name, options) = method(short)
    let several = try tensors["table/references"]
    let result = try attribute(
      name, options.merging(["baseline": .tensor(several, name: "r")]) { $1 })
    try expectClose(result.map, tensors["table/\(short)-mean"], relative: 1e-9)
    // With an axis more it is a list whatever the batch is, and a list of tensors is one too.
    let batches = try attribute(
      name,
      options.merging(["baseline": .tensor(try several.reshaped([7, 1, 5]), name: "r")]) { $1 })
    try expectClose(batches.map, result.map, relative: 1e-12)
    let rows = try (0..<7).map {
      OptionValue.tensor(try several.narrowed(axis: 0, to: $0..<($0 + 1)), name: "r\($0)")
    }
    let list = try attribute(name, options.merging(["baseline": .list(rows)]) { $1 })
    try expectClose(list.map, result.map, relative: 1e-12)
  }

  @Test(arguments: ["deeplift", "ig"])
  func `A tensor of the input's shape is a reference for each sample`(short: String) throws {
    let (name, options) = method(short)
    let own = try tensors["table/own"]
    let result = try attribute(
      name, options.merging(["baseline": .tensor(own, name: "own")]) { $1 })
    try expectClose(result.map, tensors["table/\(short)-own"], relative: 1e-9)
  }

  @Test(arguments: ["deeplift-rescale", "deeplift-reveal-cancel", "integrated-gradients"])
  func `The map sums to the score less the mean of the references' scores`(name: String) throws {
    let references = try tensors["table/references"]
    let options: [String: OptionValue] =
      name == "integrated-gradients" ? ["steps": .number(2000)] : [:]
    let result = try attribute(
      name, options.merging(["baseline": .tensor(references, name: "r")]) { $1 })
    let logits = try model(references)
    for (sample, target) in [2, 0].enumerated() {
      let mean = try logits.narrowed(axis: 1, to: target..<(target + 1)).doubles().reduce(0, +) / 7
      expectClose([result.ledger.reference[sample]], [mean])
      expectClose(
        [result.ledger.sum[sample]], [result.ledger.score[sample] - mean], relative: 5e-3)
      let causes = result.ledger.causes.values.reduce(0) { $0 + $1[sample] }
      expectClose([causes], [result.ledger.residual[sample]], absolute: 1e-9)
    }
  }

  @Test func `Simple Taylor and conductance take several, too`() throws {
    let references = try tensors["table/references"]
    for (name, option, layer) in [
      ("taylor-simple", "root", ""), ("conductance", "baseline", "/relu/Relu"),
      ("internal-influence", "baseline", "/relu/Relu"),
    ] {
      let options: [String: OptionValue] = layer.isEmpty ? [:] : ["layer": .text(layer)]
      func attributed(_ reference: Tensor) throws -> Tensor {
        try attribute(
          name, options.merging([option: .tensor(reference, name: "r")]) { $1 }
        ).map
      }
      let mean = try attributed(references)
      var sum = try mean.zerosLike()
      for row in 0..<7 {
        let one = try references.narrowed(axis: 0, to: row..<(row + 1))
        sum = try sum + attributed(one)
      }
      try expectClose(mean, sum / 7)
    }
  }

  @Test func `Other shapes are refused and the rule is said`() throws {
    let wrong = try Tensor.full([7, 4], 0, dtype: .float64)
    let error = try #require(throws: InterpretabilityError.self) {
      try attribute("integrated-gradients", ["baseline": .tensor(wrong, name: "w")])
    }
    #expect(error.message.contains("[7, 4]") && error.message.contains("[1, 5]"))
  }
}
