import Foundation

/// Einstein's notation, with the samples as an axis of every computed operand.
extension ONNXImporter {
  mutating func placedEinsum(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace) {
    var terms = try Self.terms(of: node, ranks: operandRanks(node))
    let isComputed = node.inputs.map { input in if case .node = input { true } else { false } }
    guard node.inputs.count <= 2, node.inputs.count == terms.inputs.count else {
      throw node.unsupported("\(node.inputs.count) operands; one or two are supported")
    }
    var ids = node.sources
    let computed = isComputed.indices.filter { isComputed[$0] }
    // The name of the samples' axis, if it is the same in all computed operands and kept.
    let names = Set(
      zip(computed, ids).map { index, id -> Character? in
        let place = samplePlace(of: id)
        return place.isOwn && place.axis < terms.inputs[index].count
          ? terms.inputs[index][place.axis] : nil
      })
    var place: SamplePlace
    if names.count == 1, let name = names.first.flatMap({ $0 }),
      let position = terms.output.firstIndex(of: name),
      isComputed.indices.allSatisfy({ isComputed[$0] || !terms.inputs[$0].contains(name) })
    {
      place = SamplePlace(axis: position)
      for index in computed {
        terms.inputs[index].removeAll { $0 == name }
        terms.inputs[index].insert(name, at: 0)
      }
      terms.output.remove(at: position)
      terms.output.insert(name, at: 0)
    } else {
      guard batch == 1 else { throw mixes(node, "its operands have the batch at different axes") }
      ids = try ids.map { try opened($0) }
      let used = Set(terms.inputs.joined())
      guard let name = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".first(where: { !used.contains($0) }) else {
        throw node.unsupported("too many axes")
      }
      place = SamplePlace(axis: 0, before: 1)
      for index in computed { terms.inputs[index].insert(name, at: 0) }
      terms.output.insert(name, at: 0)
    }
    var inputs = ids.map { OperatorNode.Input.node($0) }
    var order = computed
    for (index, input) in node.inputs.enumerated() {
      if case .constant = input {
        inputs.append(input)
        order.append(index)
      }
    }
    var texts = order.map { String(terms.inputs[$0]) }
    if inputs.count == 1 { texts.append("") }
    let equation = texts.joined(separator: ",") + "->" + String(terms.output)
    return (
      node.replacing(inputs: inputs).setting("equation", .string(equation)), place
    )
  }

  /// A product of more than two operands as products of two, from the left.
  mutating func pairwise(_ node: OperatorNode) throws -> OperatorNode {
    guard node.inputs.count > 2 else { return node }
    let terms = try Self.terms(of: node, ranks: operandRanks(node))
    var (value, names) = (node.inputs[0], terms.inputs[0])
    func equation(_ names: [Character], _ index: Int, _ result: [Character]) -> String {
      "\(String(names)),\(String(terms.inputs[index]))->\(String(result))"
    }
    let last = node.inputs.count - 1
    for index in 1..<last {
      let needed = Set(terms.inputs[(index + 1)...].joined()).union(terms.output)
      var kept: [Character] = []
      for name in names + terms.inputs[index] where needed.contains(name) && !kept.contains(name) {
        kept.append(name)
      }
      let text = equation(names, index, kept)
      if case .constant(let left) = value, case .constant(let right) = node.inputs[index] {
        value = .constant(
          try .call("aten::einsum", .string(text), .tensors([left, right]), .none))
      } else {
        value = .node(
          try helper(
            node, "pair \(index)", "Einsum", [value, node.inputs[index]],
            ["equation": .string(text)]))
      }
      names = kept
    }
    return OperatorNode(
      id: node.id, type: "Einsum", version: node.version, inputs: [value, node.inputs[last]],
      attributes: ["equation": .string(equation(names, last, terms.output))])
  }

  private mutating func operandRanks(_ node: OperatorNode) throws -> [Int] {
    try node.inputs.map { input in
      switch input {
      case .node(let id): try axisCount(of: id, for: node)
      case .constant(let tensor): tensor.rank
      case .absent: 0
      }
    }
  }

  /// The names of all axes, `...` written out and the result's stated.
  private static func terms(
    of node: OperatorNode, ranks: [Int]
  ) throws -> (inputs: [[Character]], output: [Character]) {
    let equation = try node.string("equation", default: "").filter { $0 != " " }
    let sides = equation.components(separatedBy: "->")
    let texts = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    func malformed() -> InterpretabilityError {
      InterpretabilityError(
        .invalidFile, "Einsum: “\(equation)” does not fit operands of \(ranks) axes", node: node.id)
    }
    guard sides.count <= 2, texts.count == ranks.count, equation.count < 200 else {
      throw malformed()
    }
    let letters = Set(equation.filter(\.isLetter))
    let free = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".filter {
      !letters.contains($0)
    }
    var broadcast: [Character] = []
    let counts = zip(texts, ranks).map { text, rank in
      text.contains("...") ? rank - (text.count - 3) : 0
    }
    let longest = counts.max() ?? 0
    guard longest <= free.count, counts.allSatisfy({ $0 >= 0 }) else { throw malformed() }
    broadcast = Array(free.prefix(longest))
    let inputs = zip(texts, counts).map { text, count in
      Array(text.replacing("...", with: String(broadcast.suffix(count))))
    }
    guard zip(inputs, ranks).allSatisfy({ $0.count == $1 && $0.allSatisfy(\.isLetter) }) else {
      throw malformed()
    }
    if sides.count == 2 {
      let output = Array(sides[1].replacing("...", with: String(broadcast)))
      guard output.allSatisfy({ name in inputs.contains { $0.contains(name) } }),
        Set(output).count == output.count
      else { throw malformed() }
      return (inputs, output)
    }
    let all = inputs.joined()
    let once = Set(all).filter { name in all.count { $0 == name } == 1 && !broadcast.contains(name)
    }
    return (inputs, broadcast + once.sorted())
  }
}
