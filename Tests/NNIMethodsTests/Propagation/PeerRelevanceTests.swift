import NNITestSupport
import NNInterpretability
import Testing

/// Relevance of a vision transformer, against LXT 2.1 with Zennit 0.5.1 on torchvision's own in float64.
@Suite struct PeerRelevanceTests {
  @Test(
    arguments: [
      ("cp-lrp", [:]),
      ("cp-lrp-gamma", ["gamma-convolution": 0.25, "gamma-dense": 0.05]),
    ] as [(String, [String: Double])])
  func `CP-LRP equals LXT's`(name: String, gammas: [String: Double]) throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("lxt/expected.safetensors"))
    let model = try Model(contentsOf: Fixture.url("lxt/vit.onnx")).converted(to: .float64)
    let image = try file["image"]
    // The file's scale of queries is a float32.
    try expectClose(model(image), file["logits"], relative: 1e-6, absolute: 1e-7)
    let method = try Catalog.method("cp-lrp", gammas.mapValues { .number($0) })
    let map = try method.attribute(model, input: image, target: .class(3)).map
    let expected = try file[name]
    let difference = try (map - expected).squared().sum().item().squareRoot()
    let size = try expected.squared().sum().item().squareRoot()
    #expect(difference < 1e-6 * size, "\(name): \(difference / size)")
  }
}
