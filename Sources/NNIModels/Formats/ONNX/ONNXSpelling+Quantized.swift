/// Operators that compute with the levels of a quantised network: their operands become values, the layer
/// computes with those, and its value is rounded to levels again where the operator gives levels.
///
/// Sums of whole numbers and a float32 sum of the values differ by rounding alone, at most one level of the
/// result.
extension ONNXSpelling {
  static let quantized: [String: Writer] = [
    "com.microsoft::QuantizeLinear": { spelling, _ in spelling.writeAsItIs() },
    "com.microsoft::DequantizeLinear": { spelling, _ in spelling.writeAsItIs() },
    "QLinearConv": { spelling, importer in try spelling.writeConvolution(&importer) },
    "com.microsoft::QLinearConv": { spelling, importer in try spelling.writeConvolution(&importer)
    },
    "QLinearMatMul": { spelling, _ in try spelling.writeLinearProduct() },
    "com.microsoft::QLinearMatMul": { spelling, _ in try spelling.writeLinearProduct() },
    "ConvInteger": { spelling, importer in
      let x = try spelling.integers(0, zero: 2, "input")
      let rank = try importer.rank(of: spelling.required(1, "weight"), for: spelling)
      let weight = try spelling.integers(
        1, zero: 3, "weight", zeroShape: [-1] + [Int](repeating: 1, count: max(rank - 1, 0)))
      spelling.finish("Conv", [x, weight], spelling.windowAttributes)
    },
    "MatMulInteger": { spelling, importer in
      // One zero point for each row stands along the last axis but one.
      let isByRow = try importer.rank(of: spelling.input(2), for: spelling) == 1
      let factors = [
        try spelling.integers(0, zero: 2, "left factor", zeroShape: isByRow ? [-1, 1] : nil),
        try spelling.integers(1, zero: 3, "right factor"),
      ]
      spelling.finish("MatMul", factors)
    },
    "DynamicQuantizeLinear": { spelling, importer in try spelling.writeDynamic(&importer) },
    "com.microsoft::MatMulIntegerToFloat": { spelling, _ in
      let left = try spelling.values(0, scale: 2, zero: 4, axis: -2, "left factor")
      let right = try spelling.values(1, scale: 3, zero: 5, axis: -1, "right factor")
      let product = spelling.write("MatMul", [left, right], as: "product")
      spelling.finish("Identity", [try spelling.sum([product, spelling.input(6)])])
    },
    "com.microsoft::DynamicQuantizeMatMul": { spelling, _ in
      let left = try spelling.rounded(spelling.required(0, "left factor"))
      let right = try spelling.values(1, scale: 2, zero: 3, axis: -1, "right factor")
      let product = spelling.write("MatMul", [left, right], as: "product")
      spelling.finish("Identity", [try spelling.sum([product, spelling.input(4)])])
    },
    "com.microsoft::DynamicQuantizeLSTM": { spelling, importer in
      try spelling.writeRecurrence(&importer)
    },
    "com.microsoft::MatMulNBits": { spelling, importer in try spelling.writePackedProduct(&importer)
    },
    "com.microsoft::QLinearAdd": { spelling, _ in try spelling.writeBinary("Add") },
    "com.microsoft::QLinearMul": { spelling, _ in try spelling.writeBinary("Mul") },
    "com.microsoft::QLinearSigmoid": { spelling, _ in try spelling.writeUnary("Sigmoid") },
    "com.microsoft::QLinearLeakyRelu": { spelling, _ in
      try spelling.writeUnary("LeakyRelu", spelling.attributes("alpha"))
    },
    "com.microsoft::QLinearSoftmax": { spelling, _ in
      try spelling.writeUnary("Softmax", spelling.attributes("axis"))
    },
    "com.microsoft::QLinearReduceMean": { spelling, _ in
      try spelling.writeUnary("ReduceMean", spelling.attributes("axes", "keepdims"))
    },
    "com.microsoft::QLinearAveragePool": { spelling, importer in
      try spelling.writePool("AveragePool", spelling.windowAttributes, &importer)
    },
    "com.microsoft::QLinearGlobalAveragePool": { spelling, importer in
      try spelling.writePool("GlobalAveragePool", [], &importer)
    },
    "com.microsoft::QLinearWhere": { spelling, _ in
      let a = try spelling.values(1, scale: 2, zero: 3, "first value")
      let b = try spelling.values(4, scale: 5, zero: 6, "second value")
      let chosen = spelling.write(
        "Where", [try spelling.required(0, "condition"), a, b], as: "chosen")
      try spelling.finishLevels(chosen, scale: 7, zero: 8)
    },
    "com.microsoft::QLinearConcat": { spelling, _ in
      let count = (spelling.node.input.count - 2) / 3
      let parts = try (0..<max(count, 0)).map {
        try spelling.values(2 + 3 * $0, scale: 3 + 3 * $0, zero: 4 + 3 * $0, "part \($0)")
      }
      let all = spelling.write("Concat", parts, as: "all", spelling.attributes("axis"))
      try spelling.finishLevels(all, scale: 0, zero: 1)
    },
    "com.microsoft::QGemm": { spelling, _ in try spelling.writeGemm() },
    "com.microsoft::QAttention": { spelling, importer in
      try spelling.writeQuantizedAttention(&importer)
    },
  ]

