/// What depends on weights and extents alone is computed when the file is read.
extension PT2Translator {
  /// Computes a call of known tensors, if its operator is one that is computed here.
  ///
  /// - Returns: Whether the results are known now.
  mutating func fold(_ call: PT2Call) throws -> Bool {
    if Self.converting.contains(call.name), let source = call.reads.first,
      var tensor = try constant(source)
    {
      if let type = targetType(of: call) { tensor = try tensor.converted(to: Self.wide(type)) }
      // What is written to later must not share its elements.
      if Self.copying.contains(call.name) { tensor = try .call("aten::clone", .tensor(tensor)) }
      tensors[call.result] = tensor
      return true
    }
    guard Self.folded.contains(call.name) else { return false }
    for case .tensors(let names) in call.arguments.map(\.value) where names.contains(nil) {
      return false
    }
    if try expand(call) { return true }
    try checkSize(call)
    if call.name == "empty", let size = try call.ints("size") {
      // Elements that nothing has set, which only a write or nothing at all may follow.
      tensors[call.result] = try .full(size, 0)
      return true
    }
    try checkDivision(call)
    if call.name == "squeeze", let dims = try call.ints("dim"), let source = call.reads.first,
      let tensor = try constant(source)
    {
      // Several axes at once are newer than the operator.
      let shape = tensor.shape
      let axes = try Set(dims.map { try axis($0, rank: shape.count, call) })
      tensors[call.result] = try tensor.reshaped(
        shape.indices.filter { !axes.contains($0) || shape[$0] != 1 }.map { shape[$0] })
      return true
    }
    let operation = Self.operation(call)
    // A newer operator than this libtorch's is put into ONNX's terms.
    guard let names = try? Tensor.argumentNames(of: operation),
      operation == "aten::reshape"
        || call.arguments.allSatisfy({ names.contains($0.name) })
    else { return false }
    let results = try Tensor.tensors(of: operation, arguments(of: call, operation: operation))
    guard results.count >= call.results.count else {
      throw call.unsupported("it gives \(results.count) tensors, wanted \(call.results.count)")
    }
    for (name, tensor) in zip(call.results, results) {
      guard tensor.count <= TensorSize.limit else {
        throw call.unsupported("a constant of shape \(tensor.shape) is too large")
      }
      tensors[name] = tensor
    }
    return true
  }

  /// A known value that is repeated along axes, without a copy of its elements.
  ///
  /// Decomposed programs repeat a weight for each row of a product, see ``unrepeated(_:)``.
  ///
  /// - Returns: Whether the call is one, or one that leaves such a value in its shape.
  private mutating func expand(_ call: PT2Call) throws -> Bool {
    guard let source = call.reads.first, call.reads.count == 1, let tensor = try constant(source)
    else { return false }
    let shape = try shape(call.result)
    guard let count = TensorSize.count(of: shape), count > TensorSize.limit,
      count <= StridedTensor.expandedCountLimit
    else { return false }
    if call.name == "expand" {
      tensors[call.result] = try tensor.expanded(to: shape)
    } else if ["view", "reshape", "_unsafe_view"].contains(call.name), tensor.shape == shape {
      tensors[call.result] = tensor
    } else {
      return false
    }
    return true
  }

  /// The matrix that a known value of three axes repeats along the first, if it does.
  mutating func unrepeated(_ name: String) throws -> String {
    guard let tensor = try constant(name), tensor.rank == 3,
      case .int(0)? = try Tensor.results(of: "aten::stride.int", [.tensor(tensor), .int(0)]).first
    else { return name }
    return add(constant: try tensor.selected(axis: 0, index: 0))
  }

  /// Writes into a known value, and into all that share its elements.
  ///
  /// - Returns: Whether the operator is one that is computed here.
  mutating func write(_ call: PT2Call) throws -> Bool {
    guard Self.folded.contains(call.name) || Self.filling.contains(call.name),
      let target = call.reads.first, let tensor = try constant(target)
    else { return false }
    let name = "aten::\(call.name)_" + (call.overload == "default" ? "" : ".\(call.overload)")
    _ = try Tensor.tensors(of: name, arguments(of: call, operation: name))
    tensors[call.result] = tensor
    return true
  }

  /// The type that a conversion's result has; `nil` where it stays.
  func targetType(of call: PT2Call) -> DType? {
    if case .type(let type)? = call["dtype"] { return type }
    if call.name == "type_as" || call.overload == "other", case .tensor(let other)? = call["other"]
    {
      return type(other)
    }
    return nil
  }

