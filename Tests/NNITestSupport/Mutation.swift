import NNIGraph
public import Foundation

/// Damages a file's bytes at random, the same way for the same seed and round.
///
/// One to three of: flipped bits, other bytes, a truncation, an insertion, a deletion, a piece moved or
/// repeated, a piece of another file, and a number of one to eight bytes replaced by one that a length
/// may trip over.
public struct Mutation: Sendable {
  private let random: CounterRandom
  private let round: UInt64
  private var block: UInt64 = 0

  /// The damage of a round.
  public init(seed: UInt64, round: Int) {
    random = CounterRandom(seed: seed)
    self.round = UInt64(round)
  }

  /// The damaged bytes of a file.
  ///
  /// - Parameters:
  ///   - original: The bytes; some.
  ///   - other: Where pieces of another file come from.
  /// - Returns: As many bytes, fewer or more.
  public mutating func damaged(_ original: Data, other: Data) -> Data {
    var data = [UInt8](original)
    for _ in 0...below(3) { damage(&data, [UInt8](other)) }
    return Data(data)
  }

  private mutating func damage(_ data: inout [UInt8], _ other: [UInt8]) {
    guard !data.isEmpty else { return }
    let place = self.place(in: data)
    switch below(9) {
    case 0: for _ in 0...below(8) { data[self.place(in: data)] ^= 1 << below(8) }
    case 1: for _ in 0...below(8) { data[self.place(in: data)] = UInt8(below(256)) }
    case 2: data.removeSubrange(place...)
    case 3:
      let bytes = (0...below(16)).map { _ in UInt8(below(256)) }
      data.insert(contentsOf: bytes, at: place)
    case 4: data.removeSubrange(piece(of: data, from: place))
    case 5:
      data.insert(contentsOf: Array(data[piece(of: data, from: place)]), at: self.place(in: data))
    case 6:
      let source = piece(of: other, from: self.place(in: other))
      data.replaceSubrange(piece(of: data, from: place), with: other[source])
    default: replaceNumber(&data, at: place)
    }
  }

  /// Writes a number as a length may not be: nothing, huge, negative, or next to what stood there.
  private mutating func replaceNumber(_ data: inout [UInt8], at place: Int) {
    let width = [1, 2, 4, 8][below(4)]
    guard place + width <= data.count else { return }
    let isLittleEndian = below(4) > 0
    let places = (0..<width).map { place + (isLittleEndian ? $0 : width - 1 - $0) }
    let old = places.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(data[$1]) }
    let numbers: [UInt64] = [
      0, .max, .max >> 1, 1 << 63, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, 1 << 32, 1 << 40, 1,
      UInt64(data.count), UInt64(data.count - place), old &+ 1, old &- 1, old &* 2, 0x10_0000,
    ]
    let number = numbers[below(numbers.count)]
    for (index, place) in places.enumerated() {
      data[place] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))
    }
  }

  /// A place, half of the time near one of the ends, where headers and directories are.
  private mutating func place(in data: [UInt8]) -> Int {
    guard !data.isEmpty else { return 0 }
    let end = min(data.count, 128)
    return switch below(4) {
    case 0: below(end)
    case 1: data.count - 1 - below(end)
    default: below(data.count)
    }
  }

  private mutating func piece(of data: [UInt8], from place: Int) -> Range<Int> {
    place..<min(data.count, place + 1 + below(64))
  }

  /// The next whole number in 0..<limit.
  private mutating func below(_ limit: Int) -> Int {
    defer { block += 1 }
    return Int(random.words(stream: round, block: block).0) % limit
  }
}
