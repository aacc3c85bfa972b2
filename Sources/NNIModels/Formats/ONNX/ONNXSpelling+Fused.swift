/// What ONNX Runtime's optimiser makes of several operators: layers with their activation, products with
/// factors and transpositions, curves with a bias.
extension ONNXSpelling {
  static let fused: [String: Writer] = [
    "com.microsoft::FusedConv": { spelling, _ in
      let inputs = Array(spelling.node.input.prefix(3))
      var value = spelling.write("Conv", inputs, as: "convolution", spelling.windowAttributes)
      if !spelling.input(3).isEmpty {
        value = spelling.write("Add", [value, spelling.input(3)], as: "sum")
      }
      try spelling.activate(
        value, parameters: spelling.attribute("activation_params")?.floats ?? [])
    },
    "com.microsoft::FusedGemm": { spelling, _ in
      let value = spelling.write(
        "Gemm", spelling.node.input, as: "product",
        spelling.attributes("alpha", "beta", "transA", "transB"))
      let parameters = ["activation_alpha", "activation_beta", "activation_gamma"].compactMap {
        spelling.attribute($0)?.f
      }
      try spelling.activate(value, parameters: parameters)
    },
    "com.microsoft::FusedMatMul": { spelling, importer in try spelling.writeProduct(&importer) },
    "com.microsoft::TransposeMatMul": { spelling, importer in try spelling.writeProduct(&importer)
    },
    "com.microsoft::FusedMatMulActivation": { spelling, importer in
      let value = try spelling.product(&importer)
      let parameters = ["activation_alpha", "activation_beta", "activation_gamma"].compactMap {
        spelling.attribute($0)?.f
      }
      try spelling.activate(value, parameters: parameters)
    },
    "com.microsoft::Gelu": { spelling, _ in
      try spelling.finish("Gelu", [spelling.required(0, "input")])
    },
    "com.microsoft::BiasGelu": { spelling, _ in
      let sum = try spelling.sum([spelling.required(0, "input"), spelling.required(1, "bias")])
      spelling.finish("Gelu", [sum])
    },
    "com.microsoft::FastGelu": { spelling, _ in
      let sum = try spelling.sum([spelling.required(0, "input"), spelling.input(1)])
      spelling.finish("Gelu", [sum], [.init("approximate", text: "tanh")])
    },
    "com.microsoft::QuickGelu": { spelling, _ in
      let x = try spelling.required(0, "input")
      let factor = try spelling.number(spelling.float("alpha", default: 1.702))
      let scaled = spelling.write("Mul", [x, factor], as: "scaled")
      let gate = spelling.write("Sigmoid", [scaled], as: "gate")
      spelling.finish("Mul", [x, gate])
    },
    "com.microsoft::BiasSplitGelu": { spelling, _ in
      let sum = try spelling.sum([spelling.required(0, "input"), spelling.required(1, "bias")])
      let halves = spelling.write(
        "Split", [sum], as: "halves", [.init("axis", int: -1), .init("num_outputs", int: 2)],
        outputs: 2)
      let curved = spelling.write("Gelu", [halves + ":1"], as: "gate")
      spelling.finish("Mul", [halves, curved])
    },
    "com.microsoft::BiasAdd": { spelling, _ in
      spelling.finish("Sum", spelling.node.input.filter { !$0.isEmpty })
    },
    "com.microsoft::BiasDropout": { spelling, _ in
      spelling.finish("Sum", spelling.node.input.prefix(3).filter { !$0.isEmpty })
    },
    "com.microsoft::BiasSoftmax": { spelling, _ in
      let sum = try spelling.sum([spelling.required(0, "input"), spelling.required(1, "bias")])
      // The optimiser counts axes as operator set 12 does, and writes the last one.
      spelling.finish("Softmax", [sum], [.init("axis", int: spelling.int("axis", default: -1))])
    },
    "com.microsoft::SkipLayerNormalization": { spelling, _ in
      try spelling.writeSkip("LayerNormalization", bias: 4, shift: 3)
    },
    "com.microsoft::SkipSimplifiedLayerNormalization": {
      spelling, _ in try spelling.writeSkip("RMSNormalization", bias: 3, shift: nil)
    },
    "com.microsoft::SimplifiedLayerNormalization": { spelling, _ in
      spelling.finish(
        "RMSNormalization", spelling.node.input, spelling.attributes("axis", "epsilon"))
    },
    "com.microsoft::Trilu": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft::Pad": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft::Range": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft::GridSample": { spelling, _ in
      let mode = spelling.text("mode", default: "bilinear")
      var attributes = spelling.attributes("align_corners", "padding_mode")
      attributes.append(
        .init("mode", text: ["bilinear": "linear", "bicubic": "cubic"][mode] ?? mode))
      spelling.finish("GridSample", spelling.node.input, attributes)
    },
  ]

  /// The same operator in ONNX's own domain.
  mutating func writeAsItIs() { finish(node.opType, node.input, node.attribute) }

  /// The attributes of a convolution or a pool.
  var windowAttributes: [ONNXAttributeProto] {
    attributes(
      "auto_pad", "ceil_mode", "count_include_pad", "dilations", "group", "kernel_shape", "pads",
      "storage_order", "strides")
  }

  /// The sum of what is not left out.
  mutating func sum(_ names: [String]) throws -> String {
    let summands = names.filter { !$0.isEmpty }
    guard let first = summands.first else { throw malformed("no inputs") }
    return summands.dropFirst().reduce(first) { write("Add", [$0, $1], as: "sum") }
  }

  /// Writes the activation that a fused layer ends with.
  mutating func activate(_ value: String, parameters: [Float]) throws {
    let name = text("activation", default: "")
    let numbers = parameters.map { Double.shortest($0) }
    func named(_ names: String...) throws -> [ONNXAttributeProto] {
      guard numbers.count <= names.count else {
        throw malformed("\(numbers.count) parameters of the activation \(name)")
      }
      return zip(names, numbers).map { .init($0, float: $1) }
    }
    switch name {
    case "": finish("Identity", [value])
    case "Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Erf", "Gelu", "HardSwish":
      finish(name, [value])
    case "LeakyRelu", "Elu", "ThresholdedRelu", "Celu": try finish(name, [value], named("alpha"))
    case "HardSigmoid": try finish(name, [value], named("alpha", "beta"))
    case "Clip": try finish(name, [value], named("min", "max"))
    default: throw unsupported("the activation \(name)")
    }
  }

  /// `alpha · a · b` with the last two axes of either swapped.
  mutating func product(_ importer: inout ONNXImporter) throws -> String {
    var operands = [try required(0, "factor"), try required(1, "factor")]
    for (index, letter) in ["A", "B"].enumerated() {
      let swapsBatch = int("transBatch\(letter)", default: 0) != 0
      guard int("trans\(letter)", default: 0) != 0 || swapsBatch else { continue }
      let rank = try importer.rank(of: operands[index], for: self)
      guard rank >= 2 else { throw unsupported("a factor of \(rank) axes") }
      var order = Array(0..<rank)
      // The batch's axes follow the rows, and then the two last are swapped.
      if swapsBatch { order = Array(1..<(rank - 1)) + [0, rank - 1] }
      if int("trans\(letter)", default: 0) != 0 { order.swapAt(rank - 2, rank - 1) }
      operands[index] = write(
        "Transpose", [operands[index]], as: "turned \(letter.lowercased())",
        [.init("perm", ints: order)])
    }
    let alpha = float("alpha", default: 1)
    let value = write("MatMul", operands, as: "product")
    return alpha == 1 ? value : write("Mul", [value, try number(alpha)], as: "scaled")
  }

  private mutating func writeProduct(_ importer: inout ONNXImporter) throws {
    finish("Identity", [try product(&importer)])
  }

  /// A normalisation of a sum, which is the node's last output.
  private mutating func writeSkip(_ type: String, bias: Int, shift: Int?) throws {
    var total = try sum([required(0, "input"), required(1, "skip"), input(bias)])
    if !output(3).isEmpty {
      finish("Identity", [total], output: 3)
      total = output(3)
    }
    let parameters = [try required(2, "scale")] + (shift.map { [input($0)] } ?? [])
    let epsilon = float("epsilon", default: 1e-12)
    finish(type, [total] + parameters, [.init("axis", int: -1), .init("epsilon", float: epsilon)])
  }
}
