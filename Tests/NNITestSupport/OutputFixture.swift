public import NNIModels

/// The networks of `Fixtures/outputs`, which end in every way, and what they should give.
public enum OutputFixture {
  /// A network, in float64.
  public static func model(_ name: String, output: String = "") throws -> Model {
    try Model(contentsOf: Fixture.url("outputs/\(name).onnx"), output: output)
      .converted(to: .float64)
  }

  /// A tensor, in float64.
  public static func tensor(_ name: String) throws -> Tensor {
    try SafetensorsFile(contentsOf: Fixture.url("outputs/values.safetensors"))[name]
      .converted(to: .float64)
  }
}
