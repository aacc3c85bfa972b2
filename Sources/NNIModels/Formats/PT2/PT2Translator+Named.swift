/// Operators that have no counterpart: libtorch computes them by name.
extension PT2Translator {
  /// Adds a call as it is.
  ///
  /// - Throws: ``InterpretabilityError`` for an operator that draws numbers, writes, or reads files.
  mutating func addNamed(_ call: PT2Call) throws {
    guard !call.isWriting, Self.isPure(call.name) else {
      throw InterpretabilityError(
        .unsupported, "the operator \(call.fullName) is not supported", node: NodeID(call.result))
    }
    let operation = Self.operation(call)
    let names: [String]
    do {
      names = try Tensor.argumentNames(of: operation)
    } catch {
      throw InterpretabilityError(
        .unsupported, "the operator \(call.fullName) is not known to this libtorch",
        node: NodeID(call.result))
    }
    for argument in call.arguments where !names.contains(argument.name) {
      throw call.malformed(argument.name, "one that the operator takes")
    }
    var computed: [String] = []
    func operand(_ name: String) throws -> NamedOperatorLayer.Argument {
      if let tensor = try constant(name) { return .constant(tensor) }
      computed.append(name)
      return .computed
    }
    let arguments = try names.map { name -> NamedOperatorLayer.Argument in
      switch call[name] {
      case .tensor(let value)?: return try operand(value)
      case .tensors(let values)?:
        return .list(
          try values.map { value in
            guard let value else { throw call.unsupported("tensors that are left out") }
            return try operand(value)
          })
      default: return .plain(try call.plain(name))
      }
    }
    for (index, result) in call.results.enumerated() {
      operators[result] = NamedOperatorLayer(operation, arguments, index: index)
      emit("aten::\(call.name)", computed, to: [result])
    }
  }

  /// Whether an operator's results depend on its arguments alone.
  private static func isPure(_ name: String) -> Bool {
    let parts = [
      "rand", "normal", "bernoulli", "multinomial", "poisson", "dropout", "empty", "from_file",
      "exponential", "geometric", "cauchy", "uniform", "set_", "record", "item", "_print",
      "as_strided", "resize", "_local_scalar", "rrelu", "copy", "nested", "sparse", "quantize",
    ]
    return !parts.contains { name.contains($0) }
  }
}
