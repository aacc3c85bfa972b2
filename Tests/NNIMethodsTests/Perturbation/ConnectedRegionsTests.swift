@testable import NNIMethods
import Testing

@Suite struct ConnectedRegionsTests {
  private static let original = [
    7, 7, 2, 2, 2,
    7, 2, 7, 2, 2,
    7, 2, 2, 2, 7,
    7, 7, 7, 7, 7,
  ]

  @Test func piecesAreNumberedByTheirFirstPixels() {
    let regions = ConnectedRegions(Self.original, height: 4, width: 5, smallest: 0)
    let expected = [
      0, 0, 1, 1, 1,
      0, 1, 2, 1, 1,
      0, 1, 1, 1, 0,
      0, 0, 0, 0, 0,
    ]
    #expect(regions.labels == expected)
    #expect(regions.count == 3)
  }

  @Test func smallPiecesJoinTheirNeighbor() {
    let regions = ConnectedRegions(Self.original, height: 4, width: 5, smallest: 2)
    #expect(regions.labels[7] == 1)
    #expect(regions.count == 2)
    // A first piece has no neighbour to join.
    let all = ConnectedRegions(Self.original, height: 4, width: 5, smallest: 100)
    #expect(all.labels == [Int](repeating: 0, count: 20))
  }
}
