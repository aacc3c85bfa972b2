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
    }
  }

  public var settings: String { "\(function)" }
}

extension ActivationLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    let plain: [(String, Function)] = [
      ("Relu", .relu), ("HardSwish", .hardSwish), ("Sigmoid", .sigmoid),
      ("Tanh", .tanh), ("Softplus", .softplus), ("Mish", .mish), ("Exp", .exponential),
      ("Log", .logarithm), ("Sqrt", .squareRoot), ("Reciprocal", .reciprocal),
      ("Abs", .magnitude), ("Erf", .errorFunction), ("Swish", .silu),
    ]
    return plain.map { name, function in OperatorEntry(name) { _ in ActivationLayer(function) } }
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
          // libtorch's operator knows only the constants of Klambauer et al. 2017.
          guard abs(try node.float("alpha", default: 1.6732632) - 1.6732632) < 1e-5,
            abs(try node.float("gamma", default: 1.050701) - 1.050701) < 1e-5
          else { throw node.unsupported("an alpha or gamma other than the usual ones") }
          return ActivationLayer(.selu)
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
    if case .node = inputs[0] { return try number(1) ?? 0 }
    return try number(0) ?? 0
  }
}