  /// 16-bit numbers are computed as float32.
  static func wide(_ type: DType) -> DType {
    type == .float16 || type == .bfloat16 ? .float32 : type
  }

  /// libtorch's name of a call's operator; views become copies where the elements lie otherwise.
  static func operation(_ call: PT2Call) -> String {
    if ["view", "_unsafe_view"].contains(call.name), call.overload == "default" {
      return "aten::reshape"
    }
    return "aten::\(call.name)" + (call.overload == "default" ? "" : ".\(call.overload)")
  }

  /// The arguments in the schema's order.
  private mutating func arguments(
    of call: PT2Call, operation: String
  ) throws -> [OperatorArgument] {
    var names = try Tensor.argumentNames(of: operation)
    if operation == "aten::reshape" { names = ["self", call["size"] == nil ? "shape" : "size"] }
    for argument in call.arguments where !names.contains(argument.name) {
      throw call.malformed(argument.name, "one that the operator takes")
    }
    return try names.map { name in
      switch call[name] {
      case .tensor(let value)?: return .tensor(try known(value, call))
      case .tensors(let values)?:
        return .tensors(try values.compactMap { $0 }.map { try known($0, call) })
      case .int(let value)? where Self.wantsTensor(call, name):
        return .tensor(try Tensor([Int64(value)], shape: []))
      case .double(let value)? where Self.wantsTensor(call, name):
        return .tensor(try Tensor([value], shape: [], dtype: .float64))
      default: return try call.plain(name)
      }
    }
  }

  /// Whether an operand that is written as a number stands for a tensor.
  private static func wantsTensor(_ call: PT2Call, _ name: String) -> Bool {
    ["self", "other"].contains(name)
      && (call.overload.hasPrefix("Tensor") || call.overload == "default")
  }

  private mutating func known(_ name: String, _ call: PT2Call) throws -> Tensor {
    if let tensor = try constant(name) { return tensor }
    throw call.unsupported("its argument “\(name)” is computed")
  }

  /// - Throws: ``InterpretabilityError`` for a result that is too large to be meant.
  private mutating func checkSize(_ call: PT2Call) throws {
    func refuse() -> InterpretabilityError {
      call.unsupported("its result is too large a constant")
    }
    func check(_ shape: [Int]) throws {
      guard let count = TensorSize.count(of: shape.map { max($0, 0) }), count <= TensorSize.limit
      else { throw refuse() }
    }
    for name in ["size", "shape", "repeats", "sizes"] {
      if case .ints(let values)? = call[name] { try check(values) }
    }
    if call.name == "arange" || call.name == "linspace" || call.name == "eye" {
      let start = try call.double("start") ?? 0
      let end = try call.double("end") ?? 0
      let step = try call.double("step") ?? 1
      let count = (end - start) / step
      guard step != 0, count.isFinite, count <= Double(TensorSize.limit),
        try call.int("steps", 0) <= TensorSize.limit, try call.int("n", 0) <= 1 << 13,
        try call.int("m", 0) <= 1 << 13
      else { throw refuse() }
    }
    if case .ints(let widths)? = call["pad"] {
      guard widths.allSatisfy((-65_536...65_536).contains) else { throw refuse() }
    }
    if case .int(let count)? = call["repeats"], count > 1 << 16 { throw refuse() }
    if let count = try lookedUpCount(call) {
      guard count <= TensorSize.limit else { throw refuse() }
      return
    }
    // Operands may broadcast against each other.
    var shapes: [[Int]] = []
    for name in call.reads.prefix(3) {
      if let tensor = try constant(name) { shapes.append(tensor.shape) }
    }
    let rank = shapes.map(\.count).max() ?? 0
    let padded = shapes.map { [Int](repeating: 1, count: rank - $0.count) + $0 }
    try check((0..<rank).map { axis in padded.map { $0[axis] }.max() ?? 1 })
  }

  /// How many elements a look-up gives: as many as indices, times what each finds.
  ///
  /// - Returns: `nil` for other operators.
  private mutating func lookedUpCount(_ call: PT2Call) throws -> Int? {
    let (name, places): (String, [String?])
    switch call.name {
    case "index": (name, places) = (try call.tensor("self"), try call.tensors("indices"))
    case "embedding": (name, places) = (try call.tensor("weight"), [try call.tensor("indices")])
    default: return nil
    }
    guard let table = try constant(name), places.count <= table.rank else { return nil }
    var indices: [[Int]] = []
    for case let place? in places {
      guard let index = try constant(place), index.dtype != .bool else { return nil }
      indices.append(index.shape)
    }
    let rank = indices.map(\.count).max() ?? 0
    let padded = indices.map { [Int](repeating: 1, count: rank - $0.count) + $0 }
    let found = (0..<rank).map { axis in padded.map { $0[axis] }.max() ?? 1 }
    let rest = table.shape.enumerated().filter {
      $0.offset >= places.count || places[$0.offset] == nil
    }
    return TensorSize.count(of: found + rest.map(\.element)) ?? .max
  }

