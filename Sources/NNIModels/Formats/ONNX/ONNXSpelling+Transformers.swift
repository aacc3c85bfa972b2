/// What ONNX Runtime's optimiser makes of transformers: embeddings, attention, rotary positions.
extension ONNXSpelling {
  static let transformers: [String: Writer] = [
    "com.microsoft::EmbedLayerNormalization": { spelling, _ in try spelling.writeEmbedding() },
    "com.microsoft::Attention": { spelling, importer in try spelling.writePackedAttention(&importer)
    },
    "com.microsoft::MultiHeadAttention": { spelling, importer in
      try spelling.writeMultiHeadAttention(&importer)
    },
    "com.microsoft::GroupQueryAttention": { spelling, importer in
      try spelling.writeGroupQueryAttention(&importer)
    },
    "com.microsoft::RotaryEmbedding": { spelling, importer in
      let value = try spelling.rotated(
        spelling.required(0, "input"), positions: spelling.input(1), cos: 2, sin: 3, &importer)
      spelling.finish("Identity", [value])
    },
    "RotaryEmbedding": { spelling, importer in
      let value = try spelling.rotated(
        spelling.required(0, "input"), positions: spelling.input(3), cos: 1, sin: 2, &importer)
      spelling.finish("Identity", [value])
    },
  ]

  // MARK: Embeddings

  private mutating func writeEmbedding() throws {
    let ids = try required(0, "token ids")
    let words = write("Gather", [try required(2, "word table"), ids], as: "words")
    let table = try required(3, "position table")
    var positions = table
    if !input(8).isEmpty {
      positions = write("Gather", [table, input(8)], as: "positions")
    } else {
      let length = write(
        "Shape", [ids], as: "length", [.init("start", int: 1), .init("end", int: 2)])
      positions = write("Slice", [table, try list([0]), length, try list([0])], as: "positions")
    }
    var parts = [words, positions]
    if !input(1).isEmpty {
      parts.append(write("Gather", [try required(4, "segment table"), input(1)], as: "segments"))
    }
    var total = try sum(parts)
    if !output(2).isEmpty {
      finish("Identity", [total], output: 2)
      total = output(2)
    }
    let epsilon = ONNXAttributeProto("epsilon", float: float("epsilon", default: 1e-12))
    finish(
      "LayerNormalization", [total, try required(5, "scale"), input(6)],
      [.init("axis", int: -1), epsilon])
    guard !output(1).isEmpty else { return }
    if input(7).isEmpty {
      let length = write(
        "Shape", [ids], as: "rows", [.init("start", int: 0), .init("end", int: 1)])
      finish("ConstantOfShape", [length], output: 1)
    } else {
      finish(
        "ReduceSum", [input(7), try list([1])], [.init("keepdims", int: 0)], output: 1)
    }
  }

  // MARK: Attention

  /// Queries, keys and values of one product.
  private mutating func writePackedAttention(_ importer: inout ONNXImporter) throws {
    try refuse([4: "keys and values of the past", 6: "lengths of the past"])
    let heads = int("num_heads", default: 0)
    let weight = try importer.constant(1, "weight", of: self)
    guard heads > 0, weight.rank == 2, weight.shape[1] > 0 else {
      throw unsupported("a weight of shape \(weight.shape) for \(heads) heads")
    }
    var widths = attribute("qkv_hidden_sizes")?.ints.map { Int($0) } ?? []
    if widths.isEmpty { widths = [Int](repeating: weight.shape[1] / 3, count: 3) }
    guard widths.count == 3,
      widths.allSatisfy({ (1...weight.shape[1]).contains($0) && $0 % heads == 0 }),
      widths.reduce(0, +) == weight.shape[1]
    else { throw malformed("widths \(widths) of a weight of shape \(weight.shape)") }
    var value = write("MatMul", [try required(0, "input"), input(1)], as: "product")
    if !input(2).isEmpty { value = write("Add", [value, input(2)], as: "all") }
    if int("do_rotary", default: 0) != 0 { throw unsupported("rotary positions") }
    var parts: [String] = []
    for (index, name) in ["queries", "keys", "values"].enumerated() {
      let start = widths[..<index].reduce(0, +)
      let part = write(
        "Slice", [value, try list([start]), try list([start + widths[index]]), try list([-1])],
        as: name)
      parts.append(try headed(part, heads, name))
    }
    try finishAttention(
      parts[0], parts[1], parts[2], mask: input(3), bias: input(5), width: widths[0] / heads,
      isCausal: int("unidirectional", default: 0) != 0, &importer)
    try finishPresent(keys: parts[1], values: parts[2], stacked: 1)
  }

