internal import Foundation

/// How much memory a computation may hold.
///
/// It changes how long a result takes, not a bit of the result: how many inputs go through a network at once is decided
/// by their size alone, for kernels may sum in another order for another number. Where the
/// record of so many does not fit, it is made piece by piece, and what comes before a piece is computed twice. A piece
/// is always computed, however large.
public struct MemoryBudget: Sendable, Hashable {
  /// The budget in bytes.
  public var bytes: Int

  /// A budget of so many bytes.
  public init(bytes: Int) { self.bytes = bytes }

  /// A budget as people write it: `800MB`, `2GB`, `1.5GiB`, or a number of bytes.
  ///
  /// - Returns: `nil` when the text is none, or is not more than zero.
  public init?(_ text: String) {
    let units: [(String, Double)] = [
      ("KIB", 1024), ("MIB", 1_048_576), ("GIB", 1_073_741_824), ("KB", 1e3), ("MB", 1e6),
      ("GB", 1e9), ("B", 1), ("", 1),
    ]
    let text = text.uppercased()
    guard let (unit, size) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.count).trimmingCharacters(in: .whitespaces)),
      number > 0, number * size >= 1, number * size < 1e18
    else { return nil }
    bytes = Int(number * size)
  }

  /// Half of the memory that is free.
  public static var halfOfFree: MemoryBudget { MemoryBudget(bytes: Torch.memoryLimit) }

  /// The bytes that a record of all values may take: a derivative needs about three times as much.
  package var bytesOfRecord: Int { bytes / 3 }

  /// How many inputs go through a network at once when one takes so many bytes, whatever the budget.
  ///
  /// More at once than fit near the processor are not faster.
  ///
  /// - Parameters:
  ///   - bytesEach: The bytes of all values of one input.
  ///   - most: How many are wanted at most.
  /// - Returns: 1 or more.
  package static func inputsAtOnce(_ bytesEach: Int, most: Int = 64) -> Int {
    let nearby = 128_000_000
    return max(1, min(most, nearby / max(bytesEach, 1)))
  }
}

extension Trace {
  /// The bytes of all values of one sample.
  package func bytesPerSample() throws -> Int { try bytesPerSample(in: graph) }

  /// The same of a graph that has some of the nodes.
  package func bytesPerSample(in part: Graph) throws -> Int {
    let ids = Set(part.nodes.map(\.id))
    var bytes = 0
    for (node, step) in zip(graph.nodes, steps) where ids.contains(node.id) {
      guard let value = step?.value, node.layer.kind != .structural else { continue }
      bytes += value.count * value.dtype.byteCount
    }
    return bytes / max(try self[graph.input].shape[0], 1)
  }
}
