import Foundation
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// The shipped digit networks do what they were trained for; see `Scripts/train-digits.sh`.
struct ShippedDigitNetworksTests {
  private static let classifiers = [
    "digits_am", "digits_cam", "digits_cam_extended", "digits_cnn", "digits_dropout",
    "digits_evidential", "digits_vit",
  ]

  @Test(arguments: classifiers)
  func `Classifiers read test digits, and say how they were made`(name: String) throws {
    let model = try Shipped.model(named: name)
    #expect(model.inputSpec == .mnist)
    // The first 200 of the 10,000 test digits.
    let digits = try TensorDataset(contentsOf: Fixture.url("shipped/digits.safetensors"))
    let score = try ClassifierScore(of: model.graph, on: digits)
    #expect(score.accuracy >= 0.97, "\(score.accuracy)")
    let shipped = try #require(try Shipped.models.first { $0.name == name })
    let metadata = try SafetensorsFile(contentsOf: shipped.url).metadata
    let accuracy = try #require(Double(metadata["accuracy"] ?? ""))
    #expect((0.98..<1).contains(accuracy))
    for key in ["recipe", "seed", "data_digest", "licence", "architecture", "settings"] {
      #expect(metadata[key]?.isEmpty == false, "\(key)")
    }
    #expect(Catalog.recipes.contains { $0.name == metadata["recipe"] })
  }

  /// The dense generator makes some digits seldom, as the original's does: see the article on training.
  @Test(arguments: [("digits_gan_generator", 2), ("digits_dcgan_generator", 30)])
  func `Generators make every digit`(name: String, least: Int) throws {
    let generator = try Shipped.model(named: name)
    let judge = try Shipped.model(named: "digits_cnn")
    var numbers = SeededNumbers(8)
    let codes = try numbers.tensor([1000, 100]).converted(to: .float32)
    var images = try generator.graph.forward(codes)
    if name.contains("dcgan") { images = try (images + 1) / 2 }
    let found = try judge(images).indexOfMaximum(along: 1).doubles()
    for digit in 0..<10 {
      let count = found.filter { $0 == Double(digit) }.count
      #expect(count >= least, "\(digit): \(count) of 1000")
    }
    let confidence = try judge(images).softmax(along: 1).maximum(over: [1]).mean(over: [0]).item()
    #expect(confidence > 0.8)
  }

  @Test func `The evidential network is unsure of noise`() throws {
    let model = try Shipped.model(named: "digits_evidential")
    let digits = try TensorDataset(contentsOf: Fixture.url("shipped/digits.safetensors"))
    func uncertainty(_ input: Tensor) throws -> Double {
      let evidence = try model(input).positivePart().sum(over: [1])
      return try (10 / (evidence + 10)).mean(over: [0]).item()
    }
    let known = try uncertainty(digits.inputs(Array(0..<200)))
    let noise = CounterRandom(seed: 1).uniforms(200 * 784, stream: 0)
    let unknown = try uncertainty(Tensor(noise, shape: [200, 1, 28, 28]))
    #expect(known < 0.3)
    #expect(unknown > 2 * known)
  }
}

extension Tensor {
  fileprivate static func / (left: Double, right: Tensor) throws -> Tensor {
    try .call("aten::mul.Scalar", .tensor(.call("aten::reciprocal", .tensor(right))), .double(left))
  }
}
