import Foundation

/// Functions of each element, and softmax.
extension PT2Translator {
  static let activations: [String: Translation] = {
    var table = special
    for (name, type) in plain {
      table[name] = { translator, call in
        translator.emit(type, [try translator.first(call)], to: [call.result])
      }
    }
    for name in converting {
      table[name] = { translator, call in try translator.addConversion(call) }
    }
    return table
  }()

  private static let plain = [
    "relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "silu": "Swish", "hardswish": "HardSwish",
    "mish": "Mish", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "reciprocal": "Reciprocal",
    "abs": "Abs", "erf": "Erf", "neg": "Neg", "negative": "Neg", "selu": "Selu", "sin": "Sin",
    "cos": "Cos", "tan": "Tan", "asin": "Asin", "acos": "Acos", "atan": "Atan", "sinh": "Sinh",
    "cosh": "Cosh", "asinh": "Asinh", "acosh": "Acosh", "atanh": "Atanh", "softsign": "Softsign",
    "logical_not": "Not", "bitwise_not": "Not", "isnan": "IsNaN", "isinf": "IsInf",
    "ceil": "Ceil", "floor": "Floor", "sign": "Sign", "sgn": "Sign",
  ]

  /// The first argument, whatever the operator calls it.
  func first(_ call: PT2Call) throws -> String {
    guard case .tensor(let name)? = call.arguments.first?.value else {
      throw call.malformed(call.arguments.first?.name ?? "self", "a tensor")
    }
    return name
  }

  private static let special: [String: Translation] = [
    "relu6": { translator, call in try translator.addClip(call, 0, 6) },
    "round": { translator, call in
      guard try call.int("decimals", 0) == 0 else { throw call.unsupported("decimals") }
      translator.emit("Round", [try translator.first(call)], to: [call.result])
    },
    "hardtanh": { translator, call in
      try translator.addClip(call, call.double("min_val") ?? -1, call.double("max_val") ?? 1)
    },
    "clamp": { translator, call in
      guard call.overload != "Tensor" else { return try translator.addBounds(call) }
      try translator.addClip(call, call.double("min"), call.double("max"))
    },
    "clamp_min": { translator, call in
      guard call.overload != "Tensor" else { return try translator.addBounds(call) }
      try translator.addClip(call, call.double("min"), nil)
    },
    "clamp_max": { translator, call in
      guard call.overload != "Tensor" else { return try translator.addBounds(call) }
      try translator.addClip(call, nil, call.double("max"))
    },
    "gelu": { translator, call in
      let form = try call.string("approximate", "none")
      translator.emit(
        "Gelu", [try translator.first(call)], ["approximate": .string(form)], to: [call.result])
    },
    "hardsigmoid": { translator, call in
      translator.emit(
        "HardSigmoid", [try translator.first(call)],
        ["alpha": .float(1.0 / 6), "beta": .float(0.5)], to: [call.result])
    },
    "leaky_relu": { translator, call in
      translator.emit(
        "LeakyRelu", [try translator.first(call)],
        ["alpha": .float(try call.double("negative_slope") ?? 0.01)], to: [call.result])
    },
    "elu": { translator, call in
      let (alpha, scale) = (try call.double("alpha") ?? 1, try call.double("scale") ?? 1)
      guard try call.double("input_scale") ?? 1 == 1 else { throw call.unsupported("input_scale") }
      let x = try translator.first(call)
      if scale == 1 {
        translator.emit("Elu", [x], ["alpha": .float(alpha)], to: [call.result])
      } else {
        translator.emit(
          "Selu", [x], ["alpha": .float(alpha), "gamma": .float(scale)], to: [call.result])
      }
    },
    "celu": { translator, call in
      translator.emit(
        "Celu", [try translator.first(call)], ["alpha": .float(try call.double("alpha") ?? 1)],
        to: [call.result])
    },
    "softplus": { translator, call in
      let (beta, threshold) = (try call.double("beta") ?? 1, try call.double("threshold") ?? 20)
      // From a threshold of 20 on it makes no difference beyond e⁻²⁰.
      translator.emit(
        "Softplus", [try translator.first(call)],
        beta == 1 && threshold >= 20
          ? [:] : ["beta": .float(beta), "threshold": .float(threshold)], to: [call.result])
    },
    "log_sigmoid": { translator, call in try translator.addLogSigmoid(call) },
    "log_sigmoid_forward": { translator, call in try translator.addLogSigmoid(call) },
    "threshold": { translator, call in
      let (x, edge) = (try translator.first(call), try call.double("threshold") ?? 0)
      let below = try call.double("value") ?? 0
      guard below != 0 else {
        translator.emit("ThresholdedRelu", [x], ["alpha": .float(edge)], to: [call.result])
        return
      }
      let isAbove = translator.emit("Greater", [x, try translator.scalar(edge, like: x)])
      translator.emit(
        "Where", [isAbove, x, try translator.scalar(below, like: x)], to: [call.result])
    },
    "rrelu": { translator, call in try translator.addRandomReLU(call) },
    "rrelu_with_noise": { translator, call in try translator.addRandomReLU(call) },
    "rrelu_with_noise_functional": { translator, call in try translator.addRandomReLU(call) },
    "hardshrink": { translator, call in
      translator.emit(
        "Shrink", [try translator.first(call)],
        ["lambd": .float(try call.double("lambd") ?? 0.5), "bias": .float(0)], to: [call.result])
    },
    "softshrink": { translator, call in
      let edge = try call.double("lambd") ?? 0.5
      translator.emit(
        "Shrink", [try translator.first(call)], ["lambd": .float(edge), "bias": .float(edge)],
        to: [call.result])
    },
    "prelu": { translator, call in try translator.addPReLU(call) },
    "_prelu_kernel": { translator, call in try translator.addPReLU(call) },
    "glu": { translator, call in
      let x = try translator.first(call)
      let shape = try translator.shape(x)
      let axis = try translator.axis(call.int("dim", -1), rank: shape.count, call)
      let half = shape[axis] / 2
      let parts = (0..<2).map { "\(call.result):half\($0)" }
      translator.emit(
        "Split", [x, try translator.list([half, half])], ["axis": .int(axis)], to: parts)
      let gate = translator.emit("Sigmoid", [parts[1]])
      translator.emit("Mul", [parts[0], gate], to: [call.result])
    },
    "rsqrt": { translator, call in
      let root = translator.emit("Sqrt", [try translator.first(call)])
      translator.emit("Reciprocal", [root], to: [call.result])
    },
    "square": { translator, call in
      let x = try translator.first(call)
      translator.emit("Pow", [x, try translator.scalar(2, like: "")], to: [call.result])
    },
    "log1p": { translator, call in
      let x = try translator.first(call)
      let sum = translator.emit("Add", [x, try translator.scalar(1, like: x)])
      translator.emit("Log", [sum], to: [call.result])
    },
    "expm1": { translator, call in
      let x = try translator.first(call)
      let power = translator.emit("Exp", [x])
      translator.emit("Add", [power, try translator.scalar(-1, like: x)], to: [call.result])
    },
    "log2": { translator, call in
      let x = try translator.first(call)
      let log = translator.emit("Log", [x])
      translator.emit("Mul", [log, try translator.scalar(1 / log2, like: "")], to: [call.result])
    },
    "exp2": { translator, call in
      let x = try translator.first(call)
      let product = translator.emit("Mul", [x, try translator.scalar(log2, like: "")])
      translator.emit("Exp", [product], to: [call.result])
    },
    "softmax": { translator, call in try translator.addSoftmax(call, "Softmax") },
    "_softmax": { translator, call in try translator.addSoftmax(call, "Softmax") },
    "_safe_softmax": { translator, call in try translator.addSoftmax(call, "Softmax") },
    "log_softmax": { translator, call in try translator.addSoftmax(call, "LogSoftmax") },
    "_log_softmax": { translator, call in try translator.addSoftmax(call, "LogSoftmax") },
  ]

