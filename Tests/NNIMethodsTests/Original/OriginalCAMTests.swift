import NNIMethods
import NNITestSupport
import Testing

/// Class activation maps on the original's two classifiers with global average pooling.
@Suite struct OriginalCAMTests {
  /// Sums over 28 × 28 pixels after the original's scaling and enlargement.
  struct Row: Sendable {
    let checkpoint: String
    let digit: OriginalPackage.Digit
    let cam: Double
    let gradCAM: Double
  }

  static let rows = [
    Row(checkpoint: "cam_classifier", digit: .one, cam: 339.75531, gradCAM: 330.31229),
    Row(checkpoint: "cam_classifier", digit: .seven, cam: 431.55231, gradCAM: 333.97546),
    Row(checkpoint: "cam_classifier", digit: .zero, cam: 311.27405, gradCAM: 305.52295),
    Row(checkpoint: "cam_extended_classifier", digit: .one, cam: 336.31818, gradCAM: 322.17001),
    Row(checkpoint: "cam_extended_classifier", digit: .seven, cam: 340.41263, gradCAM: 252.68378),
    Row(checkpoint: "cam_extended_classifier", digit: .zero, cam: 472.57986, gradCAM: 296.34653),
  ]

  private func model(_ row: Row) throws -> Model {
    try OriginalPackage.model(
      row.checkpoint, as: row.checkpoint.replacing("cam_", with: "cam_mnist_"))
  }

  /// Bilinear, with corners on corners.
  private func enlarged(_ map: Tensor) throws -> Tensor {
    try .call("aten::upsample_bilinear2d", .tensor(map), .ints([28, 28]), .bool(true))
  }

  @Test(arguments: rows.indices) func theSumsAreTheOriginals(index: Int) throws {
    let row = Self.rows[index]
    let (model, image) = (try model(row), try row.digit.image())
    let target = Target.class(row.digit.label)

    // The original scales CAM before it enlarges it, and Grad-CAM after.
    let map = try CAM().attribute(model, input: image, target: target).map
    let scaled = try Tensor(OriginalPackage.minmax(map.doubles()), shape: map.shape)
    #expect(abs(try enlarged(scaled).sum().item() - row.cam) < 2e-4)

    let gradient = try GradCAM(layer: "relu3").attribute(model, input: image, target: target).map
    let pixels = OriginalPackage.minmax(try enlarged(gradient).doubles())
    #expect(abs(pixels.reduce(0, +) - row.gradCAM) < 2e-4)
  }

  @Test(arguments: rows.indices) func camIsGradCAMTimesTheArea(index: Int) throws {
    let row = Self.rows[index]
    let (model, image) = (try model(row), try row.digit.image())
    let target = Target.class(row.digit.label)
    let result = try CAM().attribute(model, input: image, target: target)
    let gradient = try GradCAM(relu: false).attribute(model, input: image, target: target)
    let area = Double(result.map.shape[2] * result.map.shape[3])
    #expect(area == (row.checkpoint == "cam_classifier" ? 9 : 36))
    #expect(result.layer == "relu3" && gradient.layer == "relu3")
    try expectClose(gradient.map * area, result.map)

    let dense = try #require(try model.graph["fc"].layer as? DenseLayer)
    let bias = try #require(try dense.bias?.doubles()[row.digit.label])
    #expect(abs(result.ledger.sum[0] / area + bias - result.ledger.score[0]) < 1e-10)
  }
}