  // MARK: Pieces

  /// The values of levels.
  mutating func values(
    _ position: Int, scale: Int, zero: Int, axis: Int? = nil, _ what: String
  ) throws -> String {
    let attributes = axis.map { [ONNXAttributeProto("axis", int: $0)] } ?? []
    return write(
      "DequantizeLinear",
      [try required(position, what), try required(scale, "scale"), input(zero)],
      as: what, attributes)
  }

  /// Rounds a value to the levels that the node gives.
  mutating func finishLevels(_ value: String, scale: Int, zero: Int) throws {
    finish("QuantizeLinear", [value, try required(scale, "scale"), input(zero)])
  }

  /// A value rounded to levels of its own range.
  mutating func rounded(_ value: String) throws -> String {
    write("nni::DynamicQuantization", [value], as: "rounded")
  }

  /// Whole numbers less their zero point, as real numbers.
  private mutating func integers(
    _ position: Int, zero: Int, _ what: String, zeroShape: [Int]? = nil
  ) throws -> String {
    let real = [ONNXAttributeProto("to", int: 1)]
    let value = write("Cast", [try required(position, what)], as: what, real)
    guard !input(zero).isEmpty else { return value }
    var level = write("Cast", [input(zero)], as: "zero of \(what)", real)
    if let zeroShape {
      level = write("Reshape", [level, try list(zeroShape)], as: "zeros of \(what)")
    }
    return write("Sub", [value, level], as: "\(what) from zero")
  }

  /// The value with its channels after the samples, as ONNX has them, or last again.
  mutating func turned(_ value: String, rank: Int, toLast: Bool) -> String {
    let order = toLast ? [0] + Array(2..<rank) + [1] : [0, rank - 1] + Array(1..<(rank - 1))
    let suffix = toLast ? "channels last" : "channels first"
    return write("Transpose", [value], as: suffix, [.init("perm", ints: order)])
  }

  private mutating func writeConvolution(_ importer: inout ONNXImporter) throws {
    let isLast = int("channels_last", default: 0) != 0
    let rank = try isLast ? importer.rank(of: input(0), for: self) : 0
    var x = try values(0, scale: 1, zero: 2, "input")
    let weight = try values(3, scale: 4, zero: 5, axis: 0, "weight")
    if isLast, rank > 2 { x = turned(x, rank: rank, toLast: false) }
    var inputs = [x, weight]
    if !input(8).isEmpty {
      let scale = write(
        "Mul", [try required(1, "scale"), try required(4, "scale")], as: "scale of bias")
      inputs.append(
        write(
          "DequantizeLinear", [input(8), scale], as: "bias", [ONNXAttributeProto("axis", int: 0)]))
    }
    var value = write("Conv", inputs, as: "convolution", windowAttributes)
    if isLast, rank > 2 { value = turned(value, rank: rank, toLast: true) }
    try finishLevels(value, scale: 6, zero: 7)
  }

  private mutating func writeLinearProduct() throws {
    let left = try values(0, scale: 1, zero: 2, axis: -2, "left factor")
    let right = try values(3, scale: 4, zero: 5, axis: -1, "right factor")
    let product = write("MatMul", [left, right], as: "product")
    try finishLevels(product, scale: 6, zero: 7)
  }

