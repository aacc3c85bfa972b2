/// Sequences of bytes or code points by their beginnings.
struct SymbolTrie: Sendable {
  /// From a node and a symbol to the next node; a symbol has at most 21 bits.
  private var edges: [Int: Int32] = [:]
  private var values: [Int32] = [-1]

  /// Where every sequence begins.
  static let root = 0

  /// Whether there is none.
  var isEmpty: Bool { edges.isEmpty }

  /// Adds a sequence; a later one with the same symbols takes its place.
  mutating func insert(_ symbols: some Sequence<Int>, _ value: Int) {
    var node = Self.root
    for symbol in symbols {
      if let next = edges[node << 21 | symbol] {
        node = Int(next)
      } else {
        edges[node << 21 | symbol] = Int32(values.count)
        node = values.count
        values.append(-1)
      }
    }
    values[node] = Int32(value)
  }

  /// The node after a symbol.
  func next(_ node: Int, _ symbol: Int) -> Int? { edges[node << 21 | symbol].map(Int.init) }

  /// What stands at a node.
  func value(_ node: Int) -> Int? { values[node] < 0 ? nil : Int(values[node]) }
}
