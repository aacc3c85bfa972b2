import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// LibraGrad as a switch of methods that differentiate.
struct GradientPropagationTests {
  /// Every method with the switch.
  static let names = Catalog.methods.filter { $0.options.contains { $0.name == "propagation" } }
    .map(\.name)

  private func method(
    _ name: String, _ propagation: String, _ others: [String: OptionValue] = [:]
  ) throws -> any AttributionMethod {
    var options = others
    options["propagation"] = .text(propagation)
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    if entry.options.contains(where: { $0.name == "steps" }) { options["steps"] = .number(5) }
    if entry.options.contains(where: { $0.name == "samples" }) { options["samples"] = .number(3) }
    return try entry.method(options)
  }

  @Test func `The gradient family has the switch`() {
    #expect(
      Self.names == [
        "att-cat", "conductance", "grad-cam", "grad-cam-plus-plus", "gradient", "gradient-x-input",
        "hires-cam", "integrated-gradients", "internal-influence", "layer-cam", "saliency",
        "smoothgrad", "taylor-simple", "xgrad-cam",
      ])
  }

  /// FullGrad completeness: all of the score of a network without additive constants.
  @Test(arguments: [false, true], [false, true])
  func `The map and what constants take are the score`(hasBiases: Bool, isNormedAfter: Bool) throws
  {
    let model = try SampleNets.attention(hasBiases: hasBiases, isNormedAfter: isNormedAfter)
    let answer = try GradientTimesInput(propagation: .libra)
      .attribute(model, input: SampleNets.attentionInput(), target: .class(2))
    let ledger = answer.ledger
    for sample in ledger.score.indices {
      let constants = ledger.causes[.bias]?[sample] ?? 0
      #expect((abs(constants) > 1e-3) == hasBiases)
      #expect(
        abs(ledger.score[sample] - ledger.sum[sample] - constants)
          < 1e-12 * max(1, abs(ledger.score[sample])))
    }
    let plain = try GradientTimesInput()
      .attribute(model, input: SampleNets.attentionInput(), target: .class(2)).ledger
    #expect(plain.residual.contains { abs($0) > 1e-2 })
  }

  /// The literal formula: what each element alone gives through the network with its weights of attention, divisors,
  /// quotients of activations and half factors frozen, element by element, forwards.
  @Test func `Contributions are those of the frozen network`() throws {
    let model = try SampleNets.attention(hasBiases: false)
    let input = try SampleNets.attentionInput(2)
    let map = try GradientTimesInput(propagation: .libra)
      .attribute(model, input: input, target: .class(1)).map.doubles()
    let trace = try model.graph.trace(input, readable: [])
    let count = SampleNets.attentionTokens * SampleNets.attentionWidth
    for sample in 0..<2 {
      let frozen = try FrozenBlock(model.graph, trace, sample: sample)
      for element in 0..<count {
        var one = [Double](repeating: 0, count: count)
        one[element] = try input.doubles()[sample * count + element]
        let expected = try frozen(one)[1]
        #expect(abs(map[sample * count + element] - expected) < 1e-12)
      }
    }
  }

  @Test(arguments: names, ["vit-mini", "vit-gap"])
  func `A map in a batch is the map alone`(name: String, net: String) throws {
    let model = try Model(contentsOf: Fixture.url("golden/transformers/models/\(net).onnx"))
      .converted(to: .float64)
    let batch = try SafetensorsFile(
      contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))["\(net)/image"]
    let options: [String: OptionValue] =
      name == "taylor-simple" ? ["derivative": .text("root")] : [:]
    let method = try method(name, "libra", options)
    let whole = try method.attribute(model, input: batch, target: .class(1)).map
    for sample in 0..<batch.shape[0] {
      let alone = try method.attribute(
        model, input: batch.narrowed(axis: 0, to: sample..<sample + 1), target: .class(1))
      try expectClose(
        whole.narrowed(axis: 0, to: sample..<sample + 1), alone.map, relative: 1e-9)
    }
    let plain = try self.method(name, "gradient", options)
      .attribute(model, input: batch, target: .class(1)).map
    // Behind vit-gap's last feature maps stands nothing but a mean and a dense layer.
    let isLinear =
      net == "vit-gap" && (name.hasSuffix("-cam") || name.contains("cam-") || name == "att-cat")
    #expect(try isLinear || (whole - plain).norm() > 1e-6 * plain.norm())
  }

  @Test(arguments: names.filter { $0 != "att-cat" })
  func `A network of ReLUs and pools has the same gradient`(name: String) throws {
    let (model, input) = try (SampleNets.mixed(), SampleNets.mixedInput())
    let layer: [String: OptionValue] =
      name.contains("cam") || name == "conductance" || name == "internal-influence"
      ? ["layer": .text("concat")] : [:]
    let maps = try ["gradient", "libra"].map {
      try method(name, $0, layer).attribute(model, input: input, target: .class(3)).map
    }
    try expectClose(maps[1], maps[0], relative: 1e-12)
  }

  /// The expected maps of CP-LRP come from PyTorch.
  @Test(arguments: ["vit-mini", "vit-reg", "vit-gap"])
  func `Times the input it is CP-LRP`(net: String) throws {
    let model = try Model(contentsOf: Fixture.url("golden/transformers/models/\(net).onnx"))
      .converted(to: .float64)
    let file = try SafetensorsFile(
      contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))
    let targets = ["vit-mini": [0, 3, 4], "vit-reg": [1, 4], "vit-gap": [2, 0]][net] ?? []
    let map = try GradientTimesInput(propagation: .libra)
      .attribute(model, input: file["\(net)/image"], target: .classes(targets)).map
    try expectClose(map, file["\(net)/cp-lrp"], relative: 1e-6)
  }

  @Test func `What is fused and what is kept apart say the same`() throws {
    let model = try Model(contentsOf: Fixture.url("golden/transformers/models/convnext-mini.onnx"))
      .converted(to: .float64)
    let input = try SafetensorsFile(
      contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))["convnext-mini/image"]
    let method = Gradient(propagation: .libra)
    let alone = try method.attribute(model, input: input, target: .class(0)).map
    let shared = try method.attribute(Recording(model, input: input), target: .class(0)).map
    let smooth = try SmoothGrad(of: method, samples: 2, noise: 0)
      .attribute(model, input: input, target: .class(0)).map
    try expectClose(alone, shared, relative: 1e-9)
    try expectClose(smooth, shared, relative: 1e-9)
  }

  @Test func `A tolerance and a method without gradients are refused`() throws {
    let model = try SampleNets.attention(hasBiases: true)
    #expect(throws: InterpretabilityError.self) {
      try IntegratedGradients(tolerance: 0.01, propagation: .libra)
        .attribute(model, input: SampleNets.attentionInput(), target: .class(0))
    }
    for inner in ["occlusion", "attention"] {
      #expect(throws: InterpretabilityError.self) {
        try Catalog.method("smoothgrad", ["of": .text(inner), "propagation": .text("libra")])
      }
    }
    #expect(IntegratedGradients(propagation: .libra).promise == .nothing)
  }
}

