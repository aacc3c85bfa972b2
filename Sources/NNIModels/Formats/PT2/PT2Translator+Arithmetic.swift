/// Sums, products, comparisons and reductions.
extension PT2Translator {
  static let arithmetic: [String: Translation] = {
    var table = special
    let comparisons = [
      "eq": "Equal", "gt": "Greater", "ge": "GreaterOrEqual", "lt": "Less", "le": "LessOrEqual",
    ]
    for (name, type) in comparisons {
      table[name] = { translator, call in
        let (left, right) = try translator.operands(call)
        translator.emit(type, [left, right], to: [call.result])
      }
    }
    let logic = [
      "logical_and": "And", "logical_or": "Or", "logical_xor": "Xor", "bitwise_and": "And",
      "bitwise_or": "Or", "bitwise_xor": "Xor", "__and__": "And", "__or__": "Or",
    ]
    for (name, type) in logic {
      table[name] = { translator, call in
        let (left, right) = try translator.operands(call)
        guard translator.type(left) == .bool, translator.type(right) == .bool else {
          throw call.unsupported("operands of \(translator.type(left)); truth values are supported")
        }
        translator.emit(type, [left, right], to: [call.result])
      }
    }
    let reductions = [
      "mean": "ReduceMean", "sum": "ReduceSum", "amax": "ReduceMax", "amin": "ReduceMin",
      "max": "ReduceMax", "min": "ReduceMin", "logsumexp": "ReduceLogSumExp", "prod": "ReduceProd",
    ]
    for (name, type) in reductions {
      table[name] = { translator, call in
        if call.overload == "other" {
          try translator.addBinary(call, name == "max" ? "Max" : "Min")
        } else {
          try translator.addReduction(call, type)
        }
      }
    }
    return table
  }()

  private static let special: [String: Translation] = [
    "add": { translator, call in try translator.addSum(call, "Add") },
    "sub": { translator, call in try translator.addSum(call, "Sub") },
    "rsub": { translator, call in try translator.addReversedDifference(call) },
    "mul": { translator, call in try translator.addBinary(call, "Mul") },
    "multiply": { translator, call in try translator.addBinary(call, "Mul") },
    "div": { translator, call in try translator.addQuotient(call) },
    "divide": { translator, call in try translator.addQuotient(call) },
    "true_divide": { translator, call in try translator.addQuotient(call) },
    "maximum": { translator, call in try translator.addBinary(call, "Max") },
    "minimum": { translator, call in try translator.addBinary(call, "Min") },
    "ne": { translator, call in
      let (left, right) = try translator.operands(call)
      translator.emit(
        "Not", [translator.emit("Equal", [left, right])], to: [call.result])
    },
    "pow": { translator, call in try translator.addPower(call) },
    "addcmul": { translator, call in
      let (first, second) = (try call.tensor("tensor1"), try call.tensor("tensor2"))
      var product = translator.emit("Mul", [first, second])
      let factor = try call.double("value") ?? 1
      if factor != 1 {
        product = translator.emit("Mul", [product, try translator.scalar(factor, like: first)])
      }
      translator.emit("Add", [try call.tensor("self"), product], to: [call.result])
    },
    "addcdiv": { translator, call in
      let (first, second) = (try call.tensor("tensor1"), try call.tensor("tensor2"))
      var quotient = translator.emit("Div", [first, second])
      let factor = try call.double("value") ?? 1
      if factor != 1 {
        quotient = translator.emit("Mul", [quotient, try translator.scalar(factor, like: first)])
      }
      translator.emit("Add", [try call.tensor("self"), quotient], to: [call.result])
    },
    "lerp": { translator, call in
      let (start, end) = (try call.tensor("self"), try call.tensor("end"))
      let difference = translator.emit("Sub", [end, start])
      let weight =
        try call.overload == "Scalar"
        ? translator.scalar(call.double("weight") ?? 0, like: "") : call.tensor("weight")
      let part = translator.emit("Mul", [difference, weight])
      translator.emit("Add", [start, part], to: [call.result])
    },
    "var": { translator, call in
      let mean = try translator.addMean(call)
      try translator.addVariance(call, mean, to: call.result)
    },
    "std": { translator, call in
      let mean = try translator.addMean(call)
      let variance = translator.spare(call)
      try translator.addVariance(call, mean, to: variance)
      translator.emit("Sqrt", [variance], to: [call.result])
    },
    "var_mean": { translator, call in
      let mean = try translator.addMean(call)
      try translator.addVariance(call, mean, to: call.result)
      guard call.results.count > 1 else { return }
      try translator.addReduction(call, "ReduceMean", to: call.results[1])
    },
    "any": { translator, call in try translator.addAny(call, isAll: false) },
    "all": { translator, call in try translator.addAny(call, isAll: true) },
    "where": { translator, call in
      let condition = try call.tensor("condition")
      let known = try call.optional("self") ?? call.optional("other") ?? condition
      func branch(_ name: String, _ translator: inout PT2Translator) throws -> String {
        if case .tensor(let value)? = call[name] { return value }
        guard let number = try call.double(name) else { throw call.malformed(name, "a value") }
        return try translator.scalar(number, like: known)
      }
      translator.emit(
        "Where", [condition, try branch("self", &translator), try branch("other", &translator)],
        to: [call.result])
    },
    "masked_fill": { translator, call in
      let (x, mask) = (try call.tensor("self"), try call.tensor("mask"))
      let value: String
      if case .tensor(let name)? = call["value"] {
        value = name
      } else {
        value = try translator.scalar(call.double("value") ?? 0, like: x)
      }
      translator.emit("Where", [mask, value, x], to: [call.result])
    },
  ]

