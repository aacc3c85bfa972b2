import Testing
import TorchTensor

/// Blocks of memory are used again, and their contents are never mixed up.
@Suite(.serialized) struct MemoryTests {
  @Test func blocksKeepTheirContents() throws {
    var kept: [(Int, Tensor)] = []
    for round in 0..<40 {
      // Sizes around those at which blocks are rounded: small, a page, a huge page and more.
      for count in [1000, 40_000, 70_000, 524_272, 600_000] {
        kept.append((round, try Tensor.full([count], Double(round))))
      }
      if round % 3 == 2 { kept.removeFirst(7) }
    }
    for (round, tensor) in kept {
      #expect(try tensor.maximum(over: [0]).item() == Double(round))
      #expect(try tensor.minimum(over: [0]).item() == Double(round))
    }
  }

  @Test func theLimitCanBeSet() throws {
    let former = Torch.memoryLimit
    defer { Torch.setMemoryLimit(former) }
    #expect(former > 0)
    Torch.setMemoryLimit(1 << 20)
    #expect(Torch.memoryLimit == 1 << 20)
    // What is needed is had all the same.
    let large = try (0..<3).map { try Tensor.full([1 << 20], Double($0)) }
    #expect(try large.map { try $0.sum().item() } == [0, Double(1 << 20), Double(2 << 20)])
  }
}