  private mutating func writeMultiHeadAttention(_ importer: inout ONNXImporter) throws {
    try refuse([6: "keys of the past", 7: "values of the past"])
    let heads = int("num_heads", default: 0)
    let shape = try importer.shape(of: required(0, "queries"), for: self)
    guard heads > 0, shape.count == 3, shape[2] % heads == 0, !input(1).isEmpty, !input(2).isEmpty
    else {
      throw unsupported(
        "queries of shape \(shape) for \(heads) heads; wanted are queries, keys and values apart")
    }
    var starts = 0
    var parts: [String] = []
    for (index, name) in ["queries", "keys", "values"].enumerated() {
      var part = input(index)
      let extents = try importer.shape(of: part, for: self)
      // Keys and values may have their heads already.
      guard extents.count == 3 else {
        guard extents.count == 4, index > 0 else {
          throw unsupported("\(name) of shape \(extents)")
        }
        parts.append(part)
        continue
      }
      guard extents[2] % heads == 0 else { throw malformed("\(name) of shape \(extents)") }
      if !input(3).isEmpty {
        let bias = write(
          "Slice",
          [input(3), try list([starts]), try list([starts + extents[2]]), try list([0])],
          as: "bias of \(name)")
        part = write("Add", [part, bias], as: "\(name) with bias")
      }
      starts += extents[2]
      parts.append(try headed(part, heads, name))
    }
    try finishAttention(
      parts[0], parts[1], parts[2], mask: input(4), bias: input(5), width: shape[2] / heads,
      isCausal: int("unidirectional", default: 0) != 0, &importer)
    try finishPresent(keys: parts[1], values: parts[2], stacked: nil)
  }

  private mutating func writeGroupQueryAttention(_ importer: inout ONNXImporter) throws {
    for position in [3, 4] where !input(position).isEmpty {
      let past = try importer.shape(of: input(position), for: self)
      guard past.count == 4, past[2] == 0 else {
        throw unsupported("keys and values of the past (input \(position))")
      }
    }
    let heads = int("num_heads", default: 0)
    let groups = int("kv_num_heads", default: 0)
    var names = ["queries": input(0), "keys": input(1), "values": input(2)]
    let shape = try importer.shape(of: required(0, "queries"), for: self)
    guard heads > 0, groups > 0, heads % groups == 0, shape.count == 3,
      shape[2] % (input(1).isEmpty ? heads + 2 * groups : heads) == 0,
      int("local_window_size", default: -1) <= 0, float("softcap", default: 0) == 0,
      int("smooth_softmax", default: 0) == 0
    else {
      throw unsupported(
        "queries of shape \(shape) for \(heads) heads in \(groups) groups, with windows or caps")
    }
    let width = shape[2] / (input(1).isEmpty ? heads + 2 * groups : heads)
    if input(1).isEmpty {
      var start = 0
      for (name, count) in [("queries", heads), ("keys", groups), ("values", groups)] {
        let end = start + count * width
        names[name] = write(
          "Slice", [input(0), try list([start]), try list([end]), try list([-1])], as: name)
        start = end
      }
    }
    var parts: [String] = []
    for (name, count) in [("queries", heads), ("keys", groups), ("values", groups)] {
      var part = try headed(names[name] ?? "", count, name)
      if int("do_rotary", default: 0) != 0, name != "values" {
        part = try turned(
          part, [width, shape[1]], positions: input(9), cos: 7, sin: 8,
          isInterleaved: int("rotary_interleaved", default: 0) != 0, &importer)
      }
      parts.append(part)
    }
    let present = (parts[1], parts[2])
    if heads != groups {
      for index in [1, 2] {
        let apart = write("Unsqueeze", [parts[index], try list([2])], as: "groups")
        let all = write(
          "Expand", [apart, try list([1, 1, heads / groups, 1, 1])], as: "groups repeated")
        parts[index] = write(
          "Reshape", [all, try list([importer.batch, heads, shape[1], width])], as: "heads")
      }
    }
    try finishAttention(
      parts[0], parts[1], parts[2], mask: "", bias: input(10), width: width, isCausal: true,
      &importer)
    try finishPresent(keys: present.0, values: present.1, stacked: nil)
  }

  private func refuse(_ inputs: [Int: String]) throws {
    for (position, what) in inputs where !input(position).isEmpty {
      throw unsupported("\(what) (input \(position))")
    }
  }