  private mutating func writeGemm() throws {
    let isTurned = int("transB", default: 0) != 0
    let left = try values(0, scale: 1, zero: 2, "left factor")
    let right = try values(3, scale: 4, zero: 5, axis: isTurned ? 0 : 1, "right factor")
    var inputs = [left, right]
    let alpha = float("alpha", default: 1)
    if !input(6).isEmpty {
      var scale = write(
        "Mul", [try required(1, "scale"), try required(4, "scale")], as: "scale of bias")
      if alpha != 1 { scale = write("Mul", [scale, try number(alpha)], as: "scaled scale") }
      inputs.append(
        write(
          "DequantizeLinear", [input(6), scale], as: "bias", [ONNXAttributeProto("axis", int: -1)]))
    }
    let value = write("Gemm", inputs, as: "product", attributes("alpha", "transA", "transB"))
    if input(7).isEmpty {
      finish("Identity", [value])
    } else {
      try finishLevels(value, scale: 7, zero: 8)
    }
  }

  private mutating func writeBinary(_ type: String) throws {
    let left = try values(0, scale: 1, zero: 2, "first operand")
    let right = try values(3, scale: 4, zero: 5, "second operand")
    try finishLevels(write(type, [left, right], as: "value"), scale: 6, zero: 7)
  }

  private mutating func writeUnary(
    _ type: String, _ attributes: [ONNXAttributeProto] = []
  ) throws {
    let x = try values(0, scale: 1, zero: 2, "input")
    try finishLevels(write(type, [x], as: "value", attributes), scale: 3, zero: 4)
  }

  private mutating func writePool(
    _ type: String, _ attributes: [ONNXAttributeProto], _ importer: inout ONNXImporter
  ) throws {
    let isLast = int("channels_last", default: 0) != 0
    let rank = try isLast ? importer.rank(of: input(0), for: self) : 0
    var x = try values(0, scale: 1, zero: 2, "input")
    if isLast, rank > 2 { x = turned(x, rank: rank, toLast: false) }
    var value = write(type, [x], as: "pool", attributes)
    if isLast, rank > 2 { value = turned(value, rank: rank, toLast: true) }
    try finishLevels(value, scale: 3, zero: 4)
  }

  // MARK: Ranges of the value itself

  private mutating func writeDynamic(_ importer: inout ONNXImporter) throws {
    for (index, result) in [DynamicQuantizationLayer.Result.levels, .scale, .zero].enumerated()
    where !output(index).isEmpty && importer.isUsed(output(index)) {
      try importer.addDynamic(result, of: required(0, "input"), as: output(index), node)
    }
  }

  /// A recurrence whose products are of rounded values.
  private mutating func writeRecurrence(_ importer: inout ONNXImporter) throws {
    let x = try rounded(required(0, "input"))
    var inputs = [x]
    for (position, scale, what) in [(1, 8, "weight"), (2, 10, "recurrence weight")] {
      // Weights are stored turned: [directions, features, gates · hidden].
      let levels = try importer.constant(position, what, of: self)
      var factor = try importer.constant(scale, "scale", of: self).converted(to: .float32)
      guard levels.rank == 3, factor.rank == 1 || factor.rank == 2 else {
        throw unsupported("a \(what) of shape \(levels.shape) with scales \(factor.shape)")
      }
      var zero = try factor.zerosLike()
      if !input(scale + 1).isEmpty {
        zero = try importer.constant(scale + 1, "zero point", of: self).converted(to: .float32)
      }
      let shape = [levels.shape[0], 1, factor.count / max(levels.shape[0], 1)]
      guard shape[0] > 0, shape[0] * shape[2] == factor.count, zero.count == factor.count,
        shape[2] == 1 || shape[2] == levels.shape[2]
      else { throw malformed("scales of shape \(factor.shape) for \(levels.shape)") }
      (factor, zero) = (try factor.reshaped(shape), try zero.reshaped(shape))
      let values = try (levels.converted(to: .float32) - zero) * factor
      inputs.append(constant(try values.transposed(1, 2), what))
    }
    inputs += (3..<8).map { input($0) }
    while inputs.last?.isEmpty == true { inputs.removeLast() }
    let names = node.output
    var attributes = self.attributes(
      "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size",
      "input_forget")
    attributes.append(.init("rounds_state", int: 1))
    let value = write("LSTM", inputs, as: "recurrence", attributes, outputs: 3)
    for index in names.indices {
      finish("Identity", [index == 0 ? value : "\(value):\(index)"], output: index)
    }
  }

