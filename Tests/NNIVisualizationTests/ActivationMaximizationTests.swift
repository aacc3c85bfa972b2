@testable import NNIVisualization
import Foundation
import NNITestSupport
import Testing

/// Optimisations: that they rise, stop, go on and repeat themselves.
@Suite(.serialized) struct ActivationMaximizationTests {
  private let model: Model

  init() throws { model = try VisualizationNets.smooth() }

  private func run(_ maximization: ActivationMaximization) throws -> MaximizationState {
    var state = try maximization.begin(on: model)
    try maximization.run(on: model, from: &state)
    return state
  }

  @Test(arguments: VisualizationNets.parameterizations, [true, false])
  func `Scores rise`(kind: String, isAdam: Bool) throws {
    let canvas = try ImageCanvas(model)
    let maximization = ActivationMaximization(
      .each([.classLogit(0), .channel("concat", 2)]),
      parameterization: try VisualizationNets.parameterization(kind, on: canvas),
      method: isAdam ? .adam : .normalizedGradient, steps: 60, count: 2)
    let state = try run(maximization)
    for image in state.history.images {
      #expect(image.scores.count == 61 && image.end == .steps && image.steps == 60)
      #expect((image.scores.last ?? 0) > image.scores[0] + 0.01)
    }
    // The last score is that of the images that come out.
    let images = try maximization.images(state, for: model)
    expectClose(
      try maximization.objective.evaluate(model, images).values.doubles(),
      state.history.images.compactMap(\.scores.last))
  }

  @Test func `The first step of normalised ascent goes along the derivative`() throws {
    var numbers = SeededNumbers(3)
    let image = try numbers.tensor([1, 3, 9, 7])
    let maximization = ActivationMaximization(
      .classLogit(1), parameterization: PixelParameterization(bound: .none),
      start: .images(image), method: .normalizedGradient, learningRate: 0.25, steps: 1)
    let gradient = try Gradient().attribute(model, input: image, target: .class(1)).map
    let length = try gradient.norm() / 189.0.squareRoot()
    try expectClose(
      maximization.images(run(maximization), for: model), image + gradient / length * 0.25,
      relative: 1e-8)
  }

  @Test func `An image stops at its probability, before another step`() throws {
    let free = PixelParameterization(bound: .none)
    let maximization = ActivationMaximization(
      .each([.classLogProbability(0), .classLogProbability(3)]), parameterization: free,
      steps: 2000,
      stopping: StoppingRule(probability: 0.9), classes: [0, 3], count: 2)
    let state = try run(maximization)
    let images = try maximization.images(state, for: model)
    let ranking = try ClassRanking.all(model(images))
    for (index, goal) in [0, 3].enumerated() {
      let image = state.history.images[index]
      #expect(image.end == .probability)
      #expect(image.probabilities.dropLast().allSatisfy { $0 < 0.9 })
      let found = ranking[index].entries.first { $0.index == goal }
      expectClose([found?.probability ?? 0], [image.probabilities.last ?? -1])
      #expect((image.probabilities.last ?? 0) >= 0.9)
      // What is recorded is the logarithm of the same.
      expectClose([exp(image.scores.last ?? 0)], [image.probabilities.last ?? 0])
    }
    #expect(state.history.images[0].steps != state.history.images[1].steps)
  }

  @Test func `Of several starts each image has its best`() throws {
    let one = ActivationMaximization(
      .each([.classLogit(0), .channel("concat", 2)]), candidates: 1, steps: 0, count: 2)
    var several = one
    several.candidates = 20
    let (first, best) = (try run(one).history.images, try run(several).history.images)
    for (own, alone) in zip(best, first) {
      #expect(try #require(own.scores.first) > #require(alone.scores.first))
    }
    // An image's start depends on its own objective alone.
    var exchanged = several
    exchanged.objective = .each([.classLogit(0), .classLogit(3)])
    let other = try run(exchanged).history.images
    #expect(other[0].scores == best[0].scores && other[1].scores != best[1].scores)
    several.candidates = 0
    #expect(throws: InterpretabilityError.self) { try several.begin(on: model) }
  }

