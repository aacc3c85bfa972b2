import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Operators and forms of real networks, judged by ONNX Runtime's values.
struct ONNXOperatorTests {
  private static let names = [
    "adaptive_pool_7_to_2.dyn", "align-corners-x2", "antialias-resize", "celu", "cls_token",
    "ensemble_stack", "ensemble_stack.dyn", "expand2", "maxout", "maxout.dyn",
    "maxpool-ceil-uneven",
    "nearest-fractional", "normalize_l2", "normalize_l2.dyn", "resize10l", "resize_align_corners",
    "resize_align_corners.dyn", "resize_antialias_up_and_down", "resize_linear_1_1x2x4x5",
    "resize_linear_pytorch_half_pixel_1x2x1x5", "sine_position_code", "sine_position_code.dyn",
    "softplus-beta", "stack-first-axis", "up_antialias", "weight_standardised_conv",
    "weight_standardised_conv.dyn",
  ]

  private func read(_ name: String) throws -> Model {
    try Model(contentsOf: Fixture.url("operators/\(name).onnx"))
  }

  private func values() throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixture.url("operators/values.safetensors"))
  }

  @Test(arguments: names) func `Pieces of real networks give ONNX Runtime's values`(
    name: String
  ) throws {
    let values = try values()
    let model = try read(name)
    let input = try values["\(name)/input"]
    let expected = try values["\(name)/output"]
    try expectClose(model(input), expected, relative: 2e-5, absolute: 1e-6, "\(name)")
    let double = try model.converted(to: .float64)(input.converted(to: .float64))
    try expectClose(
      double, expected.converted(to: .float64), relative: 1e-5, absolute: 1e-6, "\(name)")
    // The batch stays open, and samples do not see one another.
    let both = try model(Tensor.concatenated([input * 0.5, input], axis: 0))
    let count = input.shape[0]
    try expectClose(
      both.narrowed(axis: 0, to: count..<2 * count), expected, relative: 2e-5, absolute: 1e-6,
      "\(name)")
  }

  @Test(arguments: names) func `Their gradients are the difference along a direction`(
    name: String
  ) throws {
    let model = try read(name).converted(to: .float64)
    let input = try values()["\(name)/input"].converted(to: .float64)
    var random = SeededNumbers(7)
    let direction = try Tensor(
      (0..<input.count).map { _ in random.uniform() - 0.5 }, shape: input.shape)
    let output = try model(input)
    let weights = try Tensor(
      (0..<output.count).map { _ in random.uniform() - 0.5 }, shape: output.shape)
    let trace = try model.graph.trace(input)
    let id = model.graph.input
    let map = try trace.propagate(
      [model.graph.output: Signal(weights)], using: [.any: .gradient], reading: [id])[id]
    func score(_ step: Double) throws -> Double {
      try (model(input + direction * step) * weights).sum().item()
    }
    let step = 1e-6
    let slope = try (score(step) - score(-step)) / (2 * step)
    let product = try (map * direction).sum().item()
    #expect(abs(product - slope) <= 1e-6 * max(1, abs(slope)), "\(name): \(product), \(slope)")
  }

  @Test func `Interpolation before operator set 11 is the exporter's`() throws {
    // ONNX Runtime takes positions as index / scale; PyTorch meant half-pixel centres.
    let url = Fixture.url("operators/resize10l.onnx")
    let input = try values()["resize10l/input"]
    let plain = try Model(contentsOf: url)(input)
    try Fixture.withTemporaryFolder { folder in
      let other = folder.appending(path: "net.onnx")
      // Field 2 of the model is the producer's name.
      try (Data(contentsOf: url) + ProtoBytes().text(2, "pytorch").data).write(to: other)
      let torch = try Model(contentsOf: other)(input)
      let half = try UpsampleLayer(factors: [2, 2], isBilinear: true).forward([input])
      try expectClose(torch, half, relative: 1e-6)
      #expect(try (torch - plain).norm() > 0.1)
    }
  }

  @Test(arguments: [
    ("conv_kernel_shape", ["node conv", "kernel_shape is [0, 0]", "[4, 3, 3, 3]"]),
    ("slice_empty", ["node s", "axis 2", "nothing"]),
    ("w_nan", ["node conv", "NaN"]),
  ])
  func `What contradicts itself is refused with its place`(
    name: String, parts: [String]
  ) throws {
    let error = try #require(throws: InterpretabilityError.self) { try read(name) }
    for part in parts { #expect(error.description.contains(part), "\(error)") }
  }

  @Test func `Normalised features are put together and relevance passes`() throws {
    let model = try read("normalize_l2")
    #expect(model.graph.nodes.contains { $0.layer is NormalizeLayer })
    #expect(!model.graph.nodes.contains { $0.layer is ProductLayer })
    let input = try values()["normalize_l2/input"]
    let map = try Catalog.method("lrp-epsilon", [:]).attribute(
      model, input: input, target: .class(1)
    ).map
    #expect(try map.isFinite() && map.norm() > 0)
  }

  @Test func `The larger of two values gets all relevance`() throws {
    let model = try read("maxout.dyn")
    let input = try values()["maxout.dyn/input"]
    // Without a share for biases all of the score reaches the input.
    let methods: [(String, [String: OptionValue])] = [
      ("lrp-zero", ["bias": .text("zero")]), ("deeplift-rescale", [:]),
    ]
    for (method, options) in methods {
      let result = try Catalog.method(method, options).attribute(
        model.converted(to: .float64), input: input.converted(to: .float64), target: .class(2))
      #expect(abs(result.ledger.residual[0]) < 1e-6, "\(method)")
    }
  }
}
