/// Weighted sums, products and normalisations.
extension PT2Translator {
  typealias Translation = @Sendable (inout PT2Translator, PT2Call) throws -> Void

  /// All operators that are translated, by their names without overloads.
  static let translations: [String: Translation] =
    linear.merging(normalizing) { $1 }.merging(activations) { $1 }.merging(arithmetic) { $1 }
    .merging(moving) { $1 }.merging(choosing) { $1 }.merging(pooling) { $1 }
    .merging(attention) { $1 }.merging(recurrence) { $1 }.merging(grids) { $1 }
    .merging(cells) { $1 }.merging(writing) { $1 }.merging(spectra) { $1 }

  private static let linear: [String: Translation] = [
    "linear": { translator, call in try translator.addLinear(call) },
    "addmm": { translator, call in try translator.addProduct(call, ("mat1", "mat2")) },
    "baddbmm": { translator, call in try translator.addProduct(call, ("batch1", "batch2")) },
    "mm": { translator, call in
      translator.emit(
        "MatMul", [try call.tensor("self"), try call.tensor("mat2")], to: [call.result])
    },
    "bmm": { translator, call in
      let right = try translator.unrepeated(call.tensor("mat2"))
      translator.emit("MatMul", [try call.tensor("self"), right], to: [call.result])
    },
    "matmul": { translator, call in try translator.addMatMul(call) },
    "einsum": { translator, call in try translator.addEinsum(call) },
    "conv1d": { translator, call in try translator.addConvolution(call, isTransposed: false) },
    "conv2d": { translator, call in try translator.addConvolution(call, isTransposed: false) },
    "conv3d": { translator, call in try translator.addConvolution(call, isTransposed: false) },
    "convolution": { translator, call in
      try translator.addConvolution(call, isTransposed: call.bool("transposed", false))
    },
    "_convolution": { translator, call in
      try translator.addConvolution(call, isTransposed: call.bool("transposed", false))
    },
    "conv_transpose1d": { translator, call in
      try translator.addConvolution(call, isTransposed: true)
    },
    "conv_transpose2d": { translator, call in
      try translator.addConvolution(call, isTransposed: true)
    },
    "conv_transpose3d": { translator, call in
      try translator.addConvolution(call, isTransposed: true)
    },
  ]

  private static let normalizing: [String: Translation] = [
    "batch_norm": { translator, call in try translator.addBatchNorm(call) },
    "_native_batch_norm_legit_no_training": { translator, call in
      try translator.addBatchNorm(call)
    },
    "native_batch_norm": { translator, call in try translator.addBatchNorm(call) },
    "cudnn_batch_norm": { translator, call in try translator.addBatchNorm(call) },
    "layer_norm": { translator, call in try translator.addLayerNorm(call, "LayerNormalization") },
    "native_layer_norm": { translator, call in
      try translator.addLayerNorm(call, "LayerNormalization")
    },
    "rms_norm": { translator, call in try translator.addLayerNorm(call, "RMSNormalization") },
    "_fused_rms_norm": { translator, call in
      try translator.addLayerNorm(call, "RMSNormalization")
    },
    "group_norm": { translator, call in
      try translator.addGroupNorm(call, call.int("num_groups", 1))
    },
    "native_group_norm": { translator, call in
      try translator.addGroupNorm(call, call.int("group", 1))
    },
    "instance_norm": { translator, call in
      guard try call.bool("use_input_stats", true) else {
        try translator.addBatchNorm(call)
        return
      }
      let input = try call.tensor("input")
      let channels = try translator.channels(of: input, call)
      translator.emit(
        "InstanceNormalization",
        [
          input, try translator.parameter(call, "weight", [channels], 1),
          try translator.parameter(call, "bias", [channels], 0),
        ], ["epsilon": .float(try call.double("eps") ?? 1e-5)], to: [call.result])
    },
    "linalg_vector_norm": { translator, call in
      let order = try call.double("ord") ?? 2
      guard order == 2 || order == 1 else { throw call.unsupported("a norm of order \(order)") }
      try translator.addReduction(call, order == 2 ? "ReduceL2" : "ReduceL1")
    },
  ]

  private mutating func addLinear(_ call: PT2Call) throws {
    let (input, weight) = (try call.tensor("input"), try call.tensor("weight"))
    let bias = try call.optional("bias")
    let rank = try shape(input).count
    if rank == 2, try shape(weight).count == 2, isConstant(weight), bias.map(isConstant) ?? true {
      emit(
        "Gemm", [input, weight] + [bias].compactMap { $0 }, ["transB": .int(1)], to: [call.result])
      return
    }
    let turned: String
    if let known = try constant(weight) {
      turned = add(constant: try known.transposed(0, 1))
    } else {
      turned = emit("Transpose", [weight], ["perm": .ints([1, 0])])
    }
    guard let bias else {
      emit("MatMul", [input, turned], to: [call.result])
      return
    }
    let product = emit("MatMul", [input, turned])
    emit("Add", [product, bias], to: [call.result])
  }

  /// `beta · self + alpha · left · right`.
  private mutating func addProduct(_ call: PT2Call, _ names: (String, String)) throws {
    let (left, right) = (try call.tensor(names.0), try call.tensor(names.1))
    var summand = try call.tensor("self")
    let (alpha, beta) = (try call.double("alpha") ?? 1, try call.double("beta") ?? 1)
    if isConstant(right), isConstant(summand), names.0 == "mat1" {
      emit(
        "Gemm", [left, right, summand], ["alpha": .float(alpha), "beta": .float(beta)],
        to: [call.result])
      return
    }
    var product = emit("MatMul", [left, right])
    if alpha != 1 { product = emit("Mul", [product, try scalar(alpha, like: left)]) }
    guard beta != 0 else {
      pass(product, to: call.result)
      return
    }
    if beta != 1 { summand = emit("Mul", [summand, try scalar(beta, like: left)]) }
    emit("Add", [product, summand], to: [call.result])
  }

