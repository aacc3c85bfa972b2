/// Other shapes and orders of axes, values side by side.
extension PT2Translator {
  static let moving: [String: Translation] = {
    var table = special
    for name in ["view", "reshape", "_unsafe_view"] {
      table[name] = { translator, call in
        guard let size = try call.ints("size") ?? call.ints("shape") else {
          throw call.unsupported("another element type for the same bytes")
        }
        translator.emit(
          "Reshape", [try translator.first(call), try translator.list(size)],
          ["allowzero": .int(1)], to: [call.result])
      }
    }
    for name in ["unflatten", "view_as", "reshape_as"] {
      table[name] = { translator, call in try translator.addReshape(call, translator.first(call)) }
    }
    for name in ["t", "mT", "numpy_T", "transpose", "swapaxes", "swapdims", "permute", "movedim"] {
      table[name] = { translator, call in try translator.addTransposition(call) }
    }
    for name in ["expand", "expand_as", "broadcast_to"] {
      table[name] = { translator, call in
        let shape = try translator.shape(call.result)
        translator.emit(
          "Expand", [try translator.first(call), try translator.list(shape)], to: [call.result])
      }
    }
    for name in ["repeat", "tile"] {
      table[name] = { translator, call in try translator.addRepetition(call) }
    }
    for name in ["cat", "concat", "concatenate", "stack"] {
      table[name] = { translator, call in try translator.addConcatenation(call) }
    }
    for name in [
      "constant_pad_nd", "pad", "reflection_pad1d", "reflection_pad2d", "reflection_pad3d",
      "replication_pad1d", "replication_pad2d", "replication_pad3d",
    ] {
      table[name] = { translator, call in try translator.addPadding(call) }
    }
    for name in ["full_like", "zeros_like", "ones_like", "new_zeros", "new_ones", "new_full"] {
      table[name] = { translator, call in try translator.addFilled(call) }
    }
    return table
  }()

  private static let special: [String: Translation] = [
    "flatten": { translator, call in
      let x = try translator.first(call)
      let rank = try translator.shape(x).count
      let start = try translator.axis(call.int("start_dim", 0), rank: rank, call)
      let end = try translator.axis(call.int("end_dim", -1), rank: rank, call)
      if start == 1, end == rank - 1, rank > 1 {
        translator.emit("Flatten", [x], ["axis": .int(1)], to: [call.result])
      } else {
        try translator.addReshape(call, x)
      }
    },
    "unsqueeze": { translator, call in
      let x = try translator.first(call)
      let rank = try translator.shape(x).count + 1
      let axis = try translator.axis(call.int("dim", 0), rank: rank, call)
      translator.emit("Unsqueeze", [x, try translator.list([axis])], to: [call.result])
    },
    "squeeze": { translator, call in
      let x = try translator.first(call)
      let shape = try translator.shape(x)
      let isFixed = translator.isFixed(x)
      let stated = try call.ints("dim")?.map { try translator.axis($0, rank: shape.count, call) }
      let axes = (stated ?? Array(shape.indices)).filter {
        shape.indices.contains($0) && shape[$0] == 1 && (isFixed.isEmpty || isFixed[$0])
      }
      if axes.isEmpty {
        translator.pass(x, to: call.result)
      } else {
        translator.emit("Squeeze", [x, try translator.list(axes.sorted())], to: [call.result])
      }
    },
    "as_strided": { translator, call in
      // Row after row, which decomposed programs state of what lies so already.
      let x = try translator.first(call)
      let shape = try translator.shape(call.result)
      let strides = try call.ints("stride") ?? []
      guard try call.int("storage_offset", 0) == 0, strides.count == shape.count,
        try translator.shape(x).reduce(1, *) == shape.reduce(1, *), try translator.isInRows(x),
        PT2Translator.areRows(strides, shape)
      else { throw call.unsupported("elements that are not row after row") }
      try translator.addReshape(call, x)
    },
    "repeat_interleave": { translator, call in
      let x = try translator.first(call)
      let shape = try translator.shape(x)
      let count = try call.int("repeats", 1)
      guard let dim = try call.ints("dim")?.first, call["repeats"] != nil else {
        throw call.unsupported("repeats that are tensors, or of all axes")
      }
      let axis = try translator.axis(dim, rank: shape.count, call)
      var extents = shape
      extents.insert(count, at: axis + 1)
      let apart = translator.emit("Unsqueeze", [x, try translator.list([axis + 1])])
      let all = translator.emit("Expand", [apart, try translator.list(extents)])
      try translator.addReshape(call, all)
    },
    "pixel_shuffle": { translator, call in
      translator.emit(
        "DepthToSpace", [try translator.first(call)],
        ["blocksize": .int(try call.int("upscale_factor", 1)), "mode": .string("CRD")],
        to: [call.result])
    },
    "pixel_unshuffle": { translator, call in
      let x = try translator.first(call)
      let (shape, block) = (try translator.shape(x), try call.int("downscale_factor", 1))
      guard shape.count == 4, block > 0 else { throw call.unsupported("a value of shape \(shape)") }
      let apart = translator.emit(
        "Reshape",
        [
          x,
          try translator.list([
            shape[0], shape[1], shape[2] / block, block, shape[3] / block, block,
          ]),
        ])
      let turned = translator.emit("Transpose", [apart], ["perm": .ints([0, 1, 3, 5, 2, 4])])
      try translator.addReshape(call, turned)
    },
    "channel_shuffle": { translator, call in
      let x = try translator.first(call)
      let (shape, groups) = (try translator.shape(x), try call.int("groups", 1))
      guard shape.count > 2, groups > 0 else { throw call.unsupported("a value of shape \(shape)") }
      let apart = translator.emit(
        "Reshape",
        [x, try translator.list([shape[0], groups, shape[1] / groups] + shape.dropFirst(2))])
      let order = [0, 2, 1] + Array(3..<(shape.count + 1))
      let turned = translator.emit("Transpose", [apart], ["perm": .ints(order)])
      try translator.addReshape(call, turned)
    },
  ]

