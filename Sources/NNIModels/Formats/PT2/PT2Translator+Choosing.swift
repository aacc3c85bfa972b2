/// Parts of values, and elements by their positions.
extension PT2Translator {
  static let choosing: [String: Translation] = {
    var table = special
    for name in [
      "split", "split_with_sizes", "chunk", "unsafe_split", "unsafe_chunk", "tensor_split",
    ] {
      table[name] = { translator, call in try translator.addSplit(call) }
    }
    for name in ["tril", "triu"] {
      table[name] = { translator, call in
        let diagonal = try translator.add(
          constant: Tensor([Int64(call.int("diagonal", 0))], shape: []))
        translator.emit(
          "Trilu", [try translator.first(call), diagonal],
          ["upper": .int(call.name == "triu" ? 1 : 0)], to: [call.result])
      }
    }
    return table
  }()

  private static let special: [String: Translation] = [
    "embedding": { translator, call in
      translator.emit(
        "Gather", [try call.tensor("weight"), try call.tensor("indices")], ["axis": .int(0)],
        to: [call.result])
    },
    "embedding_bag": { translator, call in try translator.addBags(call) },
    "_embedding_bag": { translator, call in try translator.addBags(call) },
    "_embedding_bag_forward_only": { translator, call in try translator.addBags(call) },
    "slice": { translator, call in
      let x = try translator.first(call)
      let axis = try call.int("dim", 0)
      let (start, end) = (try call.int("start", 0), try call.int("end", .max))
      let step = try call.int("step", 1)
      let extent = try translator.shape(x)
      let position = try translator.axis(axis, rank: extent.count, call)
      if start == 0, step == 1, position < extent.count, end >= extent[position] {
        translator.pass(x, to: call.result)
        return
      }
      translator.emit(
        "Slice",
        [
          x, try translator.list([start]), try translator.list([end]),
          try translator.list([position]), try translator.list([step]),
        ], to: [call.result])
    },
    "narrow": { translator, call in
      let (start, length) = (try call.int("start", 0), try call.int("length", 0))
      let (end, isTooLarge) = start.addingReportingOverflow(length)
      guard !isTooLarge, start >= 0 || end < 0 else {
        throw call.unsupported("\(length) elements from \(start) on")
      }
      translator.emit(
        "Slice",
        [
          try translator.first(call), try translator.list([start]), try translator.list([end]),
          try translator.list([call.int("dim", 0)]),
        ], to: [call.result])
    },
    "select": { translator, call in
      let index = try translator.add(constant: Tensor([Int64(call.int("index", 0))], shape: []))
      let x = try translator.first(call)
      let axis = try translator.axis(call.int("dim", 0), rank: translator.shape(x).count, call)
      translator.emit("Gather", [x, index], ["axis": .int(axis)], to: [call.result])
    },
    "unbind": { translator, call in
      let x = try translator.first(call)
      let axis = try translator.axis(call.int("dim", 0), rank: translator.shape(x).count, call)
      for (index, result) in call.results.enumerated() {
        let position = translator.add(constant: try Tensor([Int64(index)], shape: []))
        translator.emit("Gather", [x, position], ["axis": .int(axis)], to: [result])
      }
    },
    "index_select": { translator, call in
      translator.emit(
        "Gather", [try translator.first(call), try call.tensor("index")],
        ["axis": .int(try call.int("dim", 0))], to: [call.result])
    },
    "gather": { translator, call in
      translator.emit(
        "GatherElements", [try translator.first(call), try call.tensor("index")],
        ["axis": .int(try call.int("dim", 0))], to: [call.result])
    },
    "index": { translator, call in try translator.addIndexing(call) },
    "_unsafe_index": { translator, call in try translator.addIndexing(call) },
    "flip": { translator, call in
      let x = try translator.first(call)
      let rank = try translator.shape(x).count
      let axes = try (call.ints("dims") ?? []).map { try translator.axis($0, rank: rank, call) }
      func list(_ value: Int, _ translator: inout PT2Translator) throws -> String {
        try translator.list(axes.map { _ in value })
      }
      translator.emit(
        "Slice",
        [
          x, try list(-1, &translator), try list(.min + 1, &translator), try translator.list(axes),
          try list(-1, &translator),
        ], to: [call.result])
    },
    "roll": { translator, call in try translator.addRoll(call) },
    "cumsum": { translator, call in
      let axis = try translator.add(constant: Tensor([Int64(call.int("dim", 0))], shape: []))
      translator.emit("CumSum", [try translator.first(call), axis], to: [call.result])
    },
    "argmax": { translator, call in
      guard let dim = try call.ints("dim")?.first else {
        throw call.unsupported("the position in all elements")
      }
      translator.emit(
        "ArgMax", [try translator.first(call)],
        ["axis": .int(dim), "keepdims": .int(try call.bool("keepdim", false) ? 1 : 0)],
        to: [call.result])
    },
  ]

