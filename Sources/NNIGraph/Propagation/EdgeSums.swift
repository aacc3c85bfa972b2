/// Sums along edges, taken while signals travel.
package final class EdgeSums {
  /// An edge by the positions of its ends in the graph.
  package struct Place: Hashable {
    package let user: Int
    package let source: Int
  }

  private let relevance: (Signal, Int) throws -> Tensor
  /// The sum for each sample, `[N]` in float64.
  package private(set) var values: [Place: Tensor] = [:]

  /// Takes what a signal at the node of that position amounts to, element by element.
  package init(_ relevance: @escaping (Signal, Int) throws -> Tensor) { self.relevance = relevance }

  package func add(_ signal: Signal, from user: Int, to source: Int) throws {
    let place = Place(user: user, source: source)
    let sum = try relevance(signal, source).converted(to: .float64).sumPerSample()
    values[place] = try values[place].map { try $0 + sum } ?? sum
  }
}
