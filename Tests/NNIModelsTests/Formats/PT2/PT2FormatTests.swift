import Foundation
import NNIMethods
import NNIModels
import NNITestSupport
import Testing

/// Programs of torch.export, judged by what PyTorch computes.
struct PT2FormatTests {
  struct Expected: Decodable {
    struct Case: Decodable, Sendable {
      struct Input: Decodable, Sendable {
        let key: String
        let gradient: String?
      }

      let file: String
      let target: Int
      let inputs: [Input]
      let outputs: [String]
    }

    let cases: [Case]
  }

  static func cases() throws -> [Expected.Case] {
    let data = try Data(contentsOf: Fixture.url("pt2/cases.json"))
    return try JSONDecoder().decode(Expected.self, from: data).cases
  }

  static func tensors() throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixture.url("pt2/expected.safetensors"))
  }

  /// The samples of all inputs as the network takes them.
  static func input(_ model: Model, _ item: Expected.Case, _ tensors: SafetensorsFile) throws
    -> Tensor
  {
    guard !model.inputs.isEmpty else { return try tensors[item.inputs[0].key] }
    #expect(model.inputs.count == item.inputs.count)
    var values: [String: Tensor] = [:]
    for (part, entry) in zip(model.inputs, item.inputs) {
      values[part.name] = try tensors[entry.key]
    }
    return try model.joined(values)
  }

  @Test func `Programs of all forms give PyTorch's outputs`() throws {
    let (cases, tensors) = (try Self.cases(), try Self.tensors())
    #expect(cases.count == 28)
    for item in cases {
      let model = try Model(contentsOf: Fixture.url("pt2/\(item.file)"))
      let value = try model(Self.input(model, item, tensors))
      try expectClose(
        value, tensors[item.outputs[0]], relative: 1e-6, absolute: 1e-6, "\(item.file)")
    }
  }

  @Test func `The gradient of a class is PyTorch's`() throws {
    let tensors = try Self.tensors()
    for item in try Self.cases() where item.inputs.contains(where: { $0.gradient != nil }) {
      let model = try Model(contentsOf: Fixture.url("pt2/\(item.file)"))
      let input = try Self.input(model, item, tensors)
      let map = try Gradient().attribute(model, input: input, target: .class(item.target))
      for (index, entry) in item.inputs.enumerated() {
        guard let key = entry.gradient else { continue }
        let own =
          model.inputs.isEmpty
          ? map.map : try model.part(model.inputs[index].name, of: map.map)
        try expectClose(own, tensors[key], relative: 1e-5, absolute: 1e-5, "\(item.file)")
      }
    }
  }

  @Test func `The batch stays open in a program with a fixed one`() throws {
    let tensors = try Self.tensors()
    for item in try Self.cases() where item.file.contains("fixed") {
      let model = try Model(contentsOf: Fixture.url("pt2/\(item.file)"))
      let input = try Self.input(model, item, tensors)
      let expected = try tensors[item.outputs[0]]
      let many = try model(Tensor.concatenated([input, input, input], axis: 0))
      try expectClose(
        many, Tensor.concatenated([expected, expected, expected], axis: 0), relative: 1e-6,
        absolute: 1e-6, "\(item.file)")
    }
  }

  @Test func `A program's outputs bear the keys of its dictionary`() throws {
    let tensors = try Self.tensors()
    let url = Fixture.url("pt2/unet.pt2")
    let model = try Model(contentsOf: url)
    #expect(model.outputMeaning.alternatives == ["mask"])
    let mask = try Model(contentsOf: url, output: "mask")
    try expectClose(
      mask(tensors["unet.input0"]), tensors["unet.output1"], relative: 1e-6, absolute: 1e-6)
    let error = #expect(throws: InterpretabilityError.self) {
      try Model(contentsOf: url, output: "logits")
    }
    #expect(error?.message.contains("“classes”, “mask”") == true)
  }

  @Test func `Nodes are called as in the program and by their modules`() throws {
    let model = try Model(contentsOf: Fixture.url("pt2/residual.pt2"))
    #expect(model.graph.nodes.map(\.id).contains("conv2d_1"))
    #expect(model.moduleNames["conv2d_1"] == ["one"])
    #expect(model.moduleNames["batch_norm"] == ["stem.1"])
  }
}