  /// Whole numbers that the processor cannot divide are refused before.
  private mutating func checkDivision(_ call: PT2Call) throws {
    guard ["div", "divide", "floor_divide", "remainder", "fmod"].contains(call.name) else { return }
    for name in call.reads {
      if let tensor = try constant(name), tensor.dtype.isFloatingPoint { return }
    }
    var divisors: [Int64] = []
    if case .tensor(let name)? = call["other"], let tensor = try constant(name) {
      divisors = try tensor.converted(to: .int64).elements(as: Int64.self)
    } else if case .int(let value)? = call["other"] {
      divisors = [Int64(value)]
    }
    guard !divisors.contains(where: { $0 == 0 || $0 == -1 }) else {
      throw InterpretabilityError(
        .invalidFile, "\(call.fullName): a division by zero or with an overflow",
        node: NodeID(call.result))
    }
  }

  /// Operators whose result is their argument, perhaps of another type.
  static let converting: Set<String> = [
    "_to_copy", "alias", "clone", "contiguous", "detach", "dropout", "feature_dropout",
    "lift_fresh", "lift_fresh_copy", "to", "type_as",
  ]

  /// Those of them whose result never shares elements with the argument.
  private static let copying: Set<String> = ["_to_copy", "clone", "lift_fresh_copy"]

  /// Operators that write into known values, beside those that are computed.
  private static let filling: Set<String> = ["copy", "fill", "zero"]

  /// Operators that are computed of constants: all of them only depend on their arguments.
  private static let folded: Set<String> = [
    "_softmax", "_unsafe_view", "_weight_norm", "abs", "add", "addcdiv", "addcmul", "addmm",
    "addmv", "affine_grid_generator", "all", "amax", "amin", "any", "arange", "argmax", "argmin",
    "atan", "atan2", "baddbmm", "batch_norm", "bitwise_and", "bitwise_not", "bitwise_or",
    "bitwise_xor", "bmm", "cat", "ceil", "chunk", "clamp", "clamp_max", "clamp_min",
    "constant_pad_nd", "copy", "cos", "cosh", "cumprod", "cumsum", "diff", "div", "divide", "dot",
    "embedding", "empty", "eq", "erf", "exp", "expand", "expand_as", "expm1", "eye", "fill",
    "flatten",
    "flip", "floor", "floor_divide", "fmod", "full", "full_like", "gather", "ge", "gelu", "gt",
    "hardtanh", "index", "index_select", "isinf", "isnan", "layer_norm", "le", "lerp",
    "linalg_householder_product", "linalg_inv", "linalg_inv_ex", "linalg_matrix_exp", "linalg_norm",
    "linalg_solve", "linalg_vector_norm", "linear", "linspace", "log", "log1p", "log2",
    "log_softmax", "logical_and", "logical_not", "logical_or", "logical_xor", "logsumexp", "lt",
    "masked_fill", "matmul", "matrix_exp", "max", "maximum", "mean", "meshgrid", "min", "minimum",
    "mm", "mul", "mv", "narrow", "ne", "neg", "new_full", "new_ones", "new_zeros", "norm", "ones",
    "ones_like", "outer", "pad", "permute", "pow", "prod", "reciprocal", "relu", "remainder",
    "repeat", "repeat_interleave", "reshape", "roll", "round", "rsqrt", "rsub", "scalar_tensor",
    "select", "select_scatter", "sigmoid", "sign", "silu", "sin", "sinh", "slice", "slice_scatter",
    "softmax", "softplus", "split", "split_with_sizes", "sqrt", "square", "squeeze", "stack", "std",
    "sub", "sum", "t", "tan", "tanh", "tile", "transpose", "tril", "triu", "true_divide", "unbind",
    "unflatten", "unsqueeze", "var", "var_mean", "vdot", "view", "view_as", "where", "zero",
    "zeros", "zeros_like",
  ]
}

extension Tensor {
  /// Whether no two elements share a place.
  func isContiguous() throws -> Bool {
    guard
      case .bool(let flag)? = try Tensor.results(of: "aten::is_contiguous", [.tensor(self)]).first
    else { return true }
    return flag
  }
}
