/// The nodes of a file that its first output needs, each after those that feed it.
struct ONNXOrder {
  private(set) var nodes: [ONNXNodeProto] = []
  /// The names of the graph's inputs that those nodes read, in the file's order.
  private(set) var inputs: [String] = []
  /// The names of all values that are read, the output's among them.
  private(set) var used: Set<String> = []

  /// The order of a graph's nodes.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - known: Names of values that stand beside the graph.
  /// - Throws: ``InterpretabilityError`` when a value has two sources or none, or needs itself.
  init(_ graph: ONNXGraphProto, known: Set<String> = []) throws {
    let initializers = Set(graph.initializer.map(\.name)).union(known)
    let inputNames = graph.input.map(\.name).filter { !initializers.contains($0) }
    let producers = try Self.producers(in: graph, initializers, inputNames)
    let output = graph.output[0].name
    let isKnown = { (name: String) in initializers.contains(name) || inputNames.contains(name) }
    guard producers[output] != nil || isKnown(output) else {
      throw InterpretabilityError(
        .invalidFile, "no node of the file computes its output “\(output)”")
    }
    var search = Search(graph: graph, producers: producers)
    if let last = producers[output] { try search.visit(last, isKnown: isKnown) }
    var order = search.order
    // The file's own order is kept when it is one.
    let positions = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let isSorted = order.allSatisfy { index in
      search.reads[index, default: []].allSatisfy { name in
        producers[name].map { $0 < index || positions[$0] == nil } ?? true
      }
    }
    if isSorted { order.sort() }
    nodes = order.map { graph.node[$0] }
    used = Set(nodes.flatMap { $0.reads.all }).union([output])
    inputs = inputNames.filter(used.contains)
  }

  /// The index of the node that computes each value.
  private static func producers(
    in graph: ONNXGraphProto, _ initializers: Set<String>, _ inputs: [String]
  ) throws -> [String: Int] {
    func twice(_ name: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, "the file defines the value “\(name)” twice")
    }
    var seen = Set<String>()
    for name in graph.initializer.map(\.name) + inputs where !seen.insert(name).inserted {
      throw twice(name)
    }
    var producers: [String: Int] = [:]
    for (index, node) in graph.node.enumerated() {
      for name in node.output where !name.isEmpty {
        guard seen.insert(name).inserted else { throw twice(name) }
        producers[name] = index
      }
    }
    return producers
  }

  /// A depth-first search with its own stack, for a file may be as deep as it likes.
  private struct Search {
    let graph: ONNXGraphProto
    let producers: [String: Int]
    private(set) var order: [Int] = []
    /// What each visited node reads from outside itself.
    private(set) var reads: [Int: [String]] = [:]
    private var states: [Int: Bool] = [:]

    init(graph: ONNXGraphProto, producers: [String: Int]) {
      self.graph = graph
      self.producers = producers
    }

    /// Lists the node after everything that it needs.
    mutating func visit(_ root: Int, isKnown: (String) -> Bool) throws {
      var stack = [(node: root, next: 0)]
      states[root] = false
      reads[root] = graph.node[root].reads.outer
      while let top = stack.last {
        let node = graph.node[top.node]
        let names = reads[top.node] ?? []
        guard top.next < names.count else {
          states[top.node] = true
          order.append(top.node)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let name = names[top.next]
        guard !name.isEmpty, !isKnown(name) else { continue }
        guard let source = producers[name] else {
          throw InterpretabilityError(
            .invalidFile, "nothing in the file computes its input “\(name)”", node: node.id)
        }
        switch states[source] {
        case nil:
          states[source] = false
          reads[source] = graph.node[source].reads.outer
          stack.append((source, 0))
        case false?:
          throw InterpretabilityError(
            .invalidFile, "it needs its own output: the graph has a cycle", node: node.id)
        case true?: break
        }
      }
    }
  }
}

extension ONNXNodeProto {
  /// The node's name, or that of its first output.
  var id: NodeID { NodeID(name.isEmpty ? output.first ?? opType : name) }

  /// The names of values that the node reads, those of its branches among them: `outer` without what
  /// the branches define themselves.
  var reads: (outer: [String], all: [String]) {
    var (outer, all) = (input, input)
    for attribute in attribute where attribute.hasG {
      var inner = Set(attribute.g.initializer.map(\.name))
      inner.formUnion(attribute.g.input.map(\.name) + attribute.g.node.flatMap(\.output))
      for reads in attribute.g.node.map(\.reads) {
        outer += reads.outer.filter { !inner.contains($0) }
        all += reads.all
      }
      let results = attribute.g.output.map(\.name)
      outer += results.filter { !inner.contains($0) }
      all += results
    }
    return (outer, all)
  }
}