  private static let log2 = Foundation.log(2.0)

  private mutating func addSoftmax(_ call: PT2Call, _ type: String) throws {
    emit(type, [try first(call)], ["axis": .int(try call.int("dim", -1))], to: [call.result])
  }

  private mutating func addClip(_ call: PT2Call, _ low: Double?, _ high: Double?) throws {
    let x = try first(call)
    emit(
      "Clip",
      [
        x, try low.map { try scalar($0, like: "") } ?? "",
        try high.map { try scalar($0, like: "") } ?? "",
      ],
      to: [call.result])
  }

  /// Bounds that are tensors.
  private mutating func addBounds(_ call: PT2Call) throws {
    var x = try first(call)
    let shape = try shape(call.result)
    func bound(_ name: String, _ translator: inout PT2Translator) throws -> String? {
      guard let bound = try call.optional(name) else { return nil }
      let isWhole = try translator.isConstant(bound) || translator.shape(bound) == shape
      return try isWhole ? bound : translator.emit("Expand", [bound, translator.list(shape)])
    }
    let (low, high) = (try bound("min", &self), try bound("max", &self))
    if let low { x = emit("Max", [x, low], to: high == nil ? [call.result] : nil) }
    if let high { emit("Min", [x, high], to: [call.result]) }
    if low == nil, high == nil { pass(x, to: call.result) }
  }

  /// `log σ(x) = −softplus(−x)`.
  private mutating func addLogSigmoid(_ call: PT2Call) throws {
    let negative = emit("Neg", [try first(call)])
    let soft = emit("Softplus", [negative])
    emit("Neg", [soft], to: [call.result])
  }

  /// A slope for each channel.
  private mutating func addPReLU(_ call: PT2Call) throws {
    let x = try first(call)
    var slope = try call.tensor("weight")
    let rank = try shape(x).count
    if let known = try constant(slope), known.rank == 1, known.count > 1, rank > 2 {
      slope = add(
        constant: try known.reshaped([known.count] + [Int](repeating: 1, count: rank - 2)))
    }
    emit("PRelu", [x, slope], to: [call.result])
  }

  /// A value as it is, or of another type.
  private mutating func addConversion(_ call: PT2Call) throws {
    if ["dropout", "feature_dropout"].contains(call.name), try call.bool("train", false) {
      throw call.unsupported("it is in training mode; call model.eval() before torch.export.export")
    }
    let x = try first(call)
    guard let target = targetType(of: call), target != type(x),
      !(target.isFloatingPoint && type(x).isFloatingPoint)
    else {
      pass(x, to: call.result)
      return
    }
    emit("Cast", [x], ["to": .int(Int(Self.onnxType(Self.wide(target))))], to: [call.result])
  }

  /// A slope that training draws at random is the mean of its bounds in inference.
  private mutating func addRandomReLU(_ call: PT2Call) throws {
    guard try !call.bool("training", false) else { throw call.unsupported("training") }
    let slopes = (try call.double("lower") ?? 1.0 / 8, try call.double("upper") ?? 1.0 / 3)
    emit(
      "LeakyRelu", [try first(call)], ["alpha": .float((slopes.0 + slopes.1) / 2)],
      to: [call.result])
  }
}
