/// A function of each element alone.
public struct ActivationLayer: Layer {
  /// Which function.
  public enum Function: Sendable, Hashable {
    /// `max(x, 0)`
    case relu
    /// `min(max(x, low), high)`; ReLU6 is `clip(0, 6)`.
    case clip(Double, Double)
    /// `x` where positive, `slope · x` elsewhere.
    case leakyReLU(Double)
    /// `x` where positive, `alpha (eˣ − 1)` elsewhere.
    case elu(Double)
    /// `scale · x` where positive, `scale · alpha (eˣ − 1)` elsewhere.
    case selu
    /// `x Φ(x)`, or its approximation by a hyperbolic tangent.
    case gelu(isApproximate: Bool)
    /// `x / (1 + e⁻ˣ)`
    case silu
    /// `min(max(slope · x + offset, 0), 1)`
    case hardSigmoid(Double, Double)
    /// `x · min(max(x / 6 + ½, 0), 1)`
    case hardSwish
    /// `1 / (1 + e⁻ˣ)`
    case sigmoid
    /// `tanh x`
    case tanh
    /// `log(1 + eˣ)`
    case softplus
    /// `x · tanh(log(1 + eˣ))`
    case mish
    /// `eˣ`
    case exponential
    /// `log x`
    case logarithm
    /// `√x`
    case squareRoot
    /// `1 / x`
    case reciprocal
    /// `|x|`
    case magnitude
    /// `erf x`
    case errorFunction
    /// `x` to a constant power.
    case power(Double)
    /// `max(x, 0) + min(0, alpha (e^(x/alpha) − 1))`
    case celu(Double)
    /// `gamma · x` where positive, `gamma · alpha (eˣ − 1)` elsewhere.
    case scaledELU(alpha: Double, gamma: Double)
    /// `log(1 + e^(beta·x)) / beta`, and `x` where `beta · x` exceeds the threshold.
    case scaledSoftplus(beta: Double, threshold: Double)
    /// `x` above the threshold, 0 elsewhere.
    case thresholdedReLU(Double)
    /// `x − bias` above the threshold, `x + bias` below its negative, 0 between.
    case shrink(threshold: Double, bias: Double)
    /// `x / (1 + |x|)`
    case softsign
    /// A function that libtorch calls by that name.
    case elementary(Elementary)
  }

  /// Functions without parameters, by libtorch's names.
  public enum Elementary: String, Sendable, Hashable, CaseIterable {
    case sin, cos, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh
  }

  /// Which function.
  public var function: Function

  /// Creates the layer.
  public init(_ function: Function) { self.function = function }

  public var kind: LayerKind { .activation }

  /// Whether it cuts off below zero, which is what guided backpropagation and DeConvNet act on.
  public var isRectifier: Bool {
    switch function {
    case .relu: true
    case .clip(let low, _): low == 0
    default: false
    }
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = OperatorArgument.tensor(inputs[0])
    return switch function {
    case .relu: try .call("aten::relu", x)
    case .clip(let low, let high): try .call("aten::clamp", x, .double(low), .double(high))
    case .leakyReLU(let slope): try .call("aten::leaky_relu", x, .double(slope))
    case .elu(let alpha): try .call("aten::elu", x, .double(alpha))
    case .selu: try .call("aten::selu", x)
    case .gelu(let isApproximate):
      try .call("aten::gelu", x, .string(isApproximate ? "tanh" : "none"))
    case .silu: try .call("aten::silu", x)
    case .hardSigmoid(let slope, let offset):
      try .call("aten::clamp", .tensor(inputs[0] * slope + offset), .double(0), .double(1))
    case .hardSwish: try .call("aten::hardswish", x)
    case .sigmoid: try .call("aten::sigmoid", x)
    case .tanh: try .call("aten::tanh", x)
    case .softplus: try .call("aten::softplus", x)
    case .mish: try .call("aten::mish", x)
    case .exponential: try .call("aten::exp", x)
    case .logarithm: try .call("aten::log", x)
    case .squareRoot: try .call("aten::sqrt", x)
    case .reciprocal: try .call("aten::reciprocal", x)
    case .magnitude: try .call("aten::abs", x)
    case .errorFunction: try .call("aten::erf", x)
    case .power(let exponent): try .call("aten::pow.Tensor_Scalar", x, .double(exponent))
    case .celu(let alpha): try .call("aten::celu", x, .double(alpha))
    case .scaledELU(let alpha, let gamma):
      try .call("aten::elu", x, .double(alpha), .double(gamma))
    case .scaledSoftplus(let beta, let threshold):
      try .call("aten::softplus", x, .double(beta), .double(threshold))
    case .thresholdedReLU(let threshold):
      try .call("aten::threshold", x, .double(threshold), .double(0))
    case .shrink(let threshold, let bias): try shrunk(inputs[0], threshold, bias)
    case .softsign: try inputs[0] / (inputs[0].magnitude() + 1)
    case .elementary(let function): try .call("aten::\(function.rawValue)", x)
    }
  }

