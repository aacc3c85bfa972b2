import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Networks whose sizes their file leaves open, with loops, branches and computed indices; with ONNX Runtime's answers
/// at several sizes.
struct OpenSizeTests {
  private static let names =
    [
      "sentence", "sentence-dynamo", "looked", "line", "mask", "film", "film-open", "film-pool",
      "chosen",
      "largest", "rate", "loop", "loop-while", "scan", "turns", "indices",
    ].map { "onnx/open/\($0).onnx" }
    + ["chosen", "line", "looked", "mask", "sentence"].map { "pt2/open/\($0).pt2" }

  /// A case of a network: what goes in, and what should come out.
  private struct Case {
    let inputs: [String: Tensor]
    let output: Tensor
  }

  private func cases(_ name: String) throws -> [Case] {
    let place = Fixture.url(name).deletingPathExtension().appendingPathExtension("safetensors")
    let file = try SafetensorsFile(contentsOf: place)
    return try (0..<9).compactMap { number in
      guard file.names.contains("\(number)/out") else { return nil }
      let prefix = "\(number)/in/"
      let inputs = try file.names.filter { $0.hasPrefix(prefix) }
        .map { (String($0.dropFirst(prefix.count)), try file[$0]) }
      return Case(
        inputs: Dictionary(uniqueKeysWithValues: inputs), output: try file["\(number)/out"])
    }
  }

  private func open(_ name: String) throws -> Model {
    try Model(contentsOf: Fixture.url(name.contains("/") ? name : "onnx/open/\(name).onnx"))
      .withEnding
  }

  /// The network for a case, and the batch as it takes it.
  private func fitted(_ model: Model, _ inputs: [String: Tensor]) throws -> (Model, Tensor) {
    if model.inputs.isEmpty, let value = inputs.first?.value {
      let x = try value.converted(to: model.parameterType)
      return (try model.fitted(to: x), x)
    }
    let own = try model.fitted(to: inputs)
    return (own, try own.joined(inputs))
  }

  @Test(arguments: names)
  func `The answer is ONNX Runtime's at each size`(name: String) throws {
    let model = try open(name).converted(to: .float64)
    let cases = try cases(name)
    #expect(!cases.isEmpty)
    // There and back again, so that networks are kept and made.
    for item in cases + cases.reversed() {
      let found =
        try model.inputs.isEmpty
        ? model(#require(item.inputs.first).value.converted(to: .float64)) : model(item.inputs)
      #expect(found.shape == item.output.shape)
      let wanted = try item.output.converted(to: .float64)
      #expect(try (found - wanted).norm() <= 1e-5 * max(wanted.norm(), 1e-3))
    }
  }

  @Test(arguments: names)
  func `A sample in a batch is the sample alone`(name: String) throws {
    let model = try open(name).converted(to: .float64)
    for item in try cases(name) {
      let (own, batch) = try fitted(model, item.inputs)
      let method = Gradient()
      let whole = try method.attribute(own, input: batch, target: 0).map
      let output = try own(batch)
      for row in 0..<batch.shape[0] {
        let one = try batch.narrowed(axis: 0, to: row..<row + 1)
        let alone = try method.attribute(own, input: one, target: 0).map
        let part = try whole.narrowed(axis: 0, to: row..<row + 1)
        #expect(try (part - alone).norm() <= 1e-9 * max(alone.norm(), 1e-9))
        let value = try output.narrowed(axis: 0, to: row..<row + 1)
        #expect(try (own(one) - value).norm() <= 1e-9 * max(value.norm(), 1e-9))
      }
    }
  }

  @Test(arguments: names)
  func `The gradient is that of finite differences`(name: String) throws {
    let opened = try open(name).converted(to: .float64)
    for item in try cases(name) {
      var (model, x) = try fitted(opened, item.inputs)
      if let ids = model.inputs.first(where: { model.looksUp($0.name) }) {
        let embedded = try EmbeddedModel(ids.name, of: model)
        x = try embedded.rows(x)
        model = embedded.model
      }
      let gradient = try Gradient().attribute(model, input: x, target: 0).map
      let real = model.inputs.filter(\.type.isFloatingPoint).map(\.range)
      let places = real.isEmpty ? Array(0..<x.count / x.shape[0]) : real.flatMap { Array($0) }
      let (samples, width) = (x.shape[0], x.count / x.shape[0])
      for step in 0..<6 {
        let place = step % samples * width + places[(step * 37) % places.count]
        let distance = 1e-5
        var change = [Double](repeating: 0, count: x.count)
        change[place] = distance
        let shift = try Tensor(change, shape: x.shape)
        let difference = try model(x + shift) - model(x - shift)
        let scores = try difference.selected(axis: 1, index: 0)
        let quotient = try scores.sum().item() / (2 * distance)
        let derivative = try gradient.flattened().selected(axis: 0, index: place).item()
        #expect(abs(derivative - quotient) <= 1e-5 * max(abs(quotient), 1e-2), "\(place)")
      }
    }
  }

  @Test func `What is open is told`() throws {
    let sentence = try open("sentence")
    #expect(
      sentence.inputs.map(\.shapeText) == [
        "[N, sequence (open)]", "[N, sequence (open)]",
      ])
    #expect(sentence.sizesText == "ids [N, 16], mask [N, 16]")
    let line = try open("line")
    #expect(line.openInputs.map(\.text) == ["[N, 1, 16, width (open)]"])
    #expect(try open("film").openInputs.isEmpty)
    let rate = try open("rate")
    #expect(rate.inputs.map(\.shapeText)[2] == "[] (decides what is computed)")
    #expect(rate.sizesText.hasSuffix("sr 16000"))
  }