  /// Sums, means or maxima of equally many rows of a table.
  private mutating func addBags(_ call: PT2Call) throws {
    let (weight, indices) = (try call.tensor("weight"), try call.tensor("indices"))
    guard let offsets = try constant(call.tensor("offsets")),
      try call.optional("per_sample_weights") == nil, try call.int("padding_idx", -1) < 0
    else { throw call.unsupported("computed bags, weights of rows, or a row that is left out") }
    var starts = try offsets.converted(to: .int64).elements(as: Int64.self).map { Int($0) }
    if try call.bool("include_last_offset", false), !starts.isEmpty { starts.removeLast() }
    let shape = try shape(indices)
    guard shape.count == 1, !starts.isEmpty, shape[0] % starts.count == 0,
      starts == starts.indices.map({ $0 * shape[0] / starts.count })
    else { throw call.unsupported("bags of different sizes") }
    let rows = emit("Gather", [weight, indices], ["axis": .int(0)])
    let width = try self.shape(weight).last ?? 0
    let bags = emit(
      "Reshape", [rows, try list([starts.count, shape[0] / starts.count, width])])
    let types = ["ReduceSum", "ReduceMean", "ReduceMax"]
    let mode = try call.int("mode", 0)
    guard types.indices.contains(mode) else { throw call.malformed("mode", "0, 1 or 2") }
    emit(types[mode], [bags, try list([1])], ["keepdims": .int(0)], to: [call.result])
  }

  private mutating func addSplit(_ call: PT2Call) throws {
    let x = try first(call)
    let rank = try shape(x).count
    let axis = try axis(call.int("dim", 0), rank: rank, call)
    let sizes = try call.results.map { try shape($0) }
    guard sizes.allSatisfy({ axis < $0.count }) else {
      throw call.unsupported("a value without axes")
    }
    guard call.results.count > 1 else {
      pass(x, to: call.result)
      return
    }
    emit(
      "Split", [x, try list(sizes.map { $0[axis] })], ["axis": .int(axis)], to: call.results)
  }

  /// Elements moved round along axes: two parts in the other order.
  private mutating func addRoll(_ call: PT2Call) throws {
    var x = try first(call)
    let shape = try shape(x)
    let shifts = try call.ints("shifts") ?? []
    let axes = try (call.ints("dims") ?? []).map { try axis($0, rank: shape.count, call) }
    guard shifts.count == axes.count, !axes.isEmpty, axes.allSatisfy({ shape[$0] > 0 }) else {
      throw call.unsupported("a roll over all elements")
    }
    for (axis, shift) in zip(axes, shifts) {
      let extent = shape[axis]
      let cut = ((extent - shift % extent) % extent + extent) % extent
      guard cut != 0 else { continue }
      var parts: [String] = []
      for (start, end) in [(cut, extent), (0, cut)] {
        parts.append(
          emit("Slice", [x, try list([start]), try list([end]), try list([axis])]))
      }
      x = emit("Concat", parts, ["axis": .int(axis)])
    }
    pass(x, to: call.result)
  }

