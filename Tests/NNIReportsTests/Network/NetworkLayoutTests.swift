import Testing

@testable import NNIReports

@Suite struct NetworkLayoutTests {
  private func layout(_ count: Int, _ edges: [(Int, Int)], room: Double = 10) -> NetworkLayout {
    NetworkLayout(
      boxes: (0..<count).map { _ in (room, room) }, edges: edges.map { ($0.0, $0.1, width: 2) },
      gap: 4)
  }

  @Test func aChainIsStraight() {
    let chain = layout(5, (0..<4).map { ($0, $0 + 1) })
    #expect((0..<5).map { chain.layer(of: $0) } == [0, 1, 2, 3, 4])
    #expect(chain.places.allSatisfy { abs($0.x - chain.places[0].x) < 1e-9 })
    #expect(chain.width == 20 && chain.crossings == 0)
  }

  /// A node stands below all that it uses, however long one of the ways is.
  @Test func layersAreLongestWays() {
    let skip = layout(5, [(0, 1), (1, 2), (2, 4), (0, 3), (3, 4), (0, 4)])
    #expect((0..<5).map { skip.layer(of: $0) } == [0, 1, 2, 1, 3])
    // 0 → 4 passes two layers, 3 → 4 one.
    #expect(skip.paths.map(\.count) == [2, 2, 2, 2, 3, 4])
  }

  @Test func placesOfALayerDoNotTouch() {
    let fan = layout(9, (1...7).map { (0, $0) } + (1...7).map { ($0, 8) })
    for layer in fan.layers {
      for (left, right) in zip(layer, layer.dropFirst()) {
        let (one, other) = (fan.places[left], fan.places[right])
        #expect(one.x + one.right + 4 <= other.x - other.left + 1e-9)
      }
    }
    // The ends stand above and below the middle.
    #expect(abs(fan.places[0].x - fan.places[8].x) < 1e-6)
  }

  /// Two ladders given crosswise: sorting by neighbours finds an order without crossings.
  @Test func crossingsAreUndone() {
    // Sources 0 and 1, users 2 to 5: 0 feeds 3 and 5, 1 feeds 2 and 4.
    let crossed = layout(6, [(0, 3), (0, 5), (1, 2), (1, 4)])
    #expect(crossed.crossings == 0)
  }

  /// Two complete layers of three cross (3 · 2 / 2)² = 9 times in every order.
  @Test func countsCrossings() {
    let edges = (0..<3).flatMap { upper in (3..<6).map { (upper, $0) } }
    #expect(layout(6, edges).crossings == 9)
  }
}