  /// `[N, T, heads · width]` as `[N, heads, T, width]`.
  private mutating func headed(_ name: String, _ heads: Int, _ suffix: String) throws -> String {
    let apart = write("Reshape", [name, try list([0, 0, heads, -1])], as: "\(suffix) apart")
    return write(
      "Transpose", [apart], as: "\(suffix) of heads", [.init("perm", ints: [0, 2, 1, 3])])
  }

  /// Keys and values for a later step, which are the same.
  private mutating func finishPresent(keys: String, values: String, stacked: Int?) throws {
    if let stacked {
      guard !output(stacked).isEmpty else { return }
      let pair = [
        write("Unsqueeze", [keys, try list([0])], as: "present keys"),
        write("Unsqueeze", [values, try list([0])], as: "present values"),
      ]
      finish("Concat", pair, [.init("axis", int: 0)], output: stacked)
    } else {
      finish("Identity", [keys], output: 1)
      finish("Identity", [values], output: 2)
    }
  }

  /// `softmax(q kᵀ · scale + bias + mask) v`, with the heads side by side again.
  private mutating func finishAttention(
    _ q: String, _ k: String, _ v: String, mask: String, bias: String, width: Int, isCausal: Bool,
    _ importer: inout ONNXImporter
  ) throws {
    let stated = float("scale", default: 0)
    let factor = stated == 0 ? 1 / Double(width).squareRoot() : stated
    let turned = write("Transpose", [k], as: "keys turned", [.init("perm", ints: [0, 1, 3, 2])])
    let products = write("MatMul", [q, turned], as: "products")
    var scores = write("Mul", [products, try number(factor)], as: "scores")
    if !bias.isEmpty { scores = write("Add", [scores, bias], as: "scores with bias") }
    if !mask.isEmpty {
      let added = try additive(mask, keys: k, &importer)
      scores = write("Add", [scores, added], as: "scores masked")
    }
    if isCausal {
      let queries = write(
        "Shape", [q], as: "query count", [.init("start", int: 2), .init("end", int: 3)])
      let keys = write(
        "Shape", [k], as: "key count", [.init("start", int: 2), .init("end", int: 3)])
      let shape = write("Concat", [queries, keys], as: "score shape", [.init("axis", int: 0)])
      let low = try number(-Double.infinity)
      let all = write("Expand", [low, shape], as: "later")
      let later = write("Trilu", [all, try whole(1)], as: "later only", [.init("upper", int: 1)])
      scores = write("Add", [scores, later], as: "scores of the past")
    }
    let weights = write("Softmax", [scores], as: "weights", [.init("axis", int: -1)])
    let values = write("MatMul", [weights, v], as: "weighted values")
    let beside = write(
      "Transpose", [values], as: "heads last", [.init("perm", ints: [0, 2, 1, 3])])
    finish("Reshape", [beside, try list([0, 0, -1])])
  }

  /// What a mask adds to scores: 0 where a key counts, a large negative number where it does not.
  private mutating func additive(
    _ mask: String, keys: String, _ importer: inout ONNXImporter
  ) throws -> String {
    let rank = try importer.rank(of: mask, for: self)
    var counts = mask
    switch rank {
    case 1:
      // How many keys of each sample count.
      let length = write(
        "Shape", [keys], as: "key number", [.init("start", int: 2), .init("end", int: 3)])
      let end = write("Squeeze", [length, try list([0])], as: "key end")
      let range = write("Range", [try whole(0), end, try whole(1)], as: "key positions")
      let apart = write("Unsqueeze", [mask, try list([1])], as: "lengths apart")
      let numbers = write("Cast", [apart], as: "lengths", [.init("to", int: 7)])
      let inside = write("Less", [range, numbers], as: "keys inside")
      counts = write("Unsqueeze", [inside, try list([1, 2])], as: "keys that count")
    case 2: counts = write("Unsqueeze", [mask, try list([1, 2])], as: "keys that count")
    case 3: counts = write("Unsqueeze", [mask, try list([1])], as: "keys that count")
    default: throw unsupported("a mask of \(rank) axes; one to three are supported")
    }
    let truth = write("Cast", [counts], as: "keys that count, true", [.init("to", int: 9)])
    let low = float("mask_filter_value", default: -10_000)
    return write("Where", [truth, try number(0), try number(low)], as: "mask")
  }

  // MARK: Rotary positions

