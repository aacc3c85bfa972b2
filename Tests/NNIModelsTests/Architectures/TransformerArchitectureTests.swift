import NNIModels
import NNITestSupport
import Testing

/// What files of torchvision's transformers, and of some networks with convolutions, hold besides their names of today.
struct TransformerArchitectureTests {
  private func network(_ name: String) throws -> (FormulaWeights.Network, [String: Tensor]) {
    let network = try #require(try FormulaWeights.networks()[name])
    return (network, try FormulaWeights.stateDict(network))
  }

  private func entry(_ name: String) throws -> ArchitectureEntry {
    try Catalog.architecture(named: name)
  }

  /// As in the exports, of which `nni inspect` tells the same.
  @Test(arguments: [
    ("vit_b_16", 12, 12, 25), ("vit_h_14", 32, 32, 65), ("swin_t", 12, 12, 29),
    ("swin_v2_b", 24, 24, 53), ("maxvit_t", 22, 45, 45), ("convnext_tiny", 0, 18, 23),
  ])
  func `Attention, GELU and layer norm are recognized`(
    name: String, attentions: Int, activations: Int, norms: Int
  ) throws {
    let parts = RecognizedParts(of: try entry(name).outline().graph)
    func count(_ part: String) -> Int { parts.counts.first { $0.name == part }?.count ?? 0 }
    #expect(count("attention") == attentions)
    #expect(count("GELU") == activations)
    #expect(count("layer norm") == norms)
    #expect(parts.unrecognized.isEmpty)
  }

  @Test func `Published vision transformers name their perceptrons otherwise`() throws {
    let (network, state) = try network("vit_b_16")
    // As in vit_b_16-c867db91.pth: “encoder.layers.encoder_layer_0.mlp.linear_1.weight”.
    let old = state.map { name, value in
      (
        name.replacing(".mlp.0.", with: ".mlp.linear_1.")
          .replacing(".mlp.3.", with: ".mlp.linear_2."), value
      )
    }
    #expect(old.count { $0.0.contains("linear_") } == 48)
    let input = try FormulaWeights.uniform(network.input, key: 1)
    let renamed = try entry("vit_b_16").build(
      WeightSource(Dictionary(uniqueKeysWithValues: old)))
    let wanted = try entry("vit_b_16").build(WeightSource(state))
    try expectClose(renamed.forward(input), wanted.forward(input), relative: 0, absolute: 0)
  }

  @Test func `The table of positions says how large images are`() throws {
    let (_, state) = try network("vit_b_16")
    let model = try entry("vit_b_16").model(WeightSource(state))
    #expect(model.inputSpec.size == [64, 64])
    #expect(model.inputSpec.resize == 73)
    #expect(model.graph.attentionBlocks.count == 12)
    let error = try #require(throws: InterpretabilityError.self) {
      try entry("vit_b_16").build(WeightSource(state), imageSize: [224, 224])
    }
    #expect(error.message.contains("has 16 patches; wanted are 64 × 64"), "\(error.message)")
    // Another shape of as many patches may be asked for.
    let wide = try entry("vit_b_16").build(WeightSource(state), imageSize: [32, 128])
    #expect(try wide.forward(.full([1, 3, 32, 128], 0.5, dtype: .float64)).shape == [1, 7])

    var other = state
    other["encoder.pos_embedding"] = try Tensor.full([1, 16, 768], 0, dtype: .float64)
    let refused = try #require(throws: InterpretabilityError.self) {
      try entry("vit_b_16").build(WeightSource(other))
    }
    #expect(refused.message.contains("15 patches, which make no square"), "\(refused.message)")
  }

  @Test func `Windows are laid out for the size that is asked for`() throws {
    let (_, state) = try network("swin_t")
    let graph = try entry("swin_t").build(WeightSource(state), imageSize: [56, 56])
    #expect(graph.attentionBlocks.count == 12)
    #expect(try graph.forward(.full([1, 3, 56, 56], 0.5, dtype: .float64)).shape == [1, 7])
    #expect(throws: InterpretabilityError.self) {
      try entry("swin_t").build(WeightSource(state), imageSize: [3, 56])
    }
    let error = try #require(throws: InterpretabilityError.self) {
      try entry("maxvit_t").build(.initialized(), imageSize: [256, 256])
    }
    #expect(error.message.contains("multiple of 224"))
  }

  @Test func `Offsets of Swin V2 that a file leaves out are torchvision's`() throws {
    let (network, stored) = try network("swin_v2_t")
    var state = stored
    let offsets = try SafetensorsFile(
      contentsOf: Fixture.url("architectures/logits.safetensors"))["swin_v2 offsets"]
    let tables = state.keys.filter { $0.hasSuffix("relative_coords_table") }
    #expect(tables.count == 12)
    for name in tables { state[name] = try offsets.converted(to: .float64) }
    let input = try FormulaWeights.uniform(network.input, key: 1)
    func logits() throws -> Tensor {
      try entry("swin_v2_t").build(WeightSource(state), imageSize: network.imageSize)
        .forward(input)
    }
    let wanted = try logits()
    for name in tables { state[name] = nil }
    try expectClose(logits(), wanted, relative: 1e-5, absolute: 1e-6)
  }

  @Test func `MNASNet of torchvision 0.4 is understood`() throws {
    let (network, _) = try network("mnasnet0_5")
    var shapes = network.parameters
    for (name, shape) in shapes {
      let parts = name.split(separator: ".")
      guard parts.count == 3, let index = Int(parts[1]) else { continue }
      let width = index < 6 ? 32 : 16
      guard index < 8 else { continue }
      shapes[name] = [width] + shape.dropFirst()
    }
    // The pointwise convolutions that read the first widths.
    shapes["layers.6.weight"] = [16, 32, 1, 1]
    shapes["layers.8.0.layers.0.weight"] = [48, 16, 1, 1]
    for part in [1, 3, 4] {
      for what in ["weight", "bias", "running_mean", "running_var"] {
        let name = "layers.8.0.layers.\(part).\(what)"
        if let shape = shapes[name] { shapes[name] = [48] + shape.dropFirst() }
      }
    }
    shapes["layers.8.0.layers.6.weight"] = [16, 48, 1, 1]
    let state = try shapes.mapValues { try Tensor.full([], 0.1).expanded(to: $0) }
    #expect(try entry("mnasnet0_5").fits(WeightSource(state)))
    #expect(Catalog.architectures.filter { $0.fits(WeightSource(state)) }.count == 1)
  }
}
