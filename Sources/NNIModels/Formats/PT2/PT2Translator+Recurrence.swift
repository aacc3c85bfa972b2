/// LSTM, GRU and plain recurrences of several layers and both directions.
extension PT2Translator {
  static let recurrence: [String: Translation] = [
    "lstm": { translator, call in try translator.addRecurrence(call, "LSTM") },
    "gru": { translator, call in try translator.addRecurrence(call, "GRU") },
    "rnn_tanh": { translator, call in try translator.addRecurrence(call, "RNN") },
    "rnn_relu": { translator, call in try translator.addRecurrence(call, "RNN") },
  ]

  private mutating func addRecurrence(_ call: PT2Call, _ type: String) throws {
    guard call.overload == "input" else {
      throw call.unsupported("sequences of different lengths in one tensor")
    }
    guard try !call.bool("train", false) || call.double("dropout") ?? 0 == 0 else {
      throw call.unsupported("it is in training mode; call model.eval() before torch.export.export")
    }
    let isLong = type == "LSTM"
    let hasBias = try call.bool("has_biases", true)
    let layers = try call.int("num_layers", 1)
    let directions = try call.bool("bidirectional", false) ? 2 : 1
    let isBatchFirst = try call.bool("batch_first", false)
    let weights = try call.tensors("params").compactMap { $0 }
    let states =
      isLong ? try call.tensors("hx").compactMap { $0 } : [try call.tensor("hx")]
    let count = hasBias ? 4 : 2
    guard (1...1024).contains(layers), weights.count == layers * directions * count,
      states.count == (isLong ? 2 : 1)
    else {
      throw call.unsupported(
        "\(weights.count) weights for \(layers) layers of \(directions) directions; projections are "
          + "not supported")
    }
    var x = try call.tensor("input")
    let shape = try shape(x)
    guard shape.count == 3 else { throw call.unsupported("an input of shape \(shape)") }
    if isBatchFirst { x = emit("Transpose", [x], ["perm": .ints([1, 0, 2])]) }
    let (steps, batch) = isBatchFirst ? (shape[1], shape[0]) : (shape[0], shape[1])
    var last: [[String]] = [[], []]
    for layer in 0..<layers {
      let first = layer * directions * count
      let own = Array(weights[first..<(first + directions * count)])
      let cell = try gates(own, directions, count, type, call)
      var inputs = [x, cell.input, cell.recurrent, cell.bias ?? "", ""]
      for state in states { inputs.append(try part(of: state, layer, directions)) }
      var attributes: [String: OperatorNode.Attribute] = [
        "hidden_size": .int(cell.width),
        "direction": .string(directions == 2 ? "bidirectional" : "forward"),
      ]
      if type == "GRU" { attributes["linear_before_reset"] = .int(1) }
      if call.name == "rnn_relu" {
        attributes["activations"] = .strings([String](repeating: "Relu", count: directions))
      }
      let names = ["all", "hidden", "cell"].prefix(isLong ? 3 : 2).map {
        "\(call.result):\($0) \(layer)"
      }
      emit(type, inputs, attributes, to: Array(names))
      // [steps, directions, samples, width] with the directions' features side by side.
      let turned = emit("Transpose", [names[0]], ["perm": .ints([0, 2, 1, 3])])
      x = emit("Reshape", [turned, try list([steps, batch, directions * cell.width])])
      for index in 0..<states.count { last[index].append(names[index + 1]) }
    }
    if isBatchFirst {
      emit("Transpose", [x], ["perm": .ints([1, 0, 2])], to: [call.result])
    } else {
      pass(x, to: call.result)
    }
    for index in 0..<states.count where call.results.count > index + 1 {
      emit("Concat", last[index], ["axis": .int(0)], to: [call.results[index + 1]])
    }
  }

  /// A layer's part of the states to begin with.
  private mutating func part(of state: String, _ layer: Int, _ directions: Int) throws -> String {
    let range = layer * directions..<(layer + 1) * directions
    if let known = try constant(state) {
      guard known.rank == 3, range.upperBound <= known.shape[0] else { return state }
      return add(constant: try known.narrowed(axis: 0, to: range))
    }
    return emit(
      "Slice",
      [state, try list([range.lowerBound]), try list([range.upperBound]), try list([0])])
  }

  /// A layer's weights with the gates in ONNX's order, both directions together.
  private mutating func gates(
    _ weights: [String], _ directions: Int, _ count: Int, _ type: String, _ call: PT2Call
  ) throws -> (input: String, recurrent: String, bias: String?, width: Int) {
    // PyTorch: input, forget, cell, output; reset, update, new. ONNX: input, output, forget, cell;
    // update, reset, new.
    let order = ["LSTM": [0, 3, 1, 2], "GRU": [1, 0, 2]][type] ?? [0]
    var parts: [[Tensor]] = [[], [], []]
    for direction in 0..<directions {
      var own: [Tensor] = []
      for name in weights[(direction * count)..<((direction + 1) * count)] {
        guard let tensor = try constant(name) else { throw call.unsupported("computed weights") }
        guard let rows = tensor.shape.first, rows > 0, rows % order.count == 0 else {
          throw call.unsupported("weights of shape \(tensor.shape)")
        }
        let width = rows / order.count
        let gates = try order.map {
          try tensor.narrowed(axis: 0, to: $0 * width..<($0 + 1) * width)
        }
        own.append(try Tensor.concatenated(gates, axis: 0))
      }
      guard own[0].rank == 2, own[1].rank == 2 else {
        throw call.unsupported("weights without axes")
      }
      parts[0].append(try own[0].unsqueezed(0))
      parts[1].append(try own[1].unsqueezed(0))
      if count == 4 {
        parts[2].append(try Tensor.concatenated([own[2], own[3]], axis: 0).unsqueezed(0))
      }
    }
    let width = parts[1][0].shape[2]
    return (
      add(constant: try Tensor.concatenated(parts[0], axis: 0)),
      add(constant: try Tensor.concatenated(parts[1], axis: 0)),
      count == 4 ? add(constant: try Tensor.concatenated(parts[2], axis: 0)) : nil, width
    )
  }
}
