import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Built-in networks against PyTorch, with the weights of a formula.
///
/// See `Tests/Fixtures/architectures/make.py`. Of large families these are one or two, see
/// ``ArchitectureOutlineTests`` for the others.
struct ArchitectureLogitsTests {
  static let names = ((try? FormulaWeights.networks()) ?? [:]).keys.sorted()

  @Test func `Every built-in network is compared with PyTorch`() throws {
    let outlined = try Set(ArchitectureOutlineTests.digests().keys)
    #expect(Set(Catalog.architectures.map(\.name)) == outlined.union(Self.names))
  }

  @Test(arguments: names)
  func `Logits are PyTorch's`(name: String) throws {
    let network = try #require(try FormulaWeights.networks()[name])
    let logits = try SafetensorsFile(
      contentsOf: Fixture.url("architectures/logits.safetensors"))[name]
    let state = try FormulaWeights.stateDict(network)
    let graph = try Catalog.architecture(named: name).build(
      WeightSource(state), imageSize: network.imageSize)
    let input = try FormulaWeights.input(of: network)

    let found = try graph.forward(input)
    #expect(found.dtype == .float64)
    try expectClose(thinned(found), logits, relative: 1e-10, absolute: 0)

    let single = try graph.mapParameters { try $0.converted(to: .float32) }
    let rounded = try single.forward(input.converted(to: .float32))
    // Measured: at most 1.3e-5, in MobileNetV2; other processors round differently.
    let tolerances = [
      // Scores are cosines times up to 100: 1.7e-5.
      "swin_v2_t": 1e-4,
      // 7.3e-5 with Winograd's convolutions of large maps, 1.4e-5 without; PyTorch's own float32 is off by 7e-6.
      "maxvit_t": 2e-4,
    ]
    try expectClose(
      thinned(rounded), logits, relative: tolerances[name] ?? 2e-5, absolute: 0)
  }

  /// Every seventh pixel of an image, as in the fixture.
  private func thinned(_ output: Tensor) throws -> Tensor {
    let flat = try output.flattened(from: 1)
    guard flat.shape[1] > 100 else { return flat }
    return try .call(
      "aten::slice.Tensor", .tensor(flat), .int(1), .int(0), .int(Int.max), .int(7))
  }
}
