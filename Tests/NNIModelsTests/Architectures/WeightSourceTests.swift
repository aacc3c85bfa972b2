import NNIModels
import Testing

struct WeightSourceTests {
  private func network() throws -> [String: Tensor] {
    try FormulaWeights.stateDict(#require(try FormulaWeights.networks()["general_cnn"]))
  }

  private func entry() throws -> ArchitectureEntry {
    try Catalog.architecture(named: "general_cnn")
  }

  private func message(_ state: [String: Tensor]) throws -> String {
    try #require(throws: InterpretabilityError.self) {
      try entry().build(WeightSource(state))
    }.message
  }

  @Test func `A prefix of all names and counters of batches are left out`() throws {
    var state: [String: Tensor] = [:]
    for (name, value) in try network() { state["module.\(name)"] = value }
    state["module.bn.num_batches_tracked"] = try Tensor([Int64(3)], shape: [])
    #expect(try entry().build(WeightSource(state)).parameterCount == 21_840)
  }

  @Test func `All faults are told at once`() throws {
    var state = try network()
    state["features.conv1.bias"] = nil
    state["extra"] = try Tensor([1.0], shape: [1])
    state["features.conv2.bias"] = try Tensor([1.0], shape: [1])
    let message = try message(state)
    #expect(message.contains("do not fit general_cnn"))
    #expect(message.contains("missing are features.conv1.bias"))
    #expect(message.contains("unexpected are extra"))
    #expect(message.contains("features.conv2.bias is [1], wanted [20]"))
  }

  @Test func `No weights at all are an error`() throws {
    #expect(try message([:]).contains("missing are"))
  }

  @Test func `Extents out of the question are wrong shapes and no trap`() throws {
    // Without elements a tensor may state any extent.
    let empty = try Tensor.full([0], 0)
    let huge = try empty.expanded(to: [0]).reshaped([1 << 61, 0])
    let generator = try Catalog.architecture(named: "mnist_dcgan_generator")
    for name in ["main.12.weight", "main.0.weight"] {
      let error = try #require(throws: InterpretabilityError.self) {
        try generator.build(WeightSource([name: huge]))
      }
      #expect(error.message.contains(name))
    }
  }

  @Test func `Quantised weights are refused`() throws {
    let state = try network().mapValues { try $0.converted(to: .int8) }
    #expect(try message(state).contains("holds int8"))
  }

  @Test(arguments: [
    (DType.float16, DType.float32), (.bfloat16, .float32), (.float32, .float32),
    (.float64, .float64),
  ])
  func `Half precision becomes single`(stored: DType, wanted: DType) throws {
    let state = try network().mapValues { try $0.converted(to: stored) }
    let graph = try entry().build(WeightSource(state))
    let layer = try #require(try graph["classifier.fc2"].layer as? DenseLayer)
    #expect(layer.weight.dtype == wanted)
    #expect(layer.bias?.dtype == wanted)
  }

  @Test func `Among doubles all become doubles`() throws {
    var state = try network().mapValues { try $0.converted(to: .float16) }
    state["features.conv1.bias"] = try state["features.conv1.bias"]?.converted(to: .float64)
    let graph = try entry().build(WeightSource(state))
    let input = try Tensor.full([1, 1, 28, 28], 0.5, dtype: .float64)
    #expect(try graph.forward(input).dtype == .float64)
  }

  @Test func `The number of classes and of channels follow from the weights`() throws {
    var state = try network()
    state["classifier.fc2.weight"] = try Tensor.full([3, 50], 0.1, dtype: .float64)
    state["classifier.fc2.bias"] = try Tensor.full([3], 0.1, dtype: .float64)
    state["features.conv1.weight"] = try Tensor.full([10, 2, 5, 5], 0.1, dtype: .float64)
    let graph = try entry().build(WeightSource(state))
    #expect(try graph.forward(.full([2, 2, 28, 28], 0.5, dtype: .float64)).shape == [2, 3])
  }

  @Test func `Random weights depend on the seed alone and have He's deviation`() throws {
    func weight(_ seed: UInt64, _ name: NodeID) throws -> Tensor {
      let graph = try Catalog.architecture(named: "mnist_vgg_small")
        .build(.initialized(seed: seed))
      return try #require(try graph[name].layer as? any LinearLayer).weight
    }
    let weight11 = try weight(1, "11")
    #expect(try weight11.doubles() == weight(1, "11").doubles())
    #expect(try weight11.doubles() != weight(2, "11").doubles())
    #expect(try weight(1, "2").doubles().prefix(9) != weight(1, "0").doubles().prefix(9))
    let values = try weight11.doubles()
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let wanted = (2 / 1568.0).squareRoot()
    #expect(abs(mean) < 4 * wanted / count.squareRoot())
    #expect(abs(deviation / wanted - 1) < 4 / (2 * count).squareRoot())
    let inside = values.count { abs($0) < wanted }
    #expect(abs(Double(inside) / count - 0.682689) < 4 * (0.2166 / count).squareRoot())
  }

  @Test(arguments: [
    "resnet18", "squeezenet1_1", "mobilenet_v2", "efficientnet_lite0", "cifar10_resnet56",
    "general_cnn", "mnist_vgg_small", "tinyvgg", "cam_mnist_extended_classifier",
  ])
  func `Random networks give finite numbers`(name: String) throws {
    let model = try Catalog.architecture(named: name).model(.initialized(seed: 7))
    let channels = try #require(model.inputSpec.channelCount)
    let input = try Tensor.full([2, channels] + model.inputSpec.size, 0.3)
    #expect(try model(input).shape[0] == 2)
  }

  @Test(arguments: ["mnist_generator", "mnist_dcgan_generator", "dcgan_face64"])
  func `Generators take codes with and without spatial axes`(name: String) throws {
    let graph = try Catalog.architecture(named: name).build(.initialized(seed: 3))
    let code = try Tensor.full([2, 100], 0.1)
    let image = try graph.forward(code)
    #expect(image.shape == (name == "dcgan_face64" ? [2, 3, 64, 64] : [2, 1, 28, 28]))
    #expect(try image.doubles() == graph.forward(code.reshaped([2, 100, 1, 1])).doubles())
    #expect(throws: InterpretabilityError.self) { try graph.forward(.full([2, 99], 0.1)) }
  }
}
