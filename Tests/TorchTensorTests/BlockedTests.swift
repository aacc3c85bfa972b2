import Testing
import TorchTensor

/// What convolutions give behaves like any other tensor, however it lies in memory.
@Suite struct BlockedTests {
  private let plain: Tensor
  private let blocked: Tensor

  init() throws {
    let count = 2 * 32 * 6 * 5
    plain = try Tensor((0..<count).map { Float(($0 * 37) % 101) / 50 - 1 }, shape: [2, 32, 6, 5])
    blocked = try plain.asConvolved()
  }

  private func expectSame(
    _ operation: (Tensor) throws -> Tensor, tolerance: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (wanted, got) = try (operation(plain), operation(blocked))
    #expect(got.shape == wanted.shape, sourceLocation: sourceLocation)
    let worst = try zip(got.doubles(), wanted.doubles()).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance, sourceLocation: sourceLocation)
  }

  @Test func valuesAndShape() throws {
    #expect(blocked.shape == [2, 32, 6, 5])
    #expect(blocked.rank == 4)
    #expect(try blocked.doubles() == plain.doubles())
    #expect(try blocked.data() == plain.data())
  }

  @Test func elementsAndConstants() throws {
    let row = try Tensor((0..<32).map { Float($0) }, shape: [1, 32, 1, 1])
    let plane = try Tensor((0..<30).map { Float($0) }, shape: [1, 1, 6, 5])
    let sample = try Tensor([Float(2), 3], shape: [2, 1, 1, 1])
    try expectSame { try $0 * 2 + 1 }
    try expectSame { try $0 + self.plain }
    try expectSame { try self.plain - $0 }
    try expectSame { try $0 * row + plane }
    try expectSame { try $0 * sample }
    try expectSame { try $0 + Tensor([Float(5)], shape: [1]) }
    try expectSame { try $0 + Tensor((0..<5).map { Float($0) }, shape: [5]) }
    try expectSame { try $0.selected(where: $0.isGreater(than: 0.3), otherwise: self.plain) }
    try expectSame { try $0.selected(where: self.plain.isLess(than: 0), otherwise: 7) }
    try expectSame { try $0.isGreater(than: 0).converted(to: .float64) }
  }

  @Test func poolsAndEnlargements() throws {
    try expectSame {
      try .call("aten::max_pool2d", .tensor($0), .ints([3, 3]), .ints([2, 2]), .ints([1, 1]))
    }
    try expectSame(
      { try .call("aten::avg_pool2d", .tensor($0), .ints([2, 2]), .ints([2, 2])) },
      tolerance: 1e-6)
    try expectSame(
      { try .call("aten::adaptive_avg_pool2d", .tensor($0), .ints([1, 1])) }, tolerance: 1e-6)
    try expectSame(
      {
        try .call(
          "aten::upsample_bilinear2d", .tensor($0), .ints([9, 9]), .bool(false), .none, .none)
      }, tolerance: 1e-6)
    try expectSame { try .call("aten::constant_pad_nd", .tensor($0), .ints([1, 0, 2, 1])) }
  }

  @Test func sumsAndExtremes() throws {
    try expectSame({ try $0.sum() }, tolerance: 1e-3)
    try expectSame({ try $0.sumPerSample() }, tolerance: 1e-3)
    try expectSame({ try $0.sum(over: [1]) }, tolerance: 1e-4)
    try expectSame({ try $0.sum(over: [1], keepingAxes: true) }, tolerance: 1e-4)
    try expectSame({ try $0.mean(over: [2, 3]) }, tolerance: 1e-5)
    try expectSame({ try $0.mean(over: [2, 3], keepingAxes: true) }, tolerance: 1e-5)
    try expectSame { try $0.maximum(over: [0, 1, 2, 3]) }
    try expectSame { try $0.minimum(over: [1, 2, 3], keepingAxes: true) }
    #expect(try blocked.isFinite())
  }

  @Test func shapesAndSamples() throws {
    try expectSame { try $0.flattened(from: 1) }
    try expectSame { try $0.permuted([0, 2, 3, 1]) }
    try expectSame { try $0.narrowed(axis: 0, to: 1..<2) }
    try expectSame { try $0.narrowed(axis: 1, to: 3..<20) }
    try expectSame { try $0.narrowed(axis: 3, to: 1..<4) }
    try expectSame { try $0.repeatedInterleaving(3) }
    try expectSame { try .concatenated([$0, $0], axis: 0) }
    try expectSame { try .concatenated([$0, $0 * 2], axis: 1) }
    try expectSame { try .concatenated([$0, self.plain], axis: 1) }
    try expectSame { try .concatenated([$0, $0], axis: 2) }
    try expectSame { try $0.selected(axis: 1, index: 17) }
    try expectSame {
      try .call(
        "aten::index_select", .tensor($0), .int(0), .tensor(Tensor([Int64(1), 1, 0], shape: [3])))
    }
    try expectSame { try $0.zerosLike() }
  }

  @Test func derivatives() throws {
    func gradient(_ input: Tensor, _ body: (Tensor) throws -> Tensor) throws -> [Double] {
      let tape = try Tape([input]) { try body($0[0]) }
      return try tape.pullback(tape.output * 2 + 1)[0].doubles()
    }
    let bodies: [(Tensor) throws -> Tensor] = [
      { try .call("aten::relu", .tensor($0)) },
      { try .call("aten::max_pool2d", .tensor($0), .ints([2, 2]), .ints([2, 2])) },
      { try $0.flattened(from: 1) * 3 },
      { try $0 * self.plain },
      { try $0.sum(over: [2, 3]) },
      { try .concatenated([$0, self.plain], axis: 1) },
    ]
    for body in bodies {
      let (wanted, got) = try (gradient(plain, body), gradient(blocked, body))
      #expect(zip(got, wanted).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }
}