  // MARK: Two operands

  /// A name for a value on which another one rests.
  func spare(_ call: PT2Call) -> String { "\(call.result):variance" }

  /// Both operands, a number as a constant.
  private mutating func operands(_ call: PT2Call) throws -> (String, String) {
    func operand(_ name: String, _ other: String?) throws -> String? {
      if case .tensor(let value)? = call[name] { return value }
      guard let number = try call.double(name), let other else { return nil }
      // A fraction beside whole numbers makes the result real.
      if !type(other).isFloatingPoint, number != number.rounded() {
        return add(constant: try Tensor([number], shape: [], dtype: .float64))
      }
      return try scalar(number, like: other)
    }
    let tensor: String?
    if case .tensor(let value)? = call["self"] { tensor = value } else { tensor = call.reads.first }
    guard let left = try operand("self", tensor), let right = try operand("other", tensor) else {
      throw call.malformed("other", "a tensor or a number")
    }
    return (left, right)
  }

  private mutating func addBinary(_ call: PT2Call, _ type: String) throws {
    let (left, right) = try operands(call)
    let (first, second) = try alike(left, right, call)
    emit(type, [first, second], to: [call.result])
  }

  /// Operands of the result's type: whole numbers beside real ones become real.
  private mutating func alike(
    _ left: String, _ right: String, _ call: PT2Call
  ) throws -> (String, String) {
    guard type(call.result).isFloatingPoint else { return (left, right) }
    func real(_ name: String) throws -> String {
      guard !type(name).isFloatingPoint else { return name }
      if let known = try constant(name) {
        return add(constant: try known.converted(to: Self.wide(type(call.result))))
      }
      return emit("Cast", [name], ["to": .int(Int(Self.onnxType(.float32)))])
    }
    return (try real(left), try real(right))
  }

  /// `self ± alpha · other`.
  private mutating func addSum(_ call: PT2Call, _ type: String) throws {
    let (left, right) = try operands(call)
    var (first, second) = try alike(left, right, call)
    let alpha = try call.double("alpha") ?? 1
    if alpha != 1 { second = emit("Mul", [second, try scalar(alpha, like: second)]) }
    if type == "Add", isConstant(first), !isConstant(second) { swap(&first, &second) }
    emit(type, [first, second], to: [call.result])
  }

  private mutating func addReversedDifference(_ call: PT2Call) throws {
    let (left, right) = try operands(call)
    var (first, second) = try alike(left, right, call)
    let alpha = try call.double("alpha") ?? 1
    if alpha != 1 { first = emit("Mul", [first, try scalar(alpha, like: first)]) }
    emit("Sub", [second, first], to: [call.result])
  }

  private mutating func addQuotient(_ call: PT2Call) throws {
    guard call["rounding_mode"] == nil else {
      throw call.unsupported("a rounded quotient of computed values")
    }
    try addBinary(call, "Div")
  }

