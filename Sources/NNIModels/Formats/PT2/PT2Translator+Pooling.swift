/// Windows' maxima and means, and other resolutions.
extension PT2Translator {
  static let pooling: [String: Translation] = {
    var table: [String: Translation] = [:]
    for count in 1...3 {
      table["max_pool\(count)d"] = { translator, call in
        try translator.addPool(call, count, isMaximum: true)
      }
      table["max_pool\(count)d_with_indices"] = table["max_pool\(count)d"]
      table["avg_pool\(count)d"] = { translator, call in
        try translator.addPool(call, count, isMaximum: false)
      }
      for name in ["adaptive_avg_pool\(count)d", "_adaptive_avg_pool\(count)d"] {
        table[name] = { translator, call in
          try translator.addAdaptivePool(call, count, isMaximum: false)
        }
      }
      table["adaptive_max_pool\(count)d"] = { translator, call in
        try translator.addAdaptivePool(call, count, isMaximum: true)
      }
      for name in ["upsample_nearest\(count)d", "_upsample_nearest_exact\(count)d"] {
        table[name] = { translator, call in
          try translator.addResize(call, count, "nearest", isExact: name.contains("exact"))
        }
      }
    }
    for (name, count, mode) in [
      ("upsample_linear1d", 1, "linear"), ("upsample_bilinear2d", 2, "linear"),
      ("upsample_trilinear3d", 3, "linear"), ("upsample_bicubic2d", 2, "cubic"),
    ] {
      table[name] = { translator, call in try translator.addResize(call, count, mode) }
    }
    return table
  }()

  /// - Throws: ``InterpretabilityError`` for an input without the axis of samples.
  private func extents(_ x: String, _ count: Int, _ call: PT2Call) throws -> [Int] {
    let shape = try shape(x)
    guard shape.count == count + 2 else {
      throw call.unsupported(
        "an input of shape \(shape); a batch of samples with channels is supported")
    }
    return Array(shape.dropFirst(2))
  }

  private mutating func addPool(_ call: PT2Call, _ count: Int, isMaximum: Bool) throws {
    let x = try first(call)
    _ = try extents(x, count, call)
    let size = try call.ints("kernel_size", count: count, 1)
    let stride =
      try call.ints("stride")?.isEmpty == false
      ? call.ints("stride", count: count, 1) : size
    let padding = try call.ints("padding", count: count, 0)
    guard call["divisor_override"] == nil else { throw call.unsupported("divisor_override") }
    var attributes: [String: OperatorNode.Attribute] = [
      "kernel_shape": .ints(size), "strides": .ints(stride), "pads": .ints(padding + padding),
      "ceil_mode": .int(try call.bool("ceil_mode", false) ? 1 : 0),
    ]
    if isMaximum {
      attributes["dilations"] = .ints(try call.ints("dilation", count: count, 1))
    } else {
      attributes["count_include_pad"] = .int(try call.bool("count_include_pad", true) ? 1 : 0)
    }
    emit(isMaximum ? "MaxPool" : "AveragePool", [x], attributes, to: [call.result])
  }

  private mutating func addAdaptivePool(_ call: PT2Call, _ count: Int, isMaximum: Bool) throws {
    let x = try first(call)
    let extents = try extents(x, count, call)
    let outputs = Array(try shape(call.result).dropFirst(2))
    guard outputs.count == count, outputs.allSatisfy({ $0 > 0 }) else {
      throw call.unsupported("an output of \(outputs)")
    }
    if outputs.allSatisfy({ $0 == 1 }) {
      emit(isMaximum ? "GlobalMaxPool" : "GlobalAveragePool", [x], to: [call.result])
    } else if outputs == extents {
      pass(x, to: call.result)
    } else if zip(extents, outputs).allSatisfy({ $0 % $1 == 0 }) {
      let size = zip(extents, outputs).map(/)
      emit(
        isMaximum ? "MaxPool" : "AveragePool", [x],
        ["kernel_shape": .ints(size), "strides": .ints(size)], to: [call.result])
    } else if !isMaximum {
      try addUnevenMeans(call, x, extents, outputs)
    } else {
      try addUnevenMaxima(call, x, extents, outputs)
    }
  }

