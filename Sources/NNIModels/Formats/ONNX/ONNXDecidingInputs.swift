import Foundation

/// Inputs of one whole number that decide what is computed: which branch of an `If`, how many turns of a
/// `Loop`, or the extent of a value.
///
/// Such a number is part of what a network is made for, as a size is.
enum ONNXDecidingInputs {
  /// Their names, with the numbers that the file compares each with; 1 where it compares with none.
  static func find(_ inputs: [ONNXInput], in graph: ONNXGraphProto) -> [String: [Int]] {
    let candidates = inputs.filter { input in
      !input.dtype.isFloatingPoint && input.shape.allSatisfy { $0 == 1 }
    }
    guard !candidates.isEmpty else { return [:] }
    var nodes: [ONNXNodeProto] = []
    collect(graph, into: &nodes)
    var producers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.output where producers[name] == nil { producers[name] = index }
    }
    var stack = nodes.flatMap(deciding)
    var seen: Set<String> = []
    while let name = stack.popLast() {
      guard !name.isEmpty, seen.insert(name).inserted, let index = producers[name] else { continue }
      let node = nodes[index]
      // The shape of a value does not depend on its numbers.
      if ["Shape", "Size", "Constant"].contains(node.opType) { continue }
      stack += node.input
    }
    var found: [String: [Int]] = [:]
    for input in candidates where seen.contains(input.name) {
      let compared = compared(with: input.name, nodes, producers, graph)
      found[input.name] = compared.isEmpty ? [1] : compared
    }
    return found
  }

  private static func collect(_ graph: ONNXGraphProto, into nodes: inout [ONNXNodeProto]) {
    for node in graph.node {
      nodes.append(node)
      for attribute in node.attribute where attribute.hasG { collect(attribute.g, into: &nodes) }
    }
  }

  /// The inputs of a node that must be known before its layer can be made.
  private static func deciding(_ node: ONNXNodeProto) -> [String] {
    let positions: [Int] =
      switch node.opType {
      case "If", "ConstantOfShape": [0]
      case "Loop": [0, 1]
      case "Range": [0, 1, 2]
      case "Reshape", "Expand", "Tile", "TopK", "OneHot", "Pad", "CumSum": [1]
      case "Slice": [1, 2, 3, 4]
      case "Resize": [1, 2, 3]
      default: []
      }
    return positions.filter { $0 < node.input.count }.map { node.input[$0] }
  }

  private static func compared(
    with name: String, _ nodes: [ONNXNodeProto], _ producers: [String: Int],
    _ graph: ONNXGraphProto
  ) -> [Int] {
    // Values that are the input's number in another shape or type.
    var same: Set<String> = [name]
    for node in nodes
    where ["Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Gather"].contains(node.opType) {
      if let source = node.input.first, same.contains(source) { same.formUnion(node.output) }
    }
    var found: [Int] = []
    for node in nodes where node.opType == "Equal" && node.input.count == 2 {
      guard let place = node.input.firstIndex(where: same.contains),
        let number = number(node.input[1 - place], nodes, producers, graph),
        !found.contains(number)
      else { continue }
      found.append(number)
    }
    return found
  }

  private static func number(
    _ name: String, _ nodes: [ONNXNodeProto], _ producers: [String: Int], _ graph: ONNXGraphProto
  ) -> Int? {
    var tensor = graph.initializer.first { $0.name == name }
    if let index = producers[name], nodes[index].opType == "Constant" {
      let attributes = nodes[index].attribute
      if let value = attributes.first(where: { $0.name == "value_int" }) { return Int(value.i) }
      tensor = attributes.first { $0.name == "value" }?.t
    }
    guard let tensor, tensor.dataLocation == 0,
      let read = try? ONNXTensorReader().tensor(tensor),
      read.count == 1, !read.dtype.isFloatingPoint,
      let value = try? read.converted(to: .int64).elements(as: Int64.self).first
    else { return nil }
    return Int(value)
  }
}
