/// What people call the nodes of an exported network: the modules of the program that it came from.
///
/// PyTorch's exporters name a node `/layer1/layer1.0/conv1/Conv`, whose module is `layer1.0.conv1`, or
/// `node_conv2d_3`; then the weight, `layer1.0.conv1.weight`, tells.
enum ONNXModuleNames {
  /// The names of modules by node, for nodes that are in `graph`.
  static func names(of proto: ONNXGraphProto, in graph: Graph) -> [NodeID: [String]] {
    let weights = Set(proto.initializer.map(\.name))
    let known = Set(graph.nodes.map(\.id))
    var names: [NodeID: [String]] = [:]
    for node in proto.node where known.contains(node.id) {
      // Equal biases of several layers may be stored once, under the name of the first.
      let owners = node.input.dropFirst().prefix(1).filter(weights.contains).compactMap(owner)
      let all = Set(([module(ofPath: node.name)].compactMap { $0 } + owners).filter { !$0.isEmpty })
      if !all.isEmpty { names[node.id] = all.sorted() }
    }
    return names
  }

  /// `layer1.0.conv1` of `/layer1/layer1.0/conv1/Conv`; `nil` for a name that is no path.
  static func module(ofPath name: String) -> String? {
    guard name.hasPrefix("/") else { return nil }
    var parts: [Substring] = []
    for part in name.split(separator: "/").dropLast() {
      // A numbered child bears its parent's name: `layer1.0` in `layer1`.
      if let last = parts.last, part.hasPrefix("\(last).") { parts.removeLast() }
      parts.append(part)
    }
    return parts.isEmpty ? nil : parts.joined(separator: ".")
  }

  /// `layer1.0.conv1` of `layer1.0.conv1.weight`.
  private static func owner(of weight: String) -> String? {
    let suffix = ".weight"
    return weight.hasSuffix(suffix) ? String(weight.dropLast(suffix.count)) : nil
  }
}
