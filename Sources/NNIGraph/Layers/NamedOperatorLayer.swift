/// An operator of libtorch that is called by name, for programs with operators that no layer computes.
///
/// Samples are the first axis of what it is computed of and of its value. Signals pass by its derivative; rules
/// that need more than that, such as LRP's and DeepLIFT's, do not know it.
public struct NamedOperatorLayer: Layer {
  /// One of its arguments.
  public enum Argument: Sendable {
    /// The value of a node; they come in order.
    case computed
    /// A list of nodes' values and others.
    case list([Argument])
    /// A value of its own.
    case constant(Tensor)
    /// A number, a text, or what the schema states.
    case plain(OperatorArgument)
  }

  /// The operator's name, such as `aten::cumsum`.
  public let operation: String
  /// Its arguments, in the schema's order.
  public var arguments: [Argument]
  /// Which of its results is the value.
  public let index: Int

  /// Creates the layer.
  public init(_ operation: String, _ arguments: [Argument], index: Int = 0) {
    self.operation = operation
    self.arguments = arguments
    self.index = index
  }

  public var kind: LayerKind { .operator }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var rest = inputs[...]
    let values = try arguments.map { try Self.value($0, &rest) }
    let results = try Tensor.tensors(of: operation, values)
    guard index < results.count else {
      throw InterpretabilityError(
        .invalidGraph, "\(operation) gave \(results.count) tensors, wanted number \(index + 1)")
    }
    return results[index]
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    func mapped(_ argument: Argument) throws -> Argument {
      switch argument {
      case .constant(let tensor) where tensor.dtype.isFloatingPoint:
        .constant(try transform(tensor))
      case .list(let all): .list(try all.map(mapped))
      default: argument
      }
    }
    var copy = self
    copy.arguments = try arguments.map(mapped)
    return copy
  }

  /// The layer with some of the values that it is computed of as arguments of its own.
  ///
  /// - Parameter values: One for each value that it is computed of, in order; `nil` stays computed.
  /// - Returns: The layer that is computed of the rest.
  package func filled(_ values: [Tensor?]) -> Self {
    var rest = values[...]
    func filled(_ argument: Argument) -> Argument {
      switch argument {
      case .computed: (rest.popFirst() ?? nil).map(Argument.constant) ?? .computed
      case .list(let all): .list(all.map(filled))
      case .constant, .plain: argument
      }
    }
    var copy = self
    copy.arguments = arguments.map(filled)
    return copy
  }

  public var settings: String { operation }

  private static func value(
    _ argument: Argument, _ rest: inout ArraySlice<Tensor>
  ) throws -> OperatorArgument {
    switch argument {
    case .plain(let value): return value
    case .computed, .constant: return .tensor(try tensor(argument, &rest))
    case .list(let all):
      var tensors: [Tensor] = []
      for argument in all { tensors.append(try tensor(argument, &rest)) }
      return .tensors(tensors)
    }
  }

  private static func tensor(
    _ argument: Argument, _ rest: inout ArraySlice<Tensor>
  ) throws -> Tensor {
    switch argument {
    case .constant(let tensor): return tensor
    case .computed:
      if let first = rest.popFirst() { return first }
      throw InterpretabilityError(.invalidGraph, "an argument is missing")
    default: throw InterpretabilityError(.invalidGraph, "an argument is no tensor")
    }
  }
}
