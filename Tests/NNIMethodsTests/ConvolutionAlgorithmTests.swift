import NNIMethods
import NNITestSupport
import Testing

/// The fast kernels give what the plain ones give, for every method.
@Suite struct ConvolutionAlgorithmTests {
  /// Wide enough for Winograd's algorithm: skip connection, concatenation, batch norm, both poolings, a
  /// strided and a grouped convolution.
  static func wideNet() throws -> Model {
    var numbers = SeededNumbers(5)
    func convolution(
      _ from: Int, _ to: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1
    ) throws -> ConvolutionLayer {
      let scale = (2 / Double(from / groups * kernel * kernel)).squareRoot()
      return ConvolutionLayer(
        weight: try numbers.tensor([to, from / groups, kernel, kernel], scale: scale),
        bias: try numbers.tensor([to], scale: 0.1), stride: [stride, stride],
        padding: [kernel / 2, kernel / 2], groups: groups)
    }
    var graph = Graph(input: "image")
    let relu = ActivationLayer(.relu)
    try graph.add(convolution(3, 32, 3), as: "stem", after: ["image"])
    try graph.add(relu, as: "relu1", after: ["stem"])
    try graph.add(convolution(32, 48, 3), as: "conv1", after: ["relu1"])
    try graph.add(
      BatchNormLayer(
        scale: numbers.tensor([48], scale: 0.2) + 1, shift: numbers.tensor([48], scale: 0.1),
        mean: numbers.tensor([48], scale: 0.1), variance: numbers.tensor([48]).squared() + 0.5),
      as: "norm", after: ["conv1"])
    try graph.add(relu, as: "relu2", after: ["norm"])
    try graph.add(convolution(48, 48, 3), as: "conv2", after: ["relu2"])
    try graph.add(SumLayer(), as: "skip", after: ["conv2", "relu2"])
    try graph.add(relu, as: "relu3", after: ["skip"])
    try graph.add(
      MaxPoolLayer(Window([3, 3], stride: [2, 2], padding: [1, 1])), as: "max", after: ["relu3"])
    try graph.add(convolution(48, 32, 1), as: "left", after: ["max"])
    try graph.add(convolution(48, 32, 3, groups: 16), as: "right", after: ["max"])
    try graph.add(ConcatenationLayer(), as: "concat", after: ["left", "right"])
    try graph.add(relu, as: "relu4", after: ["concat"])
    try graph.add(convolution(64, 64, 3, stride: 2), as: "conv3", after: ["relu4"])
    try graph.add(relu, as: "relu5", after: ["conv3"])
    try graph.add(GlobalAveragePoolLayer(), as: "mean", after: ["relu5"])
    try graph.add(FlattenLayer(), as: "flat", after: ["mean"])
    try graph.add(
      DenseLayer(
        weight: numbers.tensor([10, 64], scale: 0.3), bias: numbers.tensor([10], scale: 0.3)),
      as: "logits", after: ["flat"])
    return try Model(graph, name: "wide")
  }

  /// Near a baseline of zeros max pools tie, so that a last bit decides which way a point's gradient goes.
  private static func tolerance(_ name: String) -> Double {
    switch name {
    case "integrated-gradients": 1e-4
    // The sign of a unit's whole difference chooses between two multipliers. Where its parts cancel to
    // the last bit, that sign is the kernel's, and changes with the number of threads too.
    case "deeplift-reveal-cancel", "deeplift-genomics": 1e-2
    default: 1e-5
    }
  }

  @Test(arguments: Catalog.methods.filter { !$0.readsAttention }.map(\.name))
  func everyMethodAgrees(name: String) throws {
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    let known = entry.options.map(\.name)
    var options: [String: OptionValue] = [:]
    if known.contains("low") { options = ["low": .number(-4), "high": .number(4)] }
    if known.contains("window") { options["window"] = .number(12) }
    if name == "occlusion" { options["stride"] = .number(6) }
    let method = try entry.method(options)

    let exact = try Self.wideNet()
    var fast = try exact.converted(to: .float32)
    var direct = fast
    fast.convolutionAlgorithm = .automatic
    direct.convolutionAlgorithm = .direct
    var numbers = SeededNumbers(11)
    let input = try numbers.tensor([2, 3, 30, 26])
    func map(_ model: Model, _ dtype: DType) throws -> Tensor {
      try method.attribute(model, input: input.converted(to: dtype), target: .classes([3, 8])).map
        .converted(to: .float64)
    }
    let wanted = try map(direct, .float32)
    let scale = try wanted.norm()
    // Where single precision itself is off by about as much (a map that jumps, a quotient of
    // what nearly cancels), fast kernels are off by not much more.
    let rounding = try (wanted - map(exact, .float64)).norm() / scale
    // The second and the fourth time other kernels may be at work.
    for _ in 0..<4 {
      let error = try (map(fast, .float32) - wanted).norm() / scale
      #expect(
        error <= max(Self.tolerance(name), 10 * rounding),
        "\(error) against \(rounding) of rounding")
    }
  }

  @Test func doublePrecisionNeverTakesTheFastKernels() throws {
    let model = try Self.wideNet()
    var direct = model
    direct.convolutionAlgorithm = .direct
    var numbers = SeededNumbers(11)
    let input = try numbers.tensor([2, 3, 30, 26])
    #expect(try model(input).doubles() == direct(input).doubles())
    let manifest = try Manifest.measuring(model, input: input) {
      try Gradient().attribute(model, input: input, target: .predicted)
    }.manifest
    #expect(manifest.convolutionAlgorithm == .direct)
  }

  @Test func theChoiceHoldsForAllLayersAndIsRecorded() throws {
    var model = try Self.wideNet().converted(to: .float32)
    #expect(model.convolutionAlgorithm == .automatic)
    model.convolutionAlgorithm = .direct
    #expect(model.convolutionAlgorithm == .direct)
    var numbers = SeededNumbers(11)
    let input = try numbers.tensor([1, 3, 30, 26]).converted(to: .float32)
    let manifest = try Manifest.measuring(model, input: input) {
      try Gradient().attribute(model, input: input, target: .predicted)
    }.manifest
    #expect(manifest.convolutionAlgorithm == .direct)
  }
}