  private func shrunk(_ x: Tensor, _ threshold: Double, _ bias: Double) throws -> Tensor {
    let above = try (x - bias).selected(where: x.isGreater(than: threshold), otherwise: 0)
    return try (x + bias).selected(where: x.isLess(than: -threshold), otherwise: above)
  }

  public var settings: String { "\(function)" }
}

extension ActivationLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    let plain: [(String, Function)] = [
      ("Relu", .relu), ("HardSwish", .hardSwish), ("Sigmoid", .sigmoid),
      ("Tanh", .tanh), ("Softsign", .softsign), ("Mish", .mish), ("Exp", .exponential),
      ("Log", .logarithm), ("Sqrt", .squareRoot), ("Reciprocal", .reciprocal),
      ("Abs", .magnitude), ("Erf", .errorFunction), ("Swish", .silu),
    ]
    let elementary = Elementary.allCases.map {
      ($0.rawValue.prefix(1).uppercased() + $0.rawValue.dropFirst(), Function.elementary($0))
    }
    return (plain + elementary).map { name, function in
      OperatorEntry(name) { _ in ActivationLayer(function) }
    }
      + [
        OperatorEntry("LeakyRelu") { node in
          ActivationLayer(.leakyReLU(try node.float("alpha", default: 0.01)))
        },
        OperatorEntry("Elu") { node in ActivationLayer(.elu(try node.float("alpha", default: 1))) },
        OperatorEntry("Gelu") { node in
          ActivationLayer(
            .gelu(isApproximate: try node.string("approximate", default: "none") == "tanh"))
        },
        OperatorEntry("HardSigmoid") { node in
          ActivationLayer(
            .hardSigmoid(
              try node.float("alpha", default: 0.2), try node.float("beta", default: 0.5)))
        },
        OperatorEntry("Clip") { node in
          // Bounds are attributes up to operator set 10, inputs from 11 on.
          let low = try node.number(1) ?? node.float("min", default: -.infinity)
          let high = try node.number(2) ?? node.float("max", default: .infinity)
          return ActivationLayer(.clip(low, high))
        },
        OperatorEntry("Pow") { node in
          guard let exponent = try node.number(1) else { throw node.unsupported("no exponent") }
          return ActivationLayer(.power(exponent))
        },
        OperatorEntry("Selu") { node in
          let alpha = try node.float("alpha", default: 1.6732632423543772)
          let gamma = try node.float("gamma", default: 1.0507009873554805)
          // The constants of Klambauer et al. 2017, which files round.
          let isUsual = abs(alpha - 1.6732632) < 1e-5 && abs(gamma - 1.050701) < 1e-5
          return ActivationLayer(isUsual ? .selu : .scaledELU(alpha: alpha, gamma: gamma))
        },
        OperatorEntry("Softplus") { node in
          // The reader puts PyTorch's parameters here, which ONNX spells out.
          guard let beta = node.attributes["beta"], case .float(let factor) = beta else {
            return ActivationLayer(.softplus)
          }
          return ActivationLayer(
            .scaledSoftplus(beta: factor, threshold: try node.float("threshold", default: 20)))
        },
        OperatorEntry("Celu") { node in
          let alpha = try node.float("alpha", default: 1)
          guard alpha != 0 else { throw node.unsupported("an alpha of 0") }
          return ActivationLayer(.celu(alpha))
        },
        OperatorEntry("ThresholdedRelu") { node in
          ActivationLayer(.thresholdedReLU(try node.float("alpha", default: 1)))
        },
        OperatorEntry("Shrink") { node in
          ActivationLayer(
            .shrink(
              threshold: try node.float("lambd", default: 0.5),
              bias: try node.float("bias", default: 0)))
        },
        OperatorEntry("Max") { node in
          ActivationLayer(.clip(try node.bound(), .infinity))
        },
        OperatorEntry("Min") { node in
          ActivationLayer(.clip(-.infinity, try node.bound()))
        },
      ]
  }
}

extension OperatorNode {
  /// The number that is one of two inputs.
  fileprivate func bound() throws -> Double {
    guard inputs.count == 2, sources.count == 1 else {
      throw unsupported("only an input and a constant number are supported")
    }
    let position = if case .node = inputs[0] { 1 } else { 0 }
    if let number = try number(position) { return number }
    throw InterpretabilityError(.invalidFile, "\(type) has no input \(position)", node: id)
  }
}