  /// A product with weights of a few bits, a scale for each block of them.
  private mutating func writePackedProduct(_ importer: inout ONNXImporter) throws {
    let (columns, rows) = (int("N", default: 0), int("K", default: 0))
    let (bits, block) = (int("bits", default: 4), int("block_size", default: 0))
    guard [2, 4, 8].contains(bits), (1...(1 << 16)).contains(block), (1...(1 << 24)).contains(rows),
      (1...(1 << 24)).contains(columns), columns * rows <= TensorSize.limit * 4, input(4).isEmpty
    else {
      throw unsupported("\(bits) bits in blocks of \(block), \(rows) by \(columns), or g_idx")
    }
    let count = (rows + block - 1) / block
    let perByte = 8 / bits
    func unpacked(_ tensor: Tensor, _ width: Int) throws -> Tensor {
      var numbers = try tensor.converted(to: .int32).reshaped([columns, -1, 1])
      if perByte > 1 {
        let shifts = try Tensor((0..<perByte).map { Int64($0 * bits) }, shape: [perByte])
        numbers = try .call(
          "aten::bitwise_right_shift.Tensor", .tensor(numbers),
          .tensor(shifts.converted(to: .int32)))
      }
      numbers = try .call("aten::bitwise_and.Scalar", .tensor(numbers), .int((1 << bits) - 1))
      return try numbers.reshaped([columns, -1]).narrowed(axis: 1, to: 0..<width)
    }
    let packed = try importer.constant(1, "weight", of: self)
    guard packed.count * perByte == columns * count * block else {
      throw malformed("a weight of shape \(packed.shape) for \(rows) by \(columns)")
    }
    let levels = try unpacked(packed, count * block).converted(to: .float32)
      .reshaped([columns, count, block])
    let scales = try importer.constant(2, "scale", of: self).converted(to: .float32)
    guard scales.count == columns * count else {
      throw malformed("\(scales.count) scales for \(columns) columns of \(count) blocks")
    }
    var zero = try Tensor.full([1], Double(1 << (bits - 1)))
    if !input(3).isEmpty {
      let stated = try importer.constant(3, "zero point", of: self)
      let isPacked = !stated.dtype.isFloatingPoint
      let needed = isPacked ? columns * ((count + perByte - 1) / perByte) : columns * count
      guard stated.count == needed else { throw malformed("\(stated.count) zero points") }
      zero = try (isPacked ? unpacked(stated, count) : stated).converted(to: .float32)
        .reshaped([columns, count, 1])
    }
    let values = try ((levels - zero) * scales.reshaped([columns, count, 1]))
      .reshaped([columns, count * block]).narrowed(axis: 1, to: 0..<rows).transposed(0, 1)
    let weight = constant(values, "weight")
    let product = write("MatMul", [try required(0, "input"), weight], as: "product")
    finish("Identity", [try sum([product, input(5)])])
  }

  /// `Attention` of levels, with one product for queries, keys and values.
  private mutating func writeQuantizedAttention(_ importer: inout ONNXImporter) throws {
    guard input(8).isEmpty else { throw unsupported("keys and values of the past (input 8)") }
    let x = try values(0, scale: 3, zero: 6, "input")
    let levels = try importer.constant(1, "weight", of: self).converted(to: .float32)
    var value = levels
    if !input(7).isEmpty {
      value = try value - importer.constant(7, "zero point", of: self).converted(to: .float32)
    }
    let weight = constant(
      try value * importer.constant(4, "scale", of: self).converted(to: .float32), "weight")
    finish(
      "com.microsoft::Attention", [x, weight, input(2), input(5)],
      attributes("num_heads", "unidirectional", "mask_filter_value", "scale", "do_rotary"))
  }
}

extension ONNXImporter {
  /// Adds what a rounding to the value's own range gives.
  fileprivate mutating func addDynamic(
    _ result: DynamicQuantizationLayer.Result, of name: String, as output: String,
    _ proto: ONNXNodeProto
  ) throws {
    guard case .node(let source) = try value(of: name) else {
      throw InterpretabilityError(
        .unsupported, "DynamicQuantizeLinear: a constant input", node: proto.id)
    }
    let id = unused(result == .levels ? proto.id : NodeID("\(proto.id):\(result.rawValue)"), output)
    try graph.add(DynamicQuantizationLayer(result), as: id, after: [source])
    note(id, result == .levels ? samplePlace(of: source) : SamplePlace(axis: 0, before: 1))
    setValue(.node(id), of: output)
  }
}
