import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Networks whose samples are not along the first axis everywhere, or that take several inputs or whole
/// numbers: exported by PyTorch 2.13, with PyTorch's answers.
struct NetworkFormTests {
  private static let names = [
    "attention_qkv_permute", "category_column", "class_token", "ensemble_stack", "lstm",
    "matmul_two_computed", "softmax_gate", "token_ids", "two_inputs", "window_partition",
  ].flatMap { ["\($0).onnx", "\($0).dyn.onnx"] }

  private let folder = Fixture.url("onnx/networks")

  private func tensors(of name: String) throws -> SafetensorsFile {
    let stem = name.prefix { $0 != "." }
    return try SafetensorsFile(contentsOf: folder.appending(path: "\(stem).safetensors"))
  }

  private func model(_ name: String) throws -> Model {
    try Model(contentsOf: folder.appending(path: name)).converted(to: .float64)
  }

  /// The stored sample, as the network takes it.
  private func sample(_ name: String, for model: Model) throws -> Tensor {
    let file = try tensors(of: name)
    let values = try file.names.filter { $0.hasPrefix("x") }.sorted().map { try file[$0] }
    guard !model.inputs.isEmpty else { return try values[0].converted(to: .float64) }
    return try model.joined(
      Dictionary(uniqueKeysWithValues: zip(model.inputs.map(\.name), values)))
  }

  /// Three samples that differ, whole numbers among them in the order of another column.
  private func batch(_ name: String, for model: Model) throws -> Tensor {
    let one = try sample(name, for: model)
    let isWhole = !model.inputs.isEmpty && model.inputs.contains { !$0.type.isFloatingPoint }
    let axis = one.rank - 1
    return try .concatenated(
      (0..<3).map { shift in
        try isWhole
          ? .call("aten::roll", .tensor(one), .ints([shift]), .ints([axis]))
          : one * (1 + 0.3 * Double(shift)) - 0.1 * Double(shift)
      }, axis: 0)
  }

  @Test(arguments: names)
  func `The answer is PyTorch's`(name: String) throws {
    let model = try model(name)
    let wanted = try tensors(of: name)["expected"].converted(to: .float64)
    let found = try model(sample(name, for: model))
    #expect(found.shape == wanted.shape)
    #expect(try (found - wanted).norm() <= 2e-6 * wanted.norm())
  }

  @Test func `The file tells a sample's shape`() throws {
    #expect(try model("lstm.onnx").sampleShape == [5, 4])
    #expect(try model("window_partition.onnx").sampleShape == [3, 32, 32])
    #expect(try model("two_inputs.onnx").sampleShape == [7])
  }

  @Test(arguments: names)
  func `A sample in a batch is the sample alone`(name: String) throws {
    let model = try model(name)
    let batch = try batch(name, for: model)
    let methods: [any AttributionMethod] = [
      Gradient(), IntegratedGradients(steps: 6), DeepLIFT(), LRP(.epsilon),
    ]
    for method in methods {
      // LRP divides by outputs, which attention's softmax does not allow yet.
      guard let whole = try? method.attribute(model, input: batch, target: 1) else {
        #expect(method is LRP, "\(method.name)")
        continue
      }
      for row in 0..<3 {
        let alone = try method.attribute(
          model, input: batch.narrowed(axis: 0, to: row..<row + 1), target: 1)
        let part = try whole.map.narrowed(axis: 0, to: row..<row + 1)
        #expect(
          try (part - alone.map).norm() <= 1e-9 * max(alone.map.norm(), 1e-12), "\(method.name)")
        #expect(abs(whole.ledger.score[row] - alone.ledger.score[0]) < 1e-9, "\(method.name)")
      }
    }
  }

  /// A column that is looked up jumps from row to row, and has no derivative.
  @Test(arguments: names.filter { !$0.hasPrefix("category") })
  func `The gradient is that of finite differences`(name: String) throws {
    var model = try model(name)
    var x = try sample(name, for: model)
    if let ids = model.inputs.first(where: { !$0.type.isFloatingPoint }) {
      let embedded = try EmbeddedModel(ids.name, of: model)
      x = try embedded.rows(x)
      model = embedded.model
    }
    let gradient = try Gradient().attribute(model, input: x, target: 0).map
    let start = model.inputs.last { $0.type.isFloatingPoint }?.start ?? 0
    let count = x.count
    for step in 0..<6 {
      let place = start + (step * 37) % (count - start)
      let step = 1e-5
      var change = [Double](repeating: 0, count: count)
      change[place] = step
      let shift = try Tensor(change, shape: x.shape)
      let difference = try model(x + shift) - model(x - shift)
      let quotient = try difference.selected(axis: 1, index: 0).item() / (2 * step)
      let derivative = try gradient.flattened().selected(axis: 0, index: place).item()
      #expect(abs(derivative - quotient) <= 1e-6 * max(abs(quotient), 1e-2), "\(place)")
    }
  }

  @Test(arguments: names.filter { !$0.hasPrefix("category") })
  func `DeepLIFT's contributions sum to the score's difference`(name: String) throws {
    var model = try model(name)
    var x = try batch(name, for: model)
    if let ids = model.inputs.first(where: { !$0.type.isFloatingPoint }) {
      let embedded = try EmbeddedModel(ids.name, of: model)
      x = try embedded.rows(x)
      model = embedded.model
    }
    for joint in DeepLIFT.Joint.allCases {
      let ledger = try DeepLIFT(
        .rescale, baseline: .tensor(try reference(x, model), name: "reference"), joint: joint
      ).attribute(model, input: x, target: 1).ledger
      for (sum, (score, other)) in zip(ledger.sum, zip(ledger.score, ledger.reference)) {
        #expect(abs(sum - (score - other)) <= 1e-9 * max(abs(score), 1), "\(joint)")
      }
    }
  }

  /// Half of what is real, and whole numbers as they are.
  private func reference(_ x: Tensor, _ model: Model) throws -> Tensor {
    guard !model.inputs.isEmpty else { return try x * 0.5 - 0.05 }
    let parts = try model.inputs.map { part in
      let value = try x.narrowed(axis: 1, to: part.range)
      return part.type.isFloatingPoint ? try value * 0.5 - 0.05 : value
    }
    return try .concatenated(parts, axis: 1)
  }
}
