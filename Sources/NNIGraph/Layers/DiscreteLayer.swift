/// Comparisons, logic, steps and whole numbers: values whose derivative is zero or none, which carry no
/// signal.
public struct DiscreteLayer: Layer {
  /// What is computed, by ONNX's name.
  public enum Function: String, Sendable, CaseIterable {
    case equal = "Equal"
    case greater = "Greater"
    case greaterOrEqual = "GreaterOrEqual"
    case less = "Less"
    case lessOrEqual = "LessOrEqual"
    case and = "And"
    case or = "Or"
    case exclusiveOr = "Xor"
    case not = "Not"
    case isNaN = "IsNaN"
    case isInfinite = "IsInf"
    case remainder = "Mod"
    case floor = "Floor"
    case ceiling = "Ceil"
    case rounding = "Round"
    case sign = "Sign"
    case bitwiseAnd = "BitwiseAnd"
    case bitwiseOr = "BitwiseOr"
    case bitwiseExclusiveOr = "BitwiseXor"
    case bitwiseNot = "BitwiseNot"

    fileprivate var operation: String {
      switch self {
      case .equal: "aten::eq.Tensor"
      case .greater: "aten::gt.Tensor"
      case .greaterOrEqual: "aten::ge.Tensor"
      case .less: "aten::lt.Tensor"
      case .lessOrEqual: "aten::le.Tensor"
      case .and: "aten::logical_and"
      case .or: "aten::logical_or"
      case .exclusiveOr: "aten::logical_xor"
      case .not: "aten::logical_not"
      case .isNaN: "aten::isnan"
      case .isInfinite: "aten::isinf"
      case .remainder: "aten::remainder.Tensor"
      case .floor: "aten::floor"
      case .ceiling: "aten::ceil"
      case .rounding: "aten::round"
      case .sign: "aten::sign"
      case .bitwiseAnd: "aten::bitwise_and.Tensor"
      case .bitwiseOr: "aten::bitwise_or.Tensor"
      case .bitwiseExclusiveOr: "aten::bitwise_xor.Tensor"
      case .bitwiseNot: "aten::bitwise_not"
      }
    }
  }

  /// What is computed.
  public var function: Function
  /// What it is computed of.
  public var operands: Operands

  /// Creates the layer.
  public init(_ function: Function, _ operands: Operands) {
    self.function = function
    self.operands = operands
  }

  public var kind: LayerKind { .discrete }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let result = try Tensor.tensors(
      of: function.operation, operands.filled(inputs).map { .tensor($0) })
    guard let first = result.first else {
      throw InterpretabilityError(.invalidGraph, "\(function.rawValue) gave nothing")
    }
    return first
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    DiscreteLayer(function, try operands.mapConstants(transform))
  }

  public var settings: String { function.rawValue }
}

extension DiscreteLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    Function.allCases.map { function in
      OperatorEntry(function.rawValue) { node in DiscreteLayer(function, Operands(node)) }
    }
  }
}

/// Values as whole numbers, as truth values, or, of those, as real numbers.
public struct ConversionLayer: Layer {
  /// The type; real numbers become those that the network computes in.
  public var type: DType
  /// A number of the type that the network computes in.
  private var unit: Tensor

  /// Creates the layer.
  public init(to type: DType) throws {
    self.type = type
    unit = try Tensor.full([], 1, dtype: type == .float64 ? .float64 : .float32)
  }

  public var kind: LayerKind { .discrete }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].converted(to: type.isFloatingPoint ? unit.dtype : type)
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    var copy = self
    copy.unit = try transform(unit)
    return copy
  }

  public var settings: String { "to \(type)" }
}
