/// Scaled dot-product attention in all forms that PyTorch gives it.
extension PT2Translator {
  static let attention: [String: Translation] = {
    var table: [String: Translation] = [:]
    for name in [
      "scaled_dot_product_attention", "_scaled_dot_product_flash_attention_for_cpu",
      "_scaled_dot_product_flash_attention", "_scaled_dot_product_efficient_attention",
      "_scaled_dot_product_attention_math", "_scaled_dot_product_fused_attention_overrideable",
    ] {
      table[name] = { translator, call in try translator.addAttention(call) }
    }
    return table
  }()

  private mutating func addAttention(_ call: PT2Call) throws {
    guard try call.double("dropout_p") ?? 0 == 0 else {
      throw call.unsupported("it is in training mode; call model.eval() before torch.export.export")
    }
    var parts = try ["query", "key", "value"].map { try call.tensor($0) }
    let ranks = try parts.map { try shape($0).count }
    guard Set(ranks).count == 1, (2...8).contains(ranks[0]) else {
      throw call.unsupported("queries, keys and values of \(ranks) axes")
    }
    let mask = try call.optional("attn_mask") ?? call.optional("attn_bias")
    let isCausal = try call.bool("is_causal", false)
    let width = try shape(parts[0]).last ?? 1
    let scale = try call.double("scale") ?? 1 / Double(max(width, 1)).squareRoot()
    let isPlain = ranks[0] == 4 && !parts.contains { isConstant($0) }
    guard !isPlain else {
      emit(
        "Attention", parts + [mask].compactMap { $0 },
        ["scale": .float(scale), "is_causal": .int(isCausal ? 1 : 0)], to: [call.result])
      return
    }
    let lengths = try (shape(parts[0])[ranks[0] - 2], shape(parts[1])[ranks[0] - 2])
    if ranks[0] == 4 { try repeatHeads(&parts, call) }
    var order = Array(0..<ranks[0])
    order.swapAt(ranks[0] - 1, ranks[0] - 2)
    let keys = emit("Transpose", [parts[1]], ["perm": .ints(order)])
    let products = emit("MatMul", [parts[0], keys])
    var scores = emit("Mul", [products, try scalar(scale, like: "")])
    if isCausal {
      guard let count = TensorSize.count(of: [lengths.0, lengths.1]), count <= TensorSize.limit
      else { throw call.unsupported("so long a mask") }
      let values = (0..<count).map {
        $0 % lengths.1 > $0 / lengths.1 ? -Double.infinity : 0
      }
      let table = try Tensor(values, shape: [lengths.0, lengths.1], dtype: .float64)
      scores = emit("Add", [scores, add(constant: table)])
    }
    if let mask {
      if type(mask) == .bool {
        scores = emit("Where", [mask, scores, try scalar(-.infinity, like: "")])
      } else {
        scores = emit("Add", [scores, mask])
      }
    }
    let weights = emit("Softmax", [scores], ["axis": .int(-1)])
    emit("MatMul", [weights, parts[2]], to: [call.result])
  }

  /// Each head of keys and values for several heads of queries.
  private mutating func repeatHeads(_ parts: inout [String], _ call: PT2Call) throws {
    let heads = try shape(parts[0])[1]
    for index in 1...2 {
      let shape = try shape(parts[index])
      guard shape[1] != heads, shape[1] > 0 else { continue }
      guard heads % shape[1] == 0 else {
        throw call.unsupported("\(heads) heads of queries and \(shape[1]) of keys")
      }
      let times = heads / shape[1]
      let apart = emit("Unsqueeze", [parts[index], try list([2])])
      let all = emit(
        "Expand", [apart, try list([shape[0], shape[1], times, shape[2], shape[3]])])
      parts[index] = emit(
        "Reshape", [all, try list([shape[0], heads, shape[2], shape[3]])])
    }
  }
}