  @Test func `Extents with one name are equal`() throws {
    let model = try open("sentence")
    let ids = try Tensor([Int64](repeating: 1, count: 10), shape: [2, 5])
    let mask = try Tensor([Int64](repeating: 1, count: 12), shape: [2, 6])
    let error = try #require(throws: InterpretabilityError.self) {
      try model(["ids": ids, "mask": mask])
    }
    #expect(
      error.message
        == "the extent “sequence” is 5 in the input “ids” and 6 in “mask”; the file says that they are equal"
    )
    let single = try #require(throws: InterpretabilityError.self) {
      try model.joined(["ids": ids, "mask": ids])
    }
    #expect(single.message.contains("fit it first"))
  }

  @Test func `A size that the network cannot take is told`() throws {
    let model = try open("sentence")
    let ids = try Tensor([Int64](repeating: 1, count: 40), shape: [1, 40])
    let error = try #require(throws: InterpretabilityError.self) {
      try model(["ids": ids, "mask": ids])
    }
    #expect(error.code == .invalidInput)
    #expect(error.message.hasPrefix("the network cannot take ids [N, 40], mask [N, 40]: "))
  }

  @Test func `A network that needs no size is the same for all`() throws {
    let model = try open("film")
    let x = try Tensor.full([2, 4, 2, 9, 8], 0.5)
    #expect(model.fitting == nil)
    #expect(try model.fitted(to: x).graph.nodes.count == model.graph.nodes.count)
  }

  @Test func `Networks of several sizes share their weights, and a few are kept`() throws {
    let model = try open("sentence")
    let converted = try model.converted(to: .float64)
    func table(_ length: Int, _ model: Model) throws -> Tensor {
      let own = try model.fitted(to: ["ids": [1, length], "mask": [1, length]])
      let layer = try #require(own.graph.nodes.compactMap { $0.layer as? EmbeddingLayer }.first)
      return layer.table
    }
    for model in [model, converted] {
      let first = try table(5, model)
      for length in 2..<12 { #expect(try table(length, model).identity == first.identity) }
    }
  }

  @Test func `Networks of several sizes are made at the same time`() async throws {
    let model = try open("line")
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for width in [20, 24, 30, 24, 20, 38] {
        group.addTask {
          try Gradient().attribute(model, input: .full([1, 1, 16, width], 0.5), target: 0).map.shape
        }
      }
      for try await shape in group { #expect(shape[2] == 16) }
    }
  }

  @Test func `A changed model is changed at each size`() throws {
    let model = try open("line")
    let doubled = try model.settingLayers { graph in
      try graph.mapParameters { try $0 * 2 }
    }
    for width in [24, 30] {
      let x = try Tensor.full([1, 1, 16, width], 0.5)
      let wanted = try model.fitted(to: x).graph.mapParameters { try $0 * 2 }.forward(x)
      #expect(try (doubled(x) - wanted).norm() == 0)
    }
  }

  @Test(arguments: [
    ("computed", "whether it goes on is computed of values"),
    ("endless", "after 8192 turns it has become 8192 nodes"),
    ("turns", "its number of turns is computed of values"),
  ])
  func `A loop that is not known, or too long, is refused in one sentence`(
    name: String, sentence: String
  ) throws {
    let error = try #require(throws: InterpretabilityError.self) { try open("loop-\(name)") }
    #expect(error.code == .unsupported)
    #expect(error.message.contains(sentence))
    #expect(error.message.hasPrefix("Loop: "))
  }

  @Test func `Texts are as long as the longest of them`() throws {
    let model = try open("sentence")
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + (0..<19).map { "w\($0)" }
    let tokenizer = try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "vocab.txt")
      try Data(words.joined(separator: "\n").utf8).write(to: url)
      return try Tokenizer(contentsOf: url)
    }
    let inputs = try TextInputs(["w1 w2 w3", "w4"], for: model, tokenizer: tokenizer)
    #expect(inputs.length == 5)
    #expect(inputs.warnings.isEmpty)
    #expect(try model(inputs.values).shape == [2, 3])
    // A text alone is what it is beside a longer one, for the mask leaves out what fills it.
    let alone = try TextInputs(["w4"], for: model, tokenizer: tokenizer)
    #expect(alone.length == 3)
    let difference = try model(alone.values) - model(inputs.values).narrowed(axis: 0, to: 1..<2)
    #expect(try difference.norm() < 1e-5)
    let long = try TextInputs(
      [(0..<50).map { "w\($0 % 19)" }.joined(separator: " ")], for: model, tokenizer: tokenizer)
    #expect(long.length == 32)
    #expect(long.warnings.count == 1)
  }
}
