import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Ablation of tokens in causal networks, where what comes before a token is not computed again.
struct CausalTokensTests {
  /// A network of token ids, its rows, and which of its inputs are the ids.
  private struct Subject {
    let model: Model
    let rows: Tensor
    let part: InputPart

    init(_ model: Model, rows: Tensor) throws {
      (self.model, self.rows) = (model, rows)
      part = try model.input(named: model.inputs[0].name)
    }

    /// A decoder of the tests.
    init(_ net: SampleNets.Decoder, _ rows: Tensor) throws {
      var model = try Model(net.graph(), name: "decoder")
      let tokens = SampleNets.Decoder.tokens
      model.inputs = [
        InputPart(name: "ids", shape: [tokens], type: .int64, start: 0),
        InputPart(name: "padding", shape: [tokens], type: .float64, start: tokens),
      ]
      try self.init(model, rows: rows)
    }

    /// A golden network with its texts.
    init(golden name: String) throws {
      let file = try SafetensorsFile(
        contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))
      let family = String(name.split(separator: "-").prefix(2).joined(separator: "-"))
      let model = try Model(contentsOf: Fixture.url("golden/transformers/models/\(name).onnx"))
        .converted(to: .float64)
      var inputs: [String: Tensor] = [:]
      for part in model.inputs { inputs[part.name] = try file["\(family)/\(part.name)"] }
      let fitted = try model.fitted(to: inputs)
      try self.init(fitted, rows: fitted.joined(inputs))
    }

    func map(
      _ method: String, _ options: [String: OptionValue], _ recomputation: Recomputation
    ) throws -> Tensor {
      try TokenPerturbation(method, options).attribute(
        model, rows: rows, part: part, target: 1, recomputation
      ).map
    }

    /// The part of the network in which earlier tokens stay as they are.
    func causalPart() throws -> TokenPart? {
      let recording = try Recording(model, input: rows, isPropagatable: false)
      return try TokenPart(
        recording.trace, owners: (0..<rows.shape[1]).map { $0 < part.count ? $0 : -1 },
        tokens: part.count, end: recording.trace.end)
    }

    /// `f(x) − f(x with one token replaced)`, each text alone and as a whole.
    func literal(_ id: Double) throws -> [Double] {
      let (width, values) = (rows.shape[1], try rows.doubles())
      func score(_ row: [Double]) throws -> Double {
        try model.graph.forward(Tensor(row, shape: [1, width])).selected(axis: 1, index: 1).item()
      }
      return try (0..<rows.shape[0]).flatMap { sample in
        let row = Array(values[sample * width..<(sample + 1) * width])
        let clean = try score(row)
        return try (0..<part.count).map { token in
          var changed = row
          changed[token] = id
          return try clean - score(changed)
        }
      }
    }
  }

  private static let options: [(String, [String: OptionValue])] = [
    ("feature-ablation", ["replacement": .number(3)]),
    ("feature-ablation", ["replacement": .text("zero"), "window": .number(2)]),
    ("feature-ablation", ["replacement": .text("mean"), "keep": .text("1:2")]),
    ("occlusion", ["replacement": .number(3)]),
    ("occlusion", ["replacement": .text("zero"), "window": .number(4), "stride": .number(2)]),
  ]

  private func expectSame(_ subject: Subject, batch: Int = VariantScores.usualBatch) throws {
    for (method, options) in Self.options {
      let whole = try subject.map(method, options, Recomputation(isIncremental: false))
      let actual = try subject.map(method, options, Recomputation(batch: batch))
      try expectClose(actual, whole, relative: 1e-12, absolute: 1e-13)
      #expect(try actual.norm() > 1e-3)
    }
    try expectClose(
      subject.map("feature-ablation", ["replacement": .number(3)], Recomputation()).doubles(),
      subject.literal(3), relative: 1e-12, absolute: 1e-13)
  }

  @Test(arguments: ["llama-mini", "llama-mini-dynamo", "llama-mini-opset23"])
  func `Golden causal networks give what complete passes give`(name: String) throws {
    let subject = try Subject(golden: name)
    #expect(try subject.causalPart() != nil)
    try expectSame(subject)
  }

  @Test(arguments: [1, 3, 8, 64])
  func `Whatever goes through the network together`(batch: Int) throws {
    let rows = try SampleNets.Decoder.rows([7, 5, 6])
    let subject = try Subject(
      SampleNets.Decoder(mask: .padded(-.infinity, isGuarded: true)), rows)
    #expect(try subject.causalPart() != nil)
    try expectSame(subject, batch: batch)
  }

  @Test func `Networks that are not causal are computed as a whole`() throws {
    #expect(try Subject(golden: "bert-mini").causalPart() == nil)
    for mask in [SampleNets.Decoder.Mask.absent, .leaking(-.infinity), .added(-20)] {
      let subject = try Subject(
        SampleNets.Decoder(mask: mask), SampleNets.Decoder.rows([7, 7]))
      #expect(try subject.causalPart() == nil)
      try expectSame(subject)
    }
  }
}
