import Foundation

/// Everything in a file that keeps it from being read, told at once.
struct ONNXBlockers {
  private var found: [(node: NodeID?, error: InterpretabilityError)] = []
  /// Values that cannot be computed because of it.
  private var blocked: Set<String> = []

  /// Whether nothing stands in the way.
  var isEmpty: Bool { found.isEmpty }

  /// Notes an error at a node, whose outputs are then not to be had.
  mutating func note(_ error: InterpretabilityError, at node: ONNXNodeProto) {
    found.append((error.node ?? (node.output.isEmpty ? nil : node.id), error))
    block(node)
  }

  /// Notes that a node's outputs are not to be had.
  mutating func block(_ node: ONNXNodeProto) { blocked.formUnion(node.output) }

  /// Whether a node reads what is not to be had.
  func stops(_ node: ONNXNodeProto) -> Bool {
    !blocked.isEmpty && node.reads.outer.contains { blocked.contains($0) }
  }

  /// Whether a value is not to be had.
  func stops(_ value: String) -> Bool { blocked.contains(value) }

  /// One error that names all of it: the error itself if there is one.
  var error: InterpretabilityError? {
    guard let first = found.first else { return nil }
    guard found.count > 1 else { return first.error }
    var order: [String] = []
    var places: [String: [String]] = [:]
    var list = ""
    for (node, error) in found {
      // The list of supported operators is long and told once.
      let parts = error.message.components(separatedBy: Self.listMark)
      if parts.count > 1 { list = Self.listMark + parts[1] }
      let cause = error.cause.map { " (\($0))" } ?? ""
      if places[parts[0] + cause] == nil { order.append(parts[0] + cause) }
      places[parts[0] + cause, default: []].append(node?.name ?? "")
    }
    let shown = order.prefix(Self.limit).map { reason in
      let nodes = (places[reason] ?? []).filter { !$0.isEmpty }
      let names = nodes.prefix(3).joined(separator: ", ")
      let more = nodes.count > 3 ? " and \(nodes.count - 3) more" : ""
      return nodes.isEmpty
        ? reason : "\(nodes.count == 1 ? "node" : "nodes") \(names)\(more): \(reason)"
    }
    let rest = order.count > Self.limit ? "; and \(order.count - Self.limit) more" : ""
    return InterpretabilityError(
      first.error.code,
      "\(order.count == 1 ? "one thing stands" : "\(order.count) things stand") in the way: "
        + shown.joined(separator: "; ") + rest + list)
  }

  private static let limit = 12
  static let listMark = "; supported are "
}