  /// A product whose factors may be vectors.
  private mutating func addMatMul(_ call: PT2Call) throws {
    var (left, right) = (try call.tensor("self"), try call.tensor("other"))
    let ranks = try (shape(left).count, shape(right).count)
    if ranks.0 > 1, ranks.1 > 1 {
      emit("MatMul", [left, right], to: [call.result])
      return
    }
    guard ranks.0 > 1 || ranks.1 > 1 else { throw call.unsupported("a product of two vectors") }
    let isLeft = ranks.0 == 1
    if isLeft {
      left = emit("Unsqueeze", [left, try list([0])])
    } else {
      right = emit("Unsqueeze", [right, try list([1])])
    }
    let product = emit("MatMul", [left, right])
    emit("Squeeze", [product, try list([isLeft ? -2 : -1])], to: [call.result])
  }

  private mutating func addConvolution(_ call: PT2Call, isTransposed: Bool) throws {
    let (input, weight) = (try call.tensor("input"), try call.tensor("weight"))
    let size = Array(try shape(weight).dropFirst(2))
    guard try shape(input).count == size.count + 2 else {
      throw call.unsupported(
        "an input of shape \(try shape(input)) for a weight of shape \(try shape(weight)); "
          + "a batch of samples with channels is supported")
    }
    let dilation = try call.ints("dilation", count: size.count, 1)
    guard (size + dilation).allSatisfy((0...65_536).contains) else {
      throw call.unsupported("windows of \(size) with dilation \(dilation)")
    }
    let pads: [Int]
    if case .string(let mode)? = call["padding"] {
      let totals = zip(size, dilation).map { mode == "same" ? ($0 - 1) * $1 : 0 }
      pads = totals.map { $0 / 2 } + totals.map { $0 - $0 / 2 }
    } else {
      let padding = try call.ints("padding", count: size.count, 0)
      pads = padding + padding
    }
    var attributes: [String: OperatorNode.Attribute] = [
      "strides": .ints(try call.ints("stride", count: size.count, 1)),
      "dilations": .ints(dilation), "pads": .ints(pads),
      "group": .int(try call.int("groups", 1)),
    ]
    if isTransposed {
      attributes["output_padding"] = .ints(try call.ints("output_padding", count: size.count, 0))
    }
    emit(
      isTransposed ? "ConvTranspose" : "Conv",
      [input, weight] + [try call.optional("bias")].compactMap { $0 }, attributes,
      to: [call.result])
  }

  private func channels(of input: String, _ call: PT2Call) throws -> Int {
    let shape = try shape(input)
    guard shape.count > 1 else { throw call.unsupported("an input of shape \(shape)") }
    return shape[1]
  }

  /// The name of a scale or shift, or of one that changes nothing.
  private mutating func parameter(
    _ call: PT2Call, _ name: String, _ shape: [Int], _ standard: Double
  ) throws -> String {
    if let stated = try call.optional(name) { return stated }
    return add(constant: try Tensor.full(checked(shape, call), standard))
  }

  /// `shape`, if a constant may have it.
  private func checked(_ shape: [Int], _ call: PT2Call) throws -> [Int] {
    guard let count = TensorSize.count(of: shape), count <= TensorSize.limit else {
      throw call.unsupported("a shape of \(shape) is too large")
    }
    return shape
  }

  private mutating func addBatchNorm(_ call: PT2Call) throws {
    for name in ["training", "train"] {
      guard try !call.bool(name, false) else {
        throw call.unsupported(
          "it is in training mode; call model.eval() before torch.export.export")
      }
    }
    let input = try call.tensor("input")
    let channels = try channels(of: input, call)
    emit(
      "BatchNormalization",
      [
        input, try parameter(call, "weight", [channels], 1),
        try parameter(call, "bias", [channels], 0), try call.tensor("running_mean"),
        try call.tensor("running_var"),
      ], ["epsilon": .float(try call.double("eps") ?? 1e-5)], to: [call.result])
  }

  private mutating func addLayerNorm(_ call: PT2Call, _ type: String) throws {
    let input = try call.tensor("input")
    guard let normalized = try call.ints("normalized_shape") else {
      throw call.malformed("normalized_shape", "whole numbers")
    }
    let isRoot = type == "RMSNormalization"
    let standard =
      isRoot ? (self.type(input) == .float64 ? 2.220446049250313e-16 : 1.1920929e-07) : 1e-5
    var inputs = [input, try parameter(call, "weight", normalized, 1)]
    if !isRoot, let bias = try call.optional("bias") { inputs.append(bias) }
    emit(
      type, inputs,
      [
        "axis": .int(-normalized.count),
        "epsilon": .float(try call.double("eps") ?? call.double("epsilon") ?? standard),
      ], to: [call.result])
  }

  private mutating func addGroupNorm(_ call: PT2Call, _ groups: Int) throws {
    let input = try call.tensor("input")
    let channels = try channels(of: input, call)
    emit(
      "GroupNormalization",
      [
        input, try parameter(call, "weight", [channels], 1),
        try parameter(call, "bias", [channels], 0),
      ],
      ["num_groups": .int(groups), "epsilon": .float(try call.double("eps") ?? 1e-5)],
      to: [call.result])
  }
}