  /// Rotary positions of a value of three or four axes, which keeps its form.
  ///
  /// - Reference: Su et al. 2021, *RoFormer* (`su2021roformer`), equation 34; ONNX's operator
  ///   `RotaryEmbedding`, operator set 23.
  private mutating func rotated(
    _ value: String, positions: String, cos: Int, sin: Int, _ importer: inout ONNXImporter
  ) throws -> String {
    let shape = try importer.shape(of: value, for: self)
    let isInterleaved = int("interleaved", default: 0) != 0
    guard shape.count == 3 else {
      guard shape.count == 4 else { throw unsupported("a value of shape \(shape)") }
      return try turned(
        value, [shape[3], shape[2]], positions: positions, cos: cos, sin: sin,
        isInterleaved: isInterleaved, &importer)
    }
    var heads = int("num_heads", default: 0)
    if heads == 0 {
      let half = try importer.constant(cos, "table of cosines", of: self).shape.last ?? 0
      guard half > 0 else { throw unsupported("no num_heads") }
      heads = shape[2] / (2 * half)
    }
    guard heads > 0, shape[2] % heads == 0 else { throw malformed("\(heads) heads of \(shape)") }
    let apart = try headed(value, heads, "heads")
    let result = try turned(
      apart, [shape[2] / heads, shape[1]], positions: positions, cos: cos, sin: sin,
      isInterleaved: isInterleaved, &importer)
    let beside = write(
      "Transpose", [result], as: "heads last", [.init("perm", ints: [0, 2, 1, 3])])
    return write("Reshape", [beside, try list([0, 0, -1])], as: "heads beside")
  }

  /// `[N, heads, T, width]` with pairs of elements turned by angles that grow with the position.
  private mutating func turned(
    _ value: String, _ extents: [Int], positions: String, cos: Int, sin: Int, isInterleaved: Bool,
    _ importer: inout ONNXImporter
  ) throws -> String {
    let stated = int("rotary_embedding_dim", default: 0)
    let width = stated > 0 ? stated : extents[0]
    guard width <= extents[0], width % 2 == 0 else { throw malformed("a width of \(width)") }
    var tables: [String] = []
    for (position, name) in [(cos, "cosines"), (sin, "sines")] {
      var table = try required(position, "table of \(name)")
      let rank = try importer.rank(of: table, for: self)
      if rank == 2 {
        let place = try importer.shape(of: positions, for: self)
        if positions.isEmpty {
          table = write(
            "Slice", [table, try list([0]), try list([extents[1]]), try list([0])], as: name)
        } else if place == [1] {
          // Where the first token is.
          let range = try list(Array(0..<extents[1]))
          let all = write("Add", [range, positions], as: "\(name) positions")
          table = write("Gather", [table, all], as: name)
        } else {
          table = write("Gather", [table, positions], as: name)
          table = write("Unsqueeze", [table, try list([1])], as: "\(name) of heads")
        }
      } else {
        table = write("Unsqueeze", [table, try list([1])], as: "\(name) of heads")
      }
      tables.append(table)
    }
    func part(_ name: String, _ start: Int, _ end: Int, step: Int = 1) throws -> String {
      write(
        "Slice", [value, try list([start]), try list([end]), try list([-1]), try list([step])],
        as: name)
    }
    let half = width / 2
    let first = try isInterleaved ? part("even", 0, width, step: 2) : part("first half", 0, half)
    let second =
      try isInterleaved ? part("odd", 1, width, step: 2) : part("second half", half, width)
    func product(_ left: String, _ table: Int, _ name: String) -> String {
      write("Mul", [left, tables[table]], as: name)
    }
    let real = write(
      "Sub", [product(first, 0, "first cosine"), product(second, 1, "second sine")], as: "real")
    let imaginary = write(
      "Add", [product(first, 1, "first sine"), product(second, 0, "second cosine")],
      as: "imaginary")
    var result: String
    if isInterleaved {
      let last = try list([-1])
      let pairs = [
        write("Unsqueeze", [real, last], as: "real apart"),
        write("Unsqueeze", [imaginary, last], as: "imaginary apart"),
      ]
      let all = write("Concat", pairs, as: "pairs", [.init("axis", int: -1)])
      result = write("Reshape", [all, try list([0, 0, 0, width])], as: "pairs beside")
    } else {
      result = write("Concat", [real, imaginary], as: "turned", [.init("axis", int: -1)])
    }
    if width < extents[0] {
      let rest = try part("rest", width, extents[0])
      result = write("Concat", [result, rest], as: "all turned", [.init("axis", int: -1)])
    }
    return result
  }
}
