import Foundation
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// The shipped models on the shipped photographs, against PyTorch; see `Tests/Fixtures/shipped/make.py`.
struct ShippedTests {
  @Test func `Fourteen models and six photographs are shipped, with their sources`() throws {
    #expect(
      try Shipped.models.map(\.name) == [
        "alexnet_caltech99", "definitions", "digits_am", "digits_cam", "digits_cam_extended",
        "digits_cnn",
        "digits_dcgan_generator", "digits_dropout", "digits_evidential", "digits_gan_discriminator",
        "digits_gan_generator", "digits_vit", "efficientnet_lite0", "squeezenet1_1",
      ])
    #expect(try Shipped.photographs.count == 6)
    let text = try String(contentsOf: Shipped.sources(), encoding: .utf8)
    for url in try Shipped.models.map(\.url) + Shipped.photographs {
      #expect(text.contains(url.lastPathComponent))
    }
    let boxes = try JSONSerialization.jsonObject(with: Data(contentsOf: Shipped.boxes()))
    #expect(boxes is [String: Any])
  }

  @Test func `Thirty megabytes are not exceeded`() throws {
    let files = FileManager.default.enumerator(
      at: try Shipped.folder(), includingPropertiesForKeys: [.fileSizeKey])
    var size = 0
    for case let url as URL in try #require(files) {
      size += try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    }
    #expect((15_000_000..<30_000_000).contains(size))
  }

  @Test(arguments: [
    ("alexnet_caltech99", 99), ("efficientnet_lite0", 1000), ("squeezenet1_1", 1000),
  ])
  func `Logits on the photographs are PyTorch's`(name: String, classes: Int) throws {
    let model = try Shipped.model(named: name)
    #expect(model.name == name)
    #expect(model.inputSpec.labels.count == classes)
    let fixture = try Self.fixture()
    let pixels = try fixture["pixels"].converted(to: .float64) / 255
    let logits = try model.converted(to: .float64)(normalised(pixels, model.inputSpec))
    try expectClose(logits, fixture[name], relative: 1e-10, absolute: 0)
    let single = try model(normalised(pixels, model.inputSpec).converted(to: .float32))
    try expectClose(single.converted(to: .float64), fixture[name], relative: 1e-5, absolute: 0)
  }

  @Test(
    arguments: ["alexnet_caltech99", "efficientnet_lite0", "squeezenet1_1"],
    [
      "gradient", "guided-backprop", "grad-cam", "smoothgrad", "lrp-epsilon", "lrp-alpha-beta",
      "lrp-composite", "deeplift-rescale", "occlusion",
    ])
  func `Fast and plain convolutions give the same maps`(name: String, method: String) throws {
    let fast = try Shipped.model(named: name)
    var direct = fast
    direct.convolutionAlgorithm = .direct
    let pixels = try Self.fixture()["pixels"].converted(to: .float32) / 255
    let input = try normalised(pixels, fast.inputSpec).narrowed(axis: 0, to: 1..<2)
    var options: [String: OptionValue] = [:]
    if method == "occlusion" { options = ["window": .number(112), "stride": .number(112)] }
    if method == "smoothgrad" { options = ["samples": .number(3)] }
    let chosen = try Catalog.method(method, options)
    func map(_ model: Model) throws -> Tensor {
      try chosen.attribute(model, input: input, target: .predicted).map.converted(to: .float64)
    }
    let wanted = try map(direct)
    let error = try (map(fast) - wanted).norm() / wanted.norm()
    guard error > 1e-5 else { return }
    // Only where single precision itself is off by about as much: sums that nearly cancel.
    let exact = try chosen.attribute(
      direct.converted(to: .float64), input: input.converted(to: .float64), target: .predicted
    ).map
    let rounding = try (wanted - exact).norm() / exact.norm()
    #expect(error <= 10 * rounding, "\(error) against \(rounding) of rounding")
  }

  @Test func `SqueezeNet's half-precision weights decide as the full ones did`() throws {
    let fixture = try Self.fixture()
    let model = try Shipped.model(named: "squeezenet1_1")
    let pixels = try fixture["pixels"].converted(to: .float32) / 255
    let logits = try model(normalised(pixels, model.inputSpec))
    let wanted = try fixture["squeezenet1_1_float32"]
    try expectClose(logits, wanted, relative: 1e-3, absolute: 0)
    let decisions = try logits.indexOfMaximum(along: 1).doubles()
    // As recorded when the assets were collected: barbell, cat, espresso, spaniel, spindle, missile.
    #expect(decisions == [422, 285, 967, 218, 816, 657])
    let probabilities = try logits.softmax(along: 1).maximum(over: [1]).doubles()
    for (found, recorded) in zip(probabilities, [0.5574, 0.4085, 0.9713, 0.6951, 0.5806, 0.1736]) {
      #expect(abs(found - recorded) < 5e-3)
    }
  }

  @Test func `An unknown name is told together with the known ones`() throws {
    let error = try #require(throws: InterpretabilityError.self) {
      try Shipped.model(named: "resnet18")
    }
    #expect(error.message.contains("squeezenet1_1"))
  }

  private static func fixture() throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixture.url("shipped/photographs.safetensors"))
  }

  /// What the network sees of pixels: `(pixel − mean) / std`.
  private func normalised(_ pixels: Tensor, _ spec: InputSpec) throws -> Tensor {
    let mean = try Tensor(spec.mean, shape: [3, 1, 1])
    let std = try Tensor(spec.std, shape: [3, 1, 1])
    return try ((pixels - mean) / std).converted(to: pixels.dtype)
  }
}
