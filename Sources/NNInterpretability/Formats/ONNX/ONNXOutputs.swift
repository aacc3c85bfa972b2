/// Which of a file's outputs is read.
///
/// Where none is named it is one of real numbers that depends on the input and that no other such output is
/// computed from. Of several it is, in this order, the one with as many values as the card has labels; one
/// after a softmax or sigmoid; one whose names speak of classes and not of boxes; one of two axes with more
/// than one value; the first.
struct ONNXOutputs {
  /// The one that is read.
  let chosen: String
  /// The others, in the file's order.
  let others: [String]

  /// - Throws: ``InterpretabilityError`` when there is no output of that name.
  init(_ graph: ONNXGraphProto, wanted: String, labelCount: Int) throws {
    let names = graph.output.map(\.name)
    var producers: [String: Int] = [:]
    for (index, node) in graph.node.enumerated() {
      for name in node.output where producers[name] == nil { producers[name] = index }
    }
    guard wanted.isEmpty || names.contains(wanted) else {
      throw InterpretabilityError(
        .invalidOption,
        "the file has no output “\(wanted)”; its outputs are "
          + names.map { "“\($0)”" }.joined(separator: ", "))
    }
    var chosen = wanted
    if chosen.isEmpty {
      chosen =
        names.count == 1
        ? names[0] : Self.best(of: graph, producers, labelCount: labelCount) ?? names[0]
    }
    self.chosen = chosen
    others = names.filter { $0 != chosen }
  }

  private static func best(
    of graph: ONNXGraphProto, _ producers: [String: Int], labelCount: Int
  ) -> String? {
    let initializers = Set(graph.initializer.map(\.name))
    let inputs = Set(graph.input.map(\.name)).subtracting(initializers)
    let real = graph.output.enumerated().filter { isReal($1, graph, producers) }
    let upstream = real.map { ancestors(of: $0.element.name, graph, producers) }
    let candidates = real.indices.filter { own in
      let name = real[own].element.name
      return !upstream[own].isDisjoint(with: inputs)
        && !real.indices.contains { $0 != own && upstream[$0].contains(name) }
    }
    let ranked = candidates.map { place in
      let (index, output) = real[place]
      let extents = output.type.tensorType.shape.dim.map { Int($0.dimValue) }
      let width = extents.count > 1 ? extents[1] : 0
      let key: [Int] = [
        labelCount > 0 && width == labelCount ? 1 : 0,
        isActivated(output.name, graph, producers) ? 1 : 0, hint(output.name, graph, producers),
        extents.count == 2 ? 1 : 0, width > 1 ? 1 : 0, -index,
      ]
      return (name: output.name, key: key)
    }
    return ranked.max { $0.key.lexicographicallyPrecedes($1.key) }?.name
  }

  /// Whether an output has real numbers, by what the file declares or by what computes it.
  private static func isReal(
    _ output: ONNXValueInfoProto, _ graph: ONNXGraphProto, _ producers: [String: Int]
  ) -> Bool {
    let type = output.type.tensorType.elemType
    // float, float16, double, bfloat16
    if type != 0 { return [1, 10, 11, 16].contains(type) }
    guard let index = producers[output.name] else { return true }
    let node = graph.node[index]
    switch node.opType {
    case "ArgMax", "ArgMin", "Shape", "NonZero", "Equal", "Greater", "Less", "Not", "ZipMap":
      return false
    case "TopK": return node.output.first == output.name
    case "Cast":
      return [1, 10, 11, 16].contains(node.attribute.first { $0.name == "to" }?.i ?? 1)
    default: return true
    }
  }

  /// The names of all values that one is computed from.
  private static func ancestors(
    of name: String, _ graph: ONNXGraphProto, _ producers: [String: Int]
  ) -> Set<String> {
    var found: Set<String> = []
    var stack = [name]
    while let next = stack.popLast() {
      guard let index = producers[next] else { continue }
      for input in graph.node[index].reads.outer where !input.isEmpty {
        if found.insert(input).inserted { stack.append(input) }
      }
    }
    return found
  }

  /// Whether a value is made by a softmax or sigmoid, but for layers that pass it on.
  private static func isActivated(
    _ name: String, _ graph: ONNXGraphProto, _ producers: [String: Int]
  ) -> Bool {
    let passing: Set = [
      "Identity", "Cast", "Dropout", "Clip", "Log", "Flatten", "Reshape", "Squeeze", "Unsqueeze",
    ]
    var name = name
    for _ in 0...graph.node.count {
      guard let index = producers[name] else { return false }
      let node = graph.node[index]
      if ["Softmax", "LogSoftmax", "Sigmoid"].contains(node.opType) { return true }
      guard passing.contains(node.opType), let source = node.input.first else { return false }
      name = source
    }
    return false
  }

  /// 1 where the names of an output, its node and its weights speak of classes, −1 where of boxes and the
  /// like.
  private static func hint(
    _ name: String, _ graph: ONNXGraphProto, _ producers: [String: Int]
  ) -> Int {
    var names = [name]
    if let index = producers[name] {
      names += [graph.node[index].name] + graph.node[index].input.dropFirst()
    }
    let text = names.joined(separator: " ").lowercased()
    let classes = ["logit", "class", "cls", "prob", "score", "softmax", "categor", "label"]
    let others = [
      "box", "landmark", "offset", "coord", "regress", "anchor", "feature", "embed", "hidden",
      "aux",
    ]
    return (classes.contains(where: text.contains) ? 1 : 0)
      - (others.contains(where: text.contains) ? 1 : 0)
  }
}
