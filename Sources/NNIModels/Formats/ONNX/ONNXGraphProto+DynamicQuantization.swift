extension ONNXGraphProto {
  /// The graph with products of whole numbers whose scale is the value's own as products of rounded values.
  ///
  /// `DynamicQuantizeLinear → MatMulInteger → Cast → Mul(scales)`, which is how ONNX Runtime's quantiser
  /// writes a layer, becomes a rounding of the value and a layer with the weights' values. The numbers are the
  /// same, and the signal does not have to pass a product with a scale.
  var withPlainDynamicQuantization: ONNXGraphProto {
    let sources = node.filter { $0.opType == "DynamicQuantizeLinear" && $0.output.count == 3 }
    guard !sources.isEmpty else { return self }
    var roundings: [String: ONNXNodeProto] = [:]
    for source in sources { roundings[source.output[0]] = source }
    var producers: [String: Int] = [:]
    var users: [String: [Int]] = [:]
    for (index, node) in node.enumerated() {
      for name in node.output { producers[name] = index }
      for name in node.reads.all { users[name, default: []].append(index) }
    }
    for output in output { users[output.name, default: []].append(-1) }
    var copy = self
    var added: [ONNXNodeProto] = []
    var rounded: Set<String> = []
    func user(_ index: Int) -> Int? {
      guard let name = node[index].output.first, let all = users[name], all.count == 1, all[0] >= 0
      else { return nil }
      return all[0]
    }
    func value(of source: ONNXNodeProto) -> String {
      let name = "\(source.output[0]):rounded"
      if rounded.insert(name).inserted {
        added.append(
          .init("DynamicQuantization", [source.input.first ?? ""], name, domain: "nni"))
      }
      return name
    }
    for (index, product) in node.enumerated() {
      guard product.input.count >= 2, let source = roundings[product.input[0]] else { continue }
      let zero = product.input.count > 3 ? product.input[3] : ""
      switch product.opType {
      case "MatMulInteger", "ConvInteger":
        guard product.input.count > 2, product.input[2] == source.output[2],
          let cast = user(index), node[cast].opType == "Cast", let end = user(cast),
          node[end].opType == "Mul", node[end].input.count == 2, node[cast].output.count == 1,
          let factor = node[end].input.first(where: { $0 != node[cast].output[0] }),
          let scale = weightScale(factor, source.output[1], producers)
        else { continue }
        let isProduct = product.opType == "MatMulInteger"
        let weight = "\(product.id.name):weight"
        added.append(
          .init(
            "DequantizeLinear", [product.input[1], scale, zero], weight,
            [.init("axis", int: isProduct ? -1 : 0)]))
        copy.node[end] = .init(
          isProduct ? "MatMul" : "Conv", [value(of: source), weight], node[end].output[0],
          product.attribute, name: product.id.name)
      case "MatMulIntegerToFloat":
        guard product.input.count > 4, product.input[2] == source.output[1],
          product.input[4] == source.output[2], let output = product.output.first
        else { continue }
        let weight = "\(product.id.name):weight"
        let zero = product.input.count > 5 ? product.input[5] : ""
        let bias = product.input.count > 6 ? product.input[6] : ""
        let inner = bias.isEmpty ? output : "\(product.id.name):product"
        added.append(
          .init(
            "DequantizeLinear", [product.input[1], product.input[3], zero], weight,
            [.init("axis", int: -1)]))
        let plain = ONNXNodeProto(
          "MatMul", [value(of: source), weight], inner, name: bias.isEmpty ? product.id.name : inner
        )
        guard bias.isEmpty else {
          added.append(plain)
          copy.node[index] = .init("Add", [inner, bias], output, name: product.id.name)
          continue
        }
        copy.node[index] = plain
      default: continue
      }
    }
    copy.node += added
    return copy
  }

  /// The weight's scale, where a factor is its product with the value's.
  private func weightScale(
    _ factor: String, _ scale: String, _ producers: [String: Int]
  ) -> String? {
    guard let index = producers[factor], node[index].opType == "Mul", node[index].input.count == 2,
      node[index].input.contains(scale)
    else { return nil }
    return node[index].input.first { $0 != scale }
  }
}

extension ONNXNodeProto {
  /// A node with one output, by whose name it is called unless another one is given.
  init(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [ONNXAttributeProto] = [],
    name: String = "", domain: String = ""
  ) {
    self.init()
    opType = type
    input = inputs
    self.output = [output]
    attribute = attributes
    self.name = name.isEmpty ? output : name
    self.domain = domain
  }
}
