import NNIGraph
import Foundation
import NNITestSupport
import Testing

@Suite struct QuadratureTests {
  static let all = Quadrature.allCases

  /// `∫₀¹ tᵏ dt` by a sum.
  private func power(_ k: Int, _ nodes: [(position: Double, weight: Double)]) -> Double {
    nodes.reduce(0) { $0 + $1.weight * pow($1.position, Double(k)) }
  }

  @Test(arguments: all, [1, 2, 3, 7, 50, 333]) func weightsSumToOne(
    _ quadrature: Quadrature, _ count: Int
  ) {
    let nodes = quadrature.nodes(count)
    #expect(nodes.count == count)
    #expect(abs(nodes.reduce(0) { $0 + $1.weight } - 1) < 1e-13)
    #expect(nodes.allSatisfy { (0...1).contains($0.position) && $0.weight > 0 })
    #expect(zip(nodes, nodes.dropFirst()).allSatisfy { $0.position < $1.position })
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 13, 50]) func gaussLegendreIsExactUpToItsDegree(_ n: Int) {
    let nodes = Quadrature.gaussLegendre.nodes(n)
    for k in 0..<(2 * n) {
      #expect(abs(power(k, nodes) - 1 / Double(k + 1)) < 1e-14, "degree \(k)")
    }
  }

  /// At degree 2n the error is `(n!)⁴ / ((2n + 1) ((2n)!)²)`, and no degree more.
  @Test(arguments: 1...6) func gaussLegendreMissesTheNextDegreeByWhatItMust(_ n: Int) {
    func factorial(_ k: Int) -> Double { (1...k).reduce(1) { $0 * Double($1) } }
    let error = pow(factorial(n), 4) / (Double(2 * n + 1) * pow(factorial(2 * n), 2))
    let found = 1 / Double(2 * n + 1) - power(2 * n, Quadrature.gaussLegendre.nodes(n))
    #expect(abs(found - error) < 1e-15)
  }

  @Test func gaussLegendreHasItsClosedForms() {
    func expect(_ n: Int, _ wanted: [(Double, Double)]) {
      let nodes = Quadrature.gaussLegendre.nodes(n)
      expectClose(nodes.map(\.position), wanted.map(\.0), relative: 0, absolute: 1e-15)
      expectClose(nodes.map(\.weight), wanted.map(\.1), relative: 0, absolute: 5e-15)
    }
    let (second, third) = ((1.0 / 12).squareRoot(), (3.0 / 20).squareRoot())
    expect(1, [(0.5, 1)])
    expect(2, [(0.5 - second, 0.5), (0.5 + second, 0.5)])
    expect(3, [(0.5 - third, 5.0 / 18), (0.5, 8.0 / 18), (0.5 + third, 5.0 / 18)])
  }

  /// Values of numpy's `leggauss(50)`, mapped to 0…1.
  @Test func fiftyNodesAreNumpys() {
    let nodes = Quadrature.gaussLegendre.nodes(50)
    for (index, position, weight) in [
      (0, 0.0005667977899644905, 0.0014543112765789633),
      (1, 0.002984015283954644, 0.003379899597872283),
      (24, 0.48445083083640555, 0.031088308327673515),
      (49, 0.9994332022100355, 0.0014543112765789633),
    ] {
      #expect(abs(nodes[index].position - position) < 1e-15)
      // numpy's own weights sum to 1 only up to 1e-15 times fifty.
      #expect(abs(nodes[index].weight - weight) < 1e-14)
    }
  }

  @Test func theOthersStandWhereTheirNamesSay() {
    expectClose(Quadrature.left.nodes(4).map(\.position), [0, 0.25, 0.5, 0.75])
    expectClose(Quadrature.right.nodes(4).map(\.position), [0.25, 0.5, 0.75, 1])
    expectClose(Quadrature.midpoint.nodes(4).map(\.position), [0.125, 0.375, 0.625, 0.875])
    let trapezoid = Quadrature.trapezoid.nodes(5)
    expectClose(trapezoid.map(\.position), [0, 0.25, 0.5, 0.75, 1])
    expectClose(trapezoid.map(\.weight), [0.125, 0.25, 0.25, 0.25, 0.125])
    #expect(abs(power(1, trapezoid) - 0.5) < 1e-15)
  }
}