/// ``SampleNets/attention(hasBiases:isNormedAfter:seed:)`` without biases, made linear at one sample.
private struct FrozenBlock {
  typealias Matrix = [[Double]]

  private let graph: Graph
  private let weights: Matrix
  private let divisors: (first: [Double], second: [Double])
  private let (up, silu, quotient): (Matrix, Matrix, Matrix)

  init(_ graph: Graph, _ trace: Trace, sample: Int) throws {
    func value(_ id: NodeID) throws -> Matrix {
      try Self.rows(trace[id].selected(axis: 0, index: sample))
    }
    self.graph = graph
    weights = try value("weights")
    divisors = (
      try value("tokens").map { row in
        (row.reduce(0) { $0 + $1 * $1 } / Double(row.count) + 1e-5).squareRoot()
      },
      try value("skip1").map { row in
        let mean = row.reduce(0, +) / Double(row.count)
        return (row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count) + 1e-5)
          .squareRoot()
      }
    )
    (up, silu) = try (value("up"), value("silu"))
    quotient = try zip(silu, value("gate")).map { zip($0, $1).map(/) }
  }

  /// The logits' share of a part of the input.
  func callAsFunction(_ flat: [Double]) throws -> [Double] {
    let width = SampleNets.attentionWidth
    let x = stride(from: 0, to: flat.count, by: width).map { Array(flat[$0..<$0 + width]) }
    let scale1 = try (graph["norm1"].layer as? RMSNormLayer)?.scale.doubles() ?? []
    let scale2 = try (graph["norm2"].layer as? LayerNormLayer)?.scale.doubles() ?? []
    let normed = zip(x, divisors.first).map { row, c in zip(row, scale1).map { $0 / c * $1 } }
    let mixed = try Self.product(weights, dense("v", normed))
    let skip = try zip(x, dense("out", mixed)).map { zip($0, $1).map(+) }
    let centred = zip(skip, divisors.second).map { row, c in
      let mean = row.reduce(0, +) / Double(row.count)
      return zip(row, scale2).map { ($0 - mean) / c * $1 }
    }
    let (left, right) = try (dense("up", centred), dense("gate", centred))
    let gated = left.indices.map { t in
      left[t].indices.map { i in
        0.5 * (left[t][i] * silu[t][i] + up[t][i] * right[t][i] * quotient[t][i])
      }
    }
    let end = try zip(skip, dense("down", gated)).map { zip($0, $1).map(+) }
    let pooled = (0..<width).map { i in end.reduce(0) { $0 + $1[i] } / Double(end.count) }
    return try dense("logits", [pooled])[0]
  }

  private func dense(_ id: NodeID, _ rows: Matrix) throws -> Matrix {
    guard let layer = try graph[id].layer as? DenseLayer else { return [] }
    let weight = try Self.rows(layer.weight)
    return rows.map { row in weight.map { zip($0, row).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  private static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    a.map { row in b[0].indices.map { i in zip(row, b).reduce(0) { $0 + $1.0 * $1.1[i] } } }
  }

  private static func rows(_ tensor: Tensor) throws -> Matrix {
    let (all, width) = try (tensor.doubles(), tensor.shape[1])
    return stride(from: 0, to: all.count, by: width).map { Array(all[$0..<$0 + width]) }
  }
}