  /// Whether strides are those of rows after rows; where an extent is 1 they do not matter.
  private static func areRows(_ strides: [Int], _ shape: [Int]) -> Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      if stride != expected { return false }
      expected *= extent
    }
    return true
  }

  /// Whether a value's elements lie row after row.
  func isInRows(_ name: String) throws -> Bool {
    guard let strides = strides(name) else { return false }
    return Self.areRows(strides, try shape(name))
  }

  /// A value in the shape that the program states for the result.
  private mutating func addReshape(_ call: PT2Call, _ source: String) throws {
    emit(
      "Reshape", [source, try list(shape(call.result))], ["allowzero": .int(1)],
      to: [call.result])
  }

  private mutating func addTransposition(_ call: PT2Call) throws {
    let x = try first(call)
    let order = try order(of: call, rank: shape(x).count)
    emit("Transpose", [x], ["perm": .ints(order)], to: [call.result])
  }

  /// The order in which a call puts the axes of a value.
  func order(of call: PT2Call, rank: Int) throws -> [Int] {
    var order = Array(0..<rank)
    switch call.name {
    case "t": if rank > 1 { order = [1, 0] }
    case "mT":
      guard rank > 1 else { throw call.unsupported("a value of \(rank) axes") }
      order.swapAt(rank - 1, rank - 2)
    case "numpy_T": order.reverse()
    case "permute": order = try (call.ints("dims") ?? []).map { try axis($0, rank: rank, call) }
    case "movedim":
      let sources = try (call.ints("source") ?? []).map { try axis($0, rank: rank, call) }
      let places = try (call.ints("destination") ?? []).map { try axis($0, rank: rank, call) }
      guard sources.count == places.count, Set(sources).count == sources.count,
        Set(places).count == places.count
      else { throw call.malformed("destination", "as many axes as source") }
      var rest = order.filter { !sources.contains($0) }
      for (place, source) in zip(places, sources).sorted(by: { $0.0 < $1.0 }) {
        rest.insert(source, at: min(place, rest.count))
      }
      order = rest
    default:
      let pair = try (
        axis(call.int("dim0", call.int("axis0", 0)), rank: rank, call),
        axis(call.int("dim1", call.int("axis1", 0)), rank: rank, call)
      )
      if rank > 0 { order.swapAt(pair.0, pair.1) }
    }
    return order
  }

  private mutating func addRepetition(_ call: PT2Call) throws {
    var x = try first(call)
    var repeats = try call.ints("repeats") ?? call.ints("dims") ?? []
    let rank = try shape(x).count
    if repeats.count < rank {
      repeats = [Int](repeating: 1, count: rank - repeats.count) + repeats
    } else if repeats.count > rank {
      x = emit("Unsqueeze", [x, try list(Array(0..<(repeats.count - rank)))])
    }
    emit("Tile", [x, try list(repeats)], to: [call.result])
  }

  private mutating func addConcatenation(_ call: PT2Call) throws {
    let rank = try shape(call.result).count
    let axis = try axis(call.int("dim", 0), rank: rank, call)
    var parts = try call.tensors("tensors").compactMap { $0 }
    if call.name == "stack" {
      for (index, part) in parts.enumerated() {
        parts[index] = emit("Unsqueeze", [part, try list([axis])])
      }
    } else {
      // An empty value of one axis fits any other.
      parts = try parts.filter { try shape($0) != [0] }
    }
    for (index, part) in parts.enumerated() where type(call.result).isFloatingPoint {
      guard !type(part).isFloatingPoint, call.name != "stack" else { continue }
      parts[index] = emit("Cast", [part], ["to": .int(1)])
    }
    emit("Concat", parts, ["axis": .int(axis)], to: [call.result])
  }

  private mutating func addPadding(_ call: PT2Call) throws {
    let x = try first(call)
    let rank = try shape(x).count
    guard let widths = try call.ints("pad") ?? call.ints("padding"), widths.count % 2 == 0,
      widths.count / 2 <= rank
    else { throw call.malformed("pad", "two widths for each of the last axes") }
    var mode = try call.string("mode", "constant")
    if call.name.hasPrefix("reflection") { mode = "reflect" }
    if call.name.hasPrefix("replication") || mode == "replicate" { mode = "edge" }
    if mode == "circular" { mode = "wrap" }
    guard ["constant", "reflect", "edge", "wrap"].contains(mode) else {
      throw call.unsupported("mode \(mode)")
    }
    guard widths.allSatisfy((-65_536...65_536).contains) else {
      throw call.unsupported("widths of \(widths)")
    }
    var all = [Int](repeating: 0, count: 2 * rank)
    // The last axis comes first.
    for index in 0..<(widths.count / 2) {
      all[rank - 1 - index] = widths[2 * index]
      all[2 * rank - 1 - index] = widths[2 * index + 1]
    }
    guard !all.allSatisfy({ $0 == 0 }) else {
      pass(x, to: call.result)
      return
    }
    let added = all.map { max($0, 0) }
    let isCropping = all.contains { $0 < 0 }
    guard added.contains(where: { $0 > 0 }) else {
      try emitCropping(x, all, to: [call.result])
      return
    }
    guard !isCropping || mode == "constant" else {
      throw call.unsupported("widths of both signs with mode \(mode)")
    }
    let kept = isCropping ? try emitCropping(x, all) : x
    emit(
      "Pad", [kept, try list(added), try scalar(call.double("value") ?? 0, like: x)],
      ["mode": .string(mode)], to: [call.result])
  }

  /// Negative widths leave elements out.
  @discardableResult
  private mutating func emitCropping(
    _ x: String, _ widths: [Int], to results: [String]? = nil
  ) throws -> String {
    let shape = try shape(x)
    let axes = shape.indices.filter { widths[$0] < 0 || widths[$0 + shape.count] < 0 }
    let starts = axes.map { max(-widths[$0], 0) }
    let ends = axes.map { shape[$0] + min(widths[$0 + shape.count], 0) }
    return emit(
      "Slice", [x, try list(starts), try list(ends), try list(axes)], to: results)
  }

  /// A constant in the shape of a computed value.
  private mutating func addFilled(_ call: PT2Call) throws {
    let number: Double
    switch call.name {
    case "full_like", "new_full": number = try call.double("fill_value") ?? 0
    case "zeros_like", "new_zeros": number = 0
    default: number = 1
    }
    let shape = try shape(call.result)
    guard let count = TensorSize.count(of: shape), count <= TensorSize.limit else {
      throw call.unsupported("a constant of shape \(shape) is too large")
    }
    tensors[call.result] = try Tensor.full(
      shape, number, dtype: Self.wide(targetType(of: call) ?? type(call.result)))
  }
}
