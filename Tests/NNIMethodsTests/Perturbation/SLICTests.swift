@testable import NNIMethods
import Foundation
import NNITestSupport
import Testing

@Suite struct SLICTests {
  /// A smooth image with noise, `[C, H, W]`, values in 0…1.
  private static func image(_ channels: Int, _ height: Int, _ width: Int) throws -> Tensor {
    var numbers = SeededNumbers(UInt64(channels))
    let values = (0..<channels).flatMap { channel in
      (0..<height * width).map { pixel -> Double in
        let (y, x) = (Double(pixel / width), Double(pixel % width))
        let wave = sin(y / 5 + Double(channel)) * cos(x / (4 + Double(channel)))
        return min(max(0.5 + 0.35 * wave + 0.05 * numbers.normal(), 0), 1)
      }
    }
    return try Tensor(values, shape: [channels, height, width])
  }

  /// How many 4-connected pieces the pixels of a label make.
  private func pieces(_ labels: [Int], _ width: Int) -> [Int: Int] {
    var parent = Array(labels.indices)
    func root(_ pixel: Int) -> Int {
      var pixel = pixel
      while parent[pixel] != pixel { pixel = parent[pixel] }
      return pixel
    }
    for pixel in labels.indices {
      for other in [pixel % width > 0 ? pixel - 1 : pixel, pixel - width]
      where other >= 0 && labels[other] == labels[pixel] {
        parent[root(pixel)] = root(other)
      }
    }
    return labels.indices.filter { parent[$0] == $0 }.reduce(into: [:]) {
      $0[labels[$1], default: 0] += 1
    }
  }

  @Test(arguments: [(3, 20, 10.0), (3, 60, 30), (1, 30, 10), (5, 25, 5), (3, 1, 10), (3, 35, 0.5)])
  func labelsAreContiguousAndConnected(channels: Int, segments: Int, compactness: Double) throws {
    let image = try Self.image(channels, 40, 56)
    let labels = try SLIC(segments: segments, compactness: compactness).labels(image)
    #expect(labels.shape == [40, 56])
    #expect(labels.dtype == .int64)
    let list = try labels.doubles().map { Int($0) }
    let count = Set(list).count
    #expect(Set(list) == Set(0..<count))
    #expect(pieces(list, 56).values.allSatisfy { $0 == 1 })
    // First pixels come in the labels' order.
    let firsts = (0..<count).compactMap { list.firstIndex(of: $0) }
    #expect(firsts == firsts.sorted())
  }

  @Test(arguments: [12, 40, 90]) func thereAreAboutAsManyAsAskedFor(segments: Int) throws {
    let labels = try SLIC(segments: segments, compactness: 20).labels(Self.image(3, 48, 64))
    let count = try labels.doubles().max().map { Int($0) + 1 } ?? 0
    #expect(count >= segments * 7 / 10 && count <= segments * 13 / 10, "\(count)")
  }

  @Test(arguments: [1, 3, 4]) func aConstantImageGivesTheGrid(channels: Int) throws {
    let image = try Tensor.full([channels, 40, 60], 0.4, dtype: .float64)
    let labels = try SLIC(segments: 24).labels(image).doubles()
    let expected = (0..<2400).map { pixel -> Double in
      let (y, x) = (pixel / 60, pixel % 60)
      return Double(y / 10 * 6 + x / 10)
    }
    #expect(labels == expected)
  }

  /// Two colours meet along a slanted line that no grid line follows: no region crosses it.
  @Test func regionsKeepToOneSideOfAnEdge() throws {
    let (height, width) = (36, 50)
    let isLeft = (0..<height * width).map { 3 * ($0 % width) + 2 * ($0 / width) < 110 }
    let colors = [(0.9, 0.2), (0.3, 0.3), (0.1, 0.8)]
    let values = colors.flatMap { color in isLeft.map { $0 ? color.0 : color.1 } }
    let image = try Tensor(values, shape: [3, height, width])
    let labels = try SLIC(segments: 20).labels(image).doubles()
    var sides: [Double: Set<Bool>] = [:]
    for (label, side) in zip(labels, isLeft) { sides[label, default: []].insert(side) }
    #expect(sides.count > 10)
    #expect(sides.values.allSatisfy { $0.count == 1 })
  }

  @Test func theSameImageGivesTheSameRegions() throws {
    let image = try Self.image(3, 30, 44)
    let method = SLIC(segments: 30)
    #expect(try method.labels(image).doubles() == method.labels(image).doubles())
  }

  @Test func impossibleRequestsAreRefused() throws {
    let image = try Self.image(3, 4, 5)
    let many = #expect(throws: InterpretabilityError.self) {
      try SLIC(segments: 21).labels(image)
    }
    #expect(many?.message.contains("at most 20") == true)
    #expect(try Set(SLIC(segments: 20).labels(image).doubles()).count <= 20)
    let flat = #expect(throws: InterpretabilityError.self) {
      try SLIC().labels(.full([4, 5], 0))
    }
    #expect(flat?.code == .invalidInput)
  }

  /// The normalisation is undone where it is known, and a blue-first input is turned round.
  @Test func aNetworksInputIsSeenAsThePhotographThatItWas() throws {
    let image = try Self.image(3, 32, 40)
    let (mean, std) = ([0.4, 0.5, 0.6], [0.2, 0.25, 0.3])
    func column(_ values: [Double]) throws -> Tensor { try Tensor(values, shape: [3, 1, 1]) }
    let method = SLIC(segments: 20)
    let expected = try method.labels(image).doubles()
    let input = try (image - column(mean)) / column(std)
    let known = InputSpec(size: [32, 40], mean: mean, std: std)
    #expect(try method.labels(of: input.unsqueezed(0), known).doubles() == expected)
    let turned = try Tensor.call("aten::flip", .tensor(input), .ints([0]))
    let blueFirst = InputSpec(
      size: [32, 40], channels: .bgr, mean: mean.reversed(), std: std.reversed())
    #expect(try method.labels(of: turned.unsqueezed(0), blueFirst).doubles() == expected)
    // Unknown: scaled to 0…1, so that neither scale nor offset matters.
    let plain = try method.labels(of: image.unsqueezed(0), InputSpec()).doubles()
    #expect(try method.labels(of: (image * 7 - 3).unsqueezed(0), InputSpec()).doubles() == plain)
  }
}
