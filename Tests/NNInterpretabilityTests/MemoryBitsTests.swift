import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// The budget of memory changes no bit of a result.
@Suite struct MemoryBitsTests {
  static let budgets = [1, 3_000_000, 1 << 40]

  /// A float32 net whose convolutions and dense layers choose their kernels by the number of rows.
  private static func model() throws -> Model {
    var numbers = SeededNumbers(3)
    func convolution(_ from: Int, _ to: Int) throws -> ConvolutionLayer {
      ConvolutionLayer(
        weight: try numbers.tensor([to, from, 3, 3], scale: 0.1),
        bias: try numbers.tensor([to], scale: 0.1), padding: [1, 1])
    }
    let relu = ActivationLayer(.relu)
    var graph = Graph(input: "image")
    try graph.add(convolution(3, 32), as: "stem", after: ["image"])
    try graph.add(relu, as: "relu1", after: ["stem"])
    try graph.add(convolution(32, 32), as: "conv", after: ["relu1"])
    try graph.add(relu, as: "relu2", after: ["conv"])
    try graph.add(SumLayer(), as: "skip", after: ["relu1", "relu2"])
    try graph.add(MaxPoolLayer(Window([2, 2], stride: [2, 2])), as: "pool", after: ["skip"])
    try graph.add(convolution(32, 64), as: "wide", after: ["pool"])
    try graph.add(ActivationLayer(.gelu(isApproximate: false)), as: "concat", after: ["wide"])
    try graph.add(FlattenLayer(), as: "flat", after: ["concat"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([50, 64 * 11 * 9], scale: 0.05)), as: "dense",
      after: ["flat"])
    try graph.add(relu, as: "relu3", after: ["dense"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([5, 50]), bias: numbers.tensor([5])), as: "logits",
      after: ["relu3"])
    return try Model(graph, name: "kernels").converted(to: .float32)
  }

  private static func input() throws -> Tensor {
    var numbers = SeededNumbers(8)
    return try numbers.tensor([2, 3, 22, 18]).converted(to: .float32)
  }

  @Test(arguments: CancellationTests.methods)
  func `Every method gives the same bits`(name: String) throws {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    let method = try WatchedRun.method(entry)
    var model = try Self.model()
    model.arithmeticCheck = .reported
    let maps = try Self.budgets.map { bytes in
      model.memoryBudget = MemoryBudget(bytes: bytes)
      return try method.attribute(model, input: Self.input(), target: .classes([1, 3])).map
        .elements(as: Float.self)
    }
    #expect(maps[0] == maps[2])
    #expect(maps[1] == maps[2])
  }

  @Test(arguments: ["smoothgrad", "integrated-gradients"])
  func `With a tolerance or another method within, too`(name: String) throws {
    let method: any AttributionMethod =
      name == "smoothgrad"
      ? SmoothGrad(of: GradientTimesInput(), samples: 11)
      : IntegratedGradients(steps: 16, tolerance: 0.01)
    var model = try Self.model()
    let maps = try Self.budgets.map { bytes in
      model.memoryBudget = MemoryBudget(bytes: bytes)
      return try method.attribute(model, input: Self.input(), target: .classes([1, 3])).map
        .elements(as: Float.self)
    }
    #expect(maps[0] == maps[2])
    #expect(maps[1] == maps[2])
  }

  /// Where large dense layers come last, inputs go through them together and through all else one by one.
  @Test func `Before large dense layers, too`() throws {
    var numbers = SeededNumbers(6)
    var graph = Graph(input: "image")
    try graph.add(
      ConvolutionLayer(weight: numbers.tensor([16, 3, 3, 3]), padding: [1, 1]), as: "conv",
      after: ["image"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["conv"])
    try graph.add(FlattenLayer(), as: "flat", after: ["relu"])
    try graph.add(
      DenseLayer(weight: numbers.tensor([2100, 2016], scale: 0.02)), as: "dense", after: ["flat"])
    try graph.add(ActivationLayer(.tanh), as: "tanh", after: ["dense"])
    try graph.add(DenseLayer(weight: numbers.tensor([5, 2100])), as: "logits", after: ["tanh"])
    let model = try Model(graph, name: "large").converted(to: .float32)
    let input = try numbers.tensor([6, 3, 14, 9]).converted(to: .float32)
    let weights = try Tensor.full([6, 5], 1, dtype: .float32)
    let found = try Self.budgets.map { bytes in
      let batches = try GradientBatches(
        model.graph, bytesPerSample: 100_000_000, budget: MemoryBudget(bytes: bytes), of: "logits")
      #expect(batches.inputsAtOnce == 4)
      return try batches.gradients(input, weights).elements(as: Float.self)
    }
    #expect(found[0] == found[2])
    #expect(found[1] == found[2])
  }
}