  /// Largest elements of windows of unequal sizes, axis by axis and window by window.
  private mutating func addUnevenMaxima(
    _ call: PT2Call, _ x: String, _ extents: [Int], _ outputs: [Int]
  ) throws {
    guard outputs.reduce(0, +) <= 256 else {
      throw call.unsupported("windows of \(extents) that are not equal for \(outputs)")
    }
    var value = x
    for (index, (extent, output)) in zip(extents, outputs).enumerated() where extent != output {
      let axis = index + 2
      let parts = try (0..<output).map { place in
        let (start, end) = (place * extent / output, ((place + 1) * extent + output - 1) / output)
        let window = emit(
          "Slice", [value, try list([start]), try list([end]), try list([axis])])
        return emit("ReduceMax", [window, try list([axis])], ["keepdims": .int(1)])
      }
      value = parts.count == 1 ? parts[0] : emit("Concat", parts, ["axis": .int(axis)])
    }
    pass(value, to: call.result)
  }

  /// Means of windows of unequal sizes, axis by axis: a product with the windows' weights.
  private mutating func addUnevenMeans(
    _ call: PT2Call, _ x: String, _ extents: [Int], _ outputs: [Int]
  ) throws {
    var value = x
    let rank = extents.count + 2
    for (index, (extent, output)) in zip(extents, outputs).enumerated() where extent != output {
      guard let count = TensorSize.count(of: [extent, output]), count <= TensorSize.limit else {
        throw call.unsupported("so large windows")
      }
      var weights = [Double](repeating: 0, count: count)
      for place in 0..<output {
        let start = place * extent / output
        let end = ((place + 1) * extent + output - 1) / output
        for row in start..<end { weights[row * output + place] = 1 / Double(end - start) }
      }
      let table = add(
        constant: try Tensor(weights, shape: [extent, output], dtype: .float64))
      var order = Array(0..<rank)
      order.swapAt(index + 2, rank - 1)
      let isLast = index + 2 == rank - 1
      let turned = isLast ? value : emit("Transpose", [value], ["perm": .ints(order)])
      let product = emit("MatMul", [turned, table])
      value = isLast ? product : emit("Transpose", [product], ["perm": .ints(order)])
    }
    pass(value, to: call.result)
  }

  private mutating func addResize(
    _ call: PT2Call, _ count: Int, _ mode: String, isExact: Bool = false
  ) throws {
    let x = try first(call)
    let extents = try extents(x, count, call)
    let outputs = Array(try shape(call.result).dropFirst(2))
    guard outputs.count == count else { throw call.unsupported("an output of \(outputs)") }
    let isAligned = try call.bool("align_corners", false)
    var attributes: [String: OperatorNode.Attribute] = [
      "mode": .string(mode),
      "coordinate_transformation_mode": .string(
        isAligned ? "align_corners" : mode == "nearest" && !isExact ? "asymmetric" : "half_pixel"),
    ]
    if mode == "nearest" {
      attributes["nearest_mode"] = .string(isExact ? "round_prefer_ceil" : "floor")
    }
    if mode == "cubic" { attributes["cubic_coeff_a"] = .float(-0.75) }
    var factors: [Double] = []
    switch call["scale_factors"] {
    case .doubles(let values)?: factors = values
    case .ints(let values)?: factors = values.map(Double.init)
    default: factors = []
    }
    if factors.isEmpty {
      let names = ["scales_d", "scales_h", "scales_w"].suffix(count)
      let stated = try names.compactMap { try call.double($0) }
      if stated.count == count { factors = stated }
      if count == 1, let scale = try call.double("scales") { factors = [scale] }
    }
    let isStated =
      factors.count == count && !isAligned
      && zip(zip(extents, outputs), factors).allSatisfy {
        Double($0.1) == (Double($0.0) * $1).rounded(.down)
      }
    if isStated {
      let scales = add(
        constant: try Tensor([1, 1] + factors, shape: [count + 2], dtype: .float32))
      emit("Resize", [x, "", scales], attributes, to: [call.result])
    } else {
      let sizes = try list(shape(x).prefix(2) + outputs)
      emit("Resize", [x, "", "", sizes], attributes, to: [call.result])
    }
  }
}