  @Test func `Another start image is another run`() throws {
    let image = try ImageCanvas(model).normalized(.full([1, 3, 9, 7], 0.5, dtype: .float64))
    var maximization = ActivationMaximization(
      .classLogit(1), parameterization: PixelParameterization(), start: .images(image), steps: 3)
    var state = try run(maximization)
    maximization.steps = 4
    try maximization.run(on: model, from: &state)
    maximization.start = .images(try image + 1e-3)
    maximization.steps = 5
    #expect(throws: InterpretabilityError.self) {
      try maximization.run(on: model, from: &state)
    }
  }

  @Test func `An image that gets no better stops`() throws {
    let maximization = ActivationMaximization(
      -1 * .l2, parameterization: PixelParameterization(bound: .none), start: .zero, steps: 500,
      stopping: StoppingRule(patience: 7))
    let image = try run(maximization).history.images[0]
    #expect(image.end == .stagnation && image.steps == 7)
  }

  @Test func `A cancelled run goes on to the same bits, also from a file`() throws {
    struct Stop: Error {}
    let maximization = ActivationMaximization(
      .channel("conv", 1) - 1e-3 * .totalVariation,
      transforms: VisualizationNets.transforms("all"), steps: 12, count: 2, snapshots: 3, seed: 8)
    let whole = try run(maximization)
    #expect(whole.snapshots.map(\.step) == [0, 4, 8, 12])
    var state = try maximization.begin(on: model)
    #expect(throws: Stop.self) {
      try maximization.run(on: model, from: &state) { if $0.step == 5 { throw Stop() } }
    }
    #expect(state.step == 5)
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "state.safetensors")
      try state.write(to: url)
      var again = try MaximizationState(contentsOf: url)
      try maximization.run(on: model, from: &again)
      #expect(try again.parameters.doubles() == whole.parameters.doubles())
      #expect(again.history == whole.history)
      #expect(again.snapshots.map(\.step) == whole.snapshots.map(\.step))
    }
    // A longer run begins with a shorter one.
    var shorter = maximization
    shorter.steps = 7
    var begun = try run(shorter)
    try maximization.run(on: model, from: &begun)
    #expect(try begun.parameters.doubles() == whole.parameters.doubles())
    #expect(begun.history == whole.history)
    var other = maximization
    other.seed = 9
    #expect(throws: InterpretabilityError.self) { try other.run(on: model, from: &state) }
  }

  @Test func `A channel that is silent everywhere is woken`() throws {
    var numbers = SeededNumbers(2)
    var graph = Graph(input: "image")
    try graph.add(
      ConvolutionLayer(
        weight: numbers.tensor([2, 3, 3, 3], scale: 0.4),
        bias: Tensor([-3, 0.1], shape: [2], dtype: .float64), padding: [1, 1]),
      as: "conv", after: ["image"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["conv"])
    var silent = try Model(graph, name: "silent")
    silent.inputSpec = InputSpec(size: [9, 7])
    let maximization = ActivationMaximization(
      .channel("relu", 0), parameterization: PixelParameterization(bound: .none), start: .zero,
      steps: 100)
    let begin = try maximization.objective.evaluate(
      silent, .full([1, 3, 9, 7], 0, dtype: .float64))
    // The derivative itself is zero, and stays what it is.
    #expect(try begin.values.item() == 0)
    #expect(try begin.gradient.norm() == 0)
    var state = try maximization.begin(on: silent)
    try maximization.run(on: silent, from: &state)
    #expect((state.history.images[0].scores.last ?? 0) > 0.1)
  }

  @Test func `A cancelled task stops`() async throws {
    let model = model
    let task = Task {
      let maximization = ActivationMaximization(.channel("conv", 1), steps: 1 << 30)
      var state = try maximization.begin(on: model)
      try maximization.run(on: model, from: &state)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `A damaged state is refused`() throws {
    let maximization = ActivationMaximization(.channel("conv", 1), steps: 2, snapshots: 1)
    let state = try run(maximization)
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "state.safetensors")
      try state.write(to: url)
      let whole = try Data(contentsOf: url)
      let text = String(decoding: whole, as: UTF8.self)
      #expect(text.contains("maximization_state"))
      for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
        try whole.prefix(length).write(to: url)
        #expect(throws: InterpretabilityError.self) { try MaximizationState(contentsOf: url) }
      }
      try SafetensorsFile.write(tensors: [("parameters", .full([1, 3], 0))], to: url)
      #expect(throws: InterpretabilityError.self) { try MaximizationState(contentsOf: url) }
    }
  }

  @Test func `The number of threads does not change an image's bits in float32`() throws {
    var model = try model.converted(to: .float32)
    // Large enough for several threads, and of sizes that they cannot divide evenly.
    model.inputSpec.size = [107, 131]
    let threads = Torch.threadCount
    defer { Torch.setThreadCount(threads) }
    let canvas = try ImageCanvas(model)
    let pixels = CounterRandom(seed: 6).uniforms(canvas.shape.reduce(1, *), stream: 3)
    let photographs = try canvas.normalized(Tensor(pixels, shape: [1] + canvas.shape))
    let kinds: [any Parameterization] = [
      PixelParameterization(bound: .none), PixelParameterization(), FourierParameterization(),
      MACOParameterization(try MagnitudeSpectrum(photographs, on: canvas)),
    ]
    for parameterization in kinds {
      for method in [AscentMethod.adam, .normalizedGradient] {
        let maximization = ActivationMaximization(
          .channel("concat", 1) - 1e-4 * .totalVariation - 1e-3 * .l2Norm,
          parameterization: parameterization, transforms: .standard(for: canvas), method: method,
          steps: 4, seed: 3)
        let bits = try [1, 2, 3, 5].map { count in
          Torch.setThreadCount(count)
          let state = try run(maximization, on: model)
          return try maximization.images(state, for: model).data()
        }
        #expect(
          Set(bits).count == 1,
          "\(parameterization.text), \(method.text)")
      }
    }
  }

  private func run(
    _ maximization: ActivationMaximization, on model: Model
  ) throws -> MaximizationState {
    var state = try maximization.begin(on: model)
    try maximization.run(on: model, from: &state)
    return state
  }

  @Test func `Options out of range are refused`() throws {
    let usual = ActivationMaximization(.channel("conv", 1))
    let wrong: [(inout ActivationMaximization) -> Void] = [
      { $0.count = 0 }, { $0.steps = -1 }, { $0.learningRate = 0 }, { $0.learningRate = .nan },
      { $0.stopping.probability = 1.5 }, { $0.stopping.probability = 0.5 }, { $0.snapshots = -1 },
      { $0.objective = .each([.l2, .l2]) }, { $0.stopping.patience = -1 }, { $0.size = [3] },
    ]
    for change in wrong {
      var maximization = usual
      change(&maximization)
      #expect(throws: InterpretabilityError.self) { try maximization.begin(on: model) }
    }
  }
}
