import Foundation
import NNIShipped
import NNInterpretability
import Testing

/// The shipped models on the shipped photographs, against PyTorch; see `Tests/Fixtures/shipped/make.py`.
struct ShippedTests {
  @Test func `Three models and six photographs are shipped, with their sources`() throws {
    #expect(
      Shipped.models.map(\.name) == ["alexnet_caltech99", "efficientnet_lite0", "squeezenet1_1"])
    #expect(Shipped.photographs.count == 6)
    let text = try String(contentsOf: Shipped.sources(), encoding: .utf8)
    for url in Shipped.models.map(\.url) + Shipped.photographs {
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
    #expect(try relativeDifference(logits, fixture[name]) < 1e-10)
    let single = try model(normalised(pixels, model.inputSpec).converted(to: .float32))
    #expect(try relativeDifference(single, fixture[name]) < 1e-5)
  }

  @Test func `SqueezeNet's half-precision weights decide as the full ones did`() throws {
    let fixture = try Self.fixture()
    let model = try Shipped.model(named: "squeezenet1_1")
    let pixels = try fixture["pixels"].converted(to: .float32) / 255
    let logits = try model(normalised(pixels, model.inputSpec))
    let wanted = try fixture["squeezenet1_1_float32"]
    #expect(try relativeDifference(logits, wanted) < 1e-3)
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
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/shipped/photographs.safetensors")
    return try SafetensorsFile(contentsOf: url)
  }

  /// What the network sees of pixels: `(pixel − mean) / std`.
  private func normalised(_ pixels: Tensor, _ spec: InputSpec) throws -> Tensor {
    let mean = try Tensor(spec.mean, shape: [3, 1, 1])
    let std = try Tensor(spec.std, shape: [3, 1, 1])
    return try ((pixels - mean) / std).converted(to: pixels.dtype)
  }

  /// The largest deviation, as a part of the largest value wanted.
  private func relativeDifference(_ found: Tensor, _ wanted: Tensor) throws -> Double {
    let (found, wanted) = (try found.doubles(), try wanted.doubles())
    #expect(found.count == wanted.count)
    let largest = wanted.map(abs).max() ?? 0
    return (zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity) / largest
  }
}
