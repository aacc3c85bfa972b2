/// Single steps of recurrent networks, in products and activations.
extension PT2Translator {
  static let cells: [String: Translation] = [
    "lstm_cell": { translator, call in
      let states = try call.tensors("hx").compactMap { $0 }
      guard states.count == 2, call.results.count == 2 else {
        throw call.malformed("hx", "two states")
      }
      let sums = try translator.projections(call, of: states[0])
      let total = translator.emit("Add", [sums.input, sums.state])
      let gates = try translator.parts(of: total, count: 4, width: sums.width)
      let (take, forget) = (
        translator.emit("Sigmoid", [gates[0]]), translator.emit("Sigmoid", [gates[1]])
      )
      let new = translator.emit("Mul", [take, translator.emit("Tanh", [gates[2]])])
      let kept = translator.emit("Mul", [forget, states[1]])
      translator.emit("Add", [kept, new], to: [call.results[1]])
      let shown = translator.emit("Tanh", [call.results[1]])
      translator.emit(
        "Mul", [translator.emit("Sigmoid", [gates[3]]), shown], to: [call.results[0]])
    },
    "gru_cell": { translator, call in
      let state = try call.tensor("hx")
      let sums = try translator.projections(call, of: state)
      let inputs = try translator.parts(of: sums.input, count: 3, width: sums.width)
      let states = try translator.parts(of: sums.state, count: 3, width: sums.width)
      func gate(_ index: Int, _ translator: inout PT2Translator) -> String {
        translator.emit("Sigmoid", [translator.emit("Add", [inputs[index], states[index]])])
      }
      let (reset, keep) = (gate(0, &translator), gate(1, &translator))
      let recalled = translator.emit("Mul", [reset, states[2]])
      let new = translator.emit("Tanh", [translator.emit("Add", [inputs[2], recalled])])
      let kept = translator.emit("Mul", [keep, translator.emit("Sub", [state, new])])
      translator.emit("Add", [new, kept], to: [call.result])
    },
    "rnn_tanh_cell": { translator, call in try translator.addPlainCell(call, "Tanh") },
    "rnn_relu_cell": { translator, call in try translator.addPlainCell(call, "Relu") },
  ]

  private mutating func addPlainCell(_ call: PT2Call, _ activation: String) throws {
    let sums = try projections(call, of: call.tensor("hx"))
    emit(activation, [emit("Add", [sums.input, sums.state])], to: [call.result])
  }

  /// What the gates are given of the input and of the state, and the width of one gate.
  private mutating func projections(
    _ call: PT2Call, of state: String
  ) throws -> (input: String, state: String, width: Int) {
    func projected(_ x: String, _ kind: String) throws -> String {
      guard let weight = try constant(call.tensor("w_\(kind)")), weight.rank == 2 else {
        throw call.unsupported("computed weights")
      }
      let product = emit("MatMul", [x, add(constant: try weight.transposed(0, 1))])
      return try call.optional("b_\(kind)").map { emit("Add", [product, $0]) } ?? product
    }
    let width = try shape(call.tensor("w_hh")).last ?? 0
    return (try projected(call.tensor("input"), "ih"), try projected(state, "hh"), width)
  }

  private mutating func parts(of value: String, count: Int, width: Int) throws -> [String] {
    try (0..<count).map { index in
      emit(
        "Slice",
        [value, try list([index * width]), try list([(index + 1) * width]), try list([1])])
    }
  }
}
