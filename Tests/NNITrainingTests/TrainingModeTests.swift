@testable import NNIModels
@testable import NNITraining
import NNITestSupport
import Testing

struct TrainingModeTests {
  /// A graph with a norm alone, with the fixture's weights.
  private func norm(_ file: SafetensorsFile, _ weights: StateDict) throws -> Graph {
    var graph = Graph()
    try graph.add(
      BatchNormLayer(
        scale: #require(weights["norm.weight"]), shift: #require(weights["norm.bias"]),
        mean: #require(weights["norm.running_mean"]),
        variance: #require(weights["norm.running_var"])), as: "norm", after: ["input"])
    return graph
  }

  @Test func `Batch norm in training and its running statistics are PyTorch's`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("training/training.safetensors"))
    var weights: StateDict = [
      "norm.weight": try file["norm/weight"], "norm.bias": try file["norm/bias"],
      "norm.running_mean": try .full([3], 0, dtype: .float64),
      "norm.running_var": try .full([3], 1, dtype: .float64),
    ]
    for step in 0..<2 {
      let fixed = weights.statistics
      var statistics: [NodeID: BatchStatistics] = [:]
      let result = try LossGradient(weights.learnt) { leaves in
        let graph = try TrainingMode(seed: 0, step: step, samples: [0, 1, 2, 3])
          .apply(to: norm(file, leaves.merging(fixed) { $1 }))
        let forward = try graph.trainingForward(file["norm/\(step)/input"])
        statistics = forward.statistics
        try expectClose(
          Tensor.call("aten::detach", .tensor(forward.output)), file["norm/\(step)/output"],
          relative: 1e-12)
        return try (forward.output * file["norm/\(step)/cotangent"]).sum()
      }
      for (name, wanted) in [("weight", "weight_gradient"), ("bias", "bias_gradient")] {
        try expectClose(
          #require(result.gradients["norm.\(name)"]), file["norm/\(step)/\(wanted)"],
          relative: 1e-12)
      }
      try weights.record(statistics)
      try expectClose(
        #require(weights["norm.running_mean"]), file["norm/\(step)/mean"], relative: 1e-12)
      try expectClose(
        #require(weights["norm.running_var"]), file["norm/\(step)/variance"], relative: 1e-12)
    }
  }

  @Test func `Every weight's gradient is that of finite differences`() throws {
    // Dropout, batch norm, a transposed and a plain convolution, a dense layer; attention, layer norm, a class token,
    // tables of words and of positions.
    for name in [
      "cnn_dropout", "cam_mnist_extended_classifier", "mnist_dcgan_discriminator", "mnist_vit",
      "text_transformer",
    ] {
      let architecture = try Catalog.architecture(named: name)
      let weights = try architecture.stateDict(.initialized(seed: 4)).converted(to: .float64)
      var numbers = SeededNumbers(3)
      let input =
        try name == "text_transformer"
        ? LabelledWords.rows(3, seed: 5).values.converted(to: .float64)
        : numbers.tensor([3, 1, 28, 28])
      let classes = ["mnist_dcgan_discriminator": 1, "text_transformer": 8][name] ?? 10
      let factors = try numbers.tensor([3, classes])
      func loss(_ leaves: StateDict) throws -> Tensor {
        let graph = try TrainingMode(seed: 8, step: 2, samples: [5, 0, 9])
          .apply(to: architecture.build(WeightSource(leaves.merging(weights.statistics) { $1 })))
        return try (graph.trainingForward(input).output * factors).sum()
      }
      let gradients = try LossGradient(weights.learnt, loss).gradients
      #expect(Set(gradients.keys) == Set(weights.learnt.keys))
      for (key, gradient) in gradients {
        let parameter = try #require(weights[key])
        // Along one random direction: Σ gradient · direction.
        let direction = try numbers.tensor(parameter.shape)
        func value(_ step: Double) throws -> Double {
          var moved = weights.learnt
          moved[key] = try parameter.adding(direction, times: step)
          return try loss(moved).item()
        }
        let step = 1e-6
        let wanted = try (value(step) - value(-step)) / (2 * step)
        let found = try (gradient * direction).sum().item()
        #expect(
          abs(found - wanted) < 1e-5 * max(1, abs(wanted)), "\(name) \(key): \(found), \(wanted)")
      }
    }
  }

  @Test func `Dropout's masks depend on seed, step, node and sample alone`() throws {
    let input = try Tensor.full([3, 40], 1, dtype: .float64)
    func mask(_ seed: UInt64, _ step: Int, _ node: NodeID, _ samples: [Int]) throws -> [[Double]] {
      var graph = Graph()
      try graph.add(DropoutLayer(rate: 0.25), as: node, after: ["input"])
      let values = try TrainingMode(seed: seed, step: step, samples: samples).apply(to: graph)
        .forward(input).doubles()
      return (0..<3).map { Array(values[($0 * 40)..<($0 * 40 + 40)]) }
    }
    let first = try mask(1, 0, "drop", [7, 3, 5])
    #expect(try mask(1, 0, "drop", [5, 7, 3]) == [first[2], first[0], first[1]])
    #expect(Set([first[0], first[1], first[2]]).count == 3)
    for other in [
      try mask(2, 0, "drop", [7, 3, 5]), try mask(1, 1, "drop", [7, 3, 5]),
      try mask(1, 0, "drop2", [7, 3, 5]),
    ] { #expect(other[0] != first[0]) }
    #expect(Set(first.flatMap { $0 }) == [0, 1 / 0.75])
  }

  @Test func `Dropout keeps the mean, and drops whole channels if told`() throws {
    let layer = try SampledDropoutLayer(
      rate: 0.5, dropsChannels: true, random: CounterRandom(seed: 3), streams: Array(0..<64))
    let values = try layer.forward([Tensor.full([64, 20, 3, 2], 1)])
    let perChannel = try values.reshaped([64 * 20, 6])
    let spread = try perChannel.maximum(over: [1]) - perChannel.minimum(over: [1])
    #expect(try spread.sum().item() == 0)
    let mean = try values.mean(over: [0, 1, 2, 3]).item()
    // Five deviations of the mean of 1,280 draws of 0 or 2.
    #expect(abs(mean - 1) < 5 / Double(1280).squareRoot())
  }

  @Test(arguments: [
    // Kernel, stride, padding, height, width of the input; whether it is rewritten.
    (4, 2, 1, 3, 5, true), (4, 1, 0, 1, 1, true), (4, 1, 0, 2, 3, true), (1, 1, 2, 6, 7, true),
    (3, 1, 1, 4, 2, true), (2, 1, 2, 5, 6, true), (3, 2, 1, 4, 4, false), (4, 2, 0, 3, 3, false),
  ])
  func `Transposed convolutions are the same in training`(
    _ kernel: Int, _ stride: Int, _ padding: Int, _ height: Int, _ width: Int, _ isRewritten: Bool
  ) throws {
    var numbers = SeededNumbers(5)
    let input = try numbers.tensor([2, 3, height, width])
    let layer = TransposedConvolutionLayer(
      weight: try numbers.tensor([3, 4, kernel, kernel]), bias: try numbers.tensor([4]),
      stride: [stride, stride], padding: [padding, padding])
    let training = TrainingTransposedConvolutionLayer(layer)
    #expect((training != nil) == isRewritten)
    guard let training else { return }
    let wanted = try layer.forward([input])
    try expectClose(training.forward([input]), wanted, relative: 1e-12)
    let cotangent = try numbers.tensor(wanted.shape)
    func gradients(_ make: (Tensor) throws -> any Layer) throws -> [Tensor] {
      try Tape([input, layer.weight]) { try make($0[1]).forward([$0[0]]) }.pullback(cotangent)
    }
    let plain = try gradients { weight in
      var copy = layer
      copy.weight = weight
      return copy
    }
    let rewritten = try gradients { weight in
      var copy = layer
      copy.weight = weight
      return try #require(TrainingTransposedConvolutionLayer(copy))
    }
    for (found, wanted) in zip(rewritten, plain) {
      try expectClose(found, wanted, relative: 1e-12)
    }
  }
}