  private mutating func addPower(_ call: PT2Call) throws {
    switch call.overload {
    case "Tensor_Scalar":
      let exponent = try call.double("exponent") ?? 1
      let x = try call.tensor("self")
      switch exponent {
      case 1: pass(x, to: call.result)
      case 0.5: emit("Sqrt", [x], to: [call.result])
      case -1: emit("Reciprocal", [x], to: [call.result])
      default: emit("Pow", [x, try scalar(exponent, like: "")], to: [call.result])
      }
    case "Scalar":
      let base = try call.double("self") ?? 0
      guard base > 0 else { throw call.unsupported("a power of \(base)") }
      let logarithm = add(
        constant: try Tensor([base], shape: [], dtype: .float64).mapped("aten::log"))
      let product = emit("Mul", [try call.tensor("exponent"), logarithm])
      emit("Exp", [product], to: [call.result])
    default: throw call.unsupported("a computed exponent")
    }
  }

  // MARK: Reductions

  /// The axes that a reduction is over, counted from the start; all where none are stated.
  private func axes(_ call: PT2Call, rank: Int) throws -> [Int] {
    let stated = try call.ints("dim") ?? []
    return try stated.isEmpty
      ? Array(0..<rank) : Set(stated.map { try axis($0, rank: rank, call) }).sorted()
  }

  mutating func addReduction(_ call: PT2Call, _ type: String, to result: String? = nil) throws {
    guard call.results.count < 2 || result != nil || ["max", "min"].contains(call.name) else {
      throw call.unsupported("several results")
    }
    let x = try real(first(call), call)
    let shape = try shape(x)
    // All axes of a batch that is open hold the samples, which the reader then says.
    emit(
      type, [x, try list(axes(call, rank: shape.count))],
      ["keepdims": .int(try call.bool("keepdim", false) ? 1 : 0)], to: [result ?? call.result])
  }

  /// Whether some truth values along axes are true: the largest of them as numbers is positive.
  ///
  /// All are true if no opposite is.
  private mutating func addAny(_ call: PT2Call, isAll: Bool) throws {
    var x = try first(call)
    let shape = try shape(x)
    if type(x) != .bool { x = emit("Not", [emit("Equal", [x, try scalar(0, like: x)])]) }
    if isAll { x = emit("Not", [x]) }
    let numbers = emit("Cast", [x], ["to": .int(1)])
    let largest = emit(
      "ReduceMax", [numbers, try list(axes(call, rank: shape.count))],
      ["keepdims": .int(try call.bool("keepdim", false) ? 1 : 0)])
    let some = emit("Greater", [largest, try scalar(0, like: "")], to: isAll ? nil : [call.result])
    if isAll { emit("Not", [some], to: [call.result]) }
  }

  /// A value as real numbers, where the result is real.
  private mutating func real(_ name: String, _ call: PT2Call) throws -> String {
    guard !type(name).isFloatingPoint else { return name }
    let target = targetType(of: call) ?? type(call.result)
    let isReal = target.isFloatingPoint
    if type(name) == target { return name }
    let cast = emit(
      "Cast", [name], ["to": .int(Int(Self.onnxType(isReal ? Self.wide(target) : target)))])
    note(shape: try shape(name), of: cast)
    return cast
  }

  /// The mean with its axes kept.
  private mutating func addMean(_ call: PT2Call) throws -> String {
    let x = try first(call)
    return emit(
      "ReduceMean", [x, try list(axes(call, rank: shape(x).count))], ["keepdims": .int(1)])
  }

  /// The mean of squares, with one less or as many as `correction` says in the denominator.
  private mutating func addVariance(_ call: PT2Call, _ mean: String, to result: String) throws {
    let x = try first(call)
    let shape = try shape(x)
    let axes = try axes(call, rank: shape.count)
    let count = Double(axes.reduce(1) { $0 * max(shape[$1], 1) })
    var correction = try call.double("correction") ?? 1
    if let isUnbiased = call["unbiased"], case .bool(let flag) = isUnbiased {
      correction = flag ? 1 : 0
    }
    let centred = emit("Sub", [x, mean])
    let squares = emit("Pow", [centred, try scalar(2, like: "")])
    let attributes = [
      "keepdims": OperatorNode.Attribute.int(try call.bool("keepdim", false) ? 1 : 0)
    ]
    guard correction != 0 else {
      emit("ReduceMean", [squares, try list(axes)], attributes, to: [result])
      return
    }
    let sum = emit("ReduceSum", [squares, try list(axes)], attributes)
    emit("Mul", [sum, try scalar(1 / max(count - correction, 0), like: "")], to: [result])
  }
}

extension Tensor {
  /// What an operator of one tensor gives.
  fileprivate func mapped(_ name: String) throws -> Tensor { try .call(name, .tensor(self)) }
}
