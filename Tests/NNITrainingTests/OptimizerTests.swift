import NNIModels
import NNITestSupport
import Testing

/// The optimisers against PyTorch's; see `Tests/Fixtures/training/make.py`.
struct OptimizerTests {
  private static let names = ["weight", "bias"]

  private static func optimizer(_ name: String) throws -> any Optimizer {
    switch name {
    case "sgd": SGDOptimizer(momentum: 0, weightDecay: 0.02)
    case "momentum": SGDOptimizer()
    case "nesterov": SGDOptimizer(momentum: 0.8, isNesterov: true, weightDecay: 0.1)
    case "adam": AdamOptimizer(beta1: 0.5, beta2: 0.99, weightDecay: 0.1)
    default: AdamOptimizer(weightDecay: 0.05, isDecoupled: true)
    }
  }

  private func parameters(_ file: SafetensorsFile, _ prefix: String) throws -> StateDict {
    try StateDict(
      uniqueKeysWithValues: Self.names.map { ($0, try file["\(prefix)/\($0)"]) })
  }

  @Test(arguments: ["sgd", "momentum", "nesterov", "adam", "adamw"])
  func `Five steps are PyTorch's`(name: String) throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("training/training.safetensors"))
    let optimizer = try Self.optimizer(name)
    var (weights, state) = (try parameters(file, "start"), OptimizerState())
    for (step, rate) in try file["rates"].doubles().enumerated() {
      weights = try optimizer.step(
        weights, gradients: parameters(file, "gradient/\(step)"), state: &state, learningRate: rate)
      for key in Self.names {
        try expectClose(
          #require(weights[key]), file["\(name)/\(step)/\(key)"], relative: 1e-12, absolute: 1e-12)
      }
    }
    #expect(state.step == 5)
  }

  @Test func `Gradients are clipped as PyTorch does`() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("training/training.safetensors"))
    let gradients = try parameters(file, "gradient/0")
    let clipped = try gradients.clipped(toNorm: 0.7)
    for key in Self.names {
      try expectClose(#require(clipped[key]), file["clipped/\(key)"], relative: 1e-12)
      let untouched = try #require(gradients.clipped(toNorm: 1e3)[key])
      try expectClose(untouched, #require(gradients[key]), relative: 0, absolute: 0)
    }
  }

  @Test func `A gradient without its parameter is an error`() throws {
    var state = OptimizerState()
    let error = #expect(throws: InterpretabilityError.self) {
      try SGDOptimizer().step(
        [:], gradients: ["a": Tensor.full([1], 1)], state: &state, learningRate: 1)
    }
    #expect(error?.message.contains("“a”") == true)
  }

  @Test func `A moving average forgets as it should`() throws {
    let average = ExponentialMovingAverage(decay: 0.5)
    func weights(_ value: Double) throws -> StateDict {
      ["w": try Tensor([value], shape: [1])]
    }
    // (1 + t) / (10 + t) reaches one half at t = 8.
    let early = try average.updated(weights(0), with: weights(1), step: 0)
    #expect(try abs(#require(early["w"]).item() - 0.9) < 1e-15)
    let late = try average.updated(weights(0), with: weights(1), step: 100)
    #expect(try abs(#require(late["w"]).item() - 0.5) < 1e-15)
  }
}