  /// Elements at positions of the first axes, of which some are computed.
  private mutating func addComputedPositions(
    _ call: PT2Call, _ x: String, _ names: [String], start: Int, end: Int
  ) throws {
    guard start == 0, end + 1 == names.count,
      names.allSatisfy({ !type($0).isFloatingPoint && type($0) != .bool })
    else { throw call.unsupported("computed indices of axes that are not the first") }
    let shapes = try names.map { try shape($0) }
    let rank = shapes.map(\.count).max() ?? 0
    var target = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (offset, extent) in shape.reversed().enumerated() where extent != 1 {
        target[rank - 1 - offset] = extent
      }
    }
    let columns = try names.map { name in
      let whole = emit("Cast", [name], ["to": .int(7)])
      let full = emit("Expand", [whole, try list(target)])
      return emit("Unsqueeze", [full, try list([rank])])
    }
    let positions = emit("Concat", columns, ["axis": .int(rank)])
    emit("GatherND", [x, positions], to: [call.result])
  }

  /// Elements at known positions of some axes, or rows of a table at computed ones.
  private mutating func addIndexing(_ call: PT2Call) throws {
    let x = try first(call)
    let stated = try call.tensors("indices")
    let shape = try shape(x)
    let axes = stated.indices.filter { stated[$0] != nil }
    guard let start = axes.first, let end = axes.last, stated.count <= shape.count else {
      throw call.unsupported("no indices")
    }
    let names = axes.compactMap { stated[$0] }
    if names.count == 1, !isConstant(names[0]) {
      guard !isConstant(x) || start == 0, !type(names[0]).isFloatingPoint, type(names[0]) != .bool
      else {
        throw call.unsupported("computed indices of axis \(start) of a table, or a computed mask")
      }
      emit("Gather", [x, names[0]], ["axis": .int(start)], to: [call.result])
      return
    }
    if names.contains(where: { !isConstant($0) }) {
      return try addComputedPositions(call, x, names, start: start, end: end)
    }
    guard end - start + 1 == axes.count else {
      throw call.unsupported("indices of axes that are not side by side")
    }
    var indices: [Tensor] = []
    for (axis, name) in zip(axes, names) {
      guard var index = try constant(name) else { throw call.unsupported("computed indices") }
      if index.dtype == .bool || index.dtype == .uint8 {
        guard index.rank == 1, index.count == shape[axis] else {
          throw call.unsupported("a mask of shape \(index.shape)")
        }
        index = try Tensor.call("aten::nonzero", .tensor(index)).flattened()
      }
      indices.append(try index.converted(to: .int64))
    }
    guard indices.count > 1 else {
      emit("Gather", [x, add(constant: indices[0])], ["axis": .int(start)], to: [call.result])
      return
    }
    // Several axes become one, with the positions counted in it.
    let extents = axes.map { shape[$0] }
    guard extents.allSatisfy({ $0 > 0 }) else { throw call.unsupported("an empty value") }
    var position = try Tensor([Int64(0)], shape: [])
    for (index, extent) in zip(indices, extents) {
      let wrapped = try Tensor.call("aten::remainder.Scalar", .tensor(index), .int(extent))
      let scaled = try Tensor.call("aten::mul.Scalar", .tensor(position), .int(extent))
      position = try .call("aten::add.Tensor", .tensor(scaled), .tensor(wrapped))
      guard position.count <= TensorSize.limit else { throw call.unsupported("too many indices") }
    }
    let merged = Array(shape[..<start]) + [extents.reduce(1, *)] + Array(shape[(end + 1)...])
    let flat = emit("Reshape", [x, try list(merged)])
    emit("Gather", [flat, add(constant: position)], ["axis": .int(start)], to: [call.result])
  }
}
