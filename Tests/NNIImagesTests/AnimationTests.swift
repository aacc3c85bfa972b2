import Foundation
import NNIImages
import Testing

struct AnimationTests {
  private func frame(_ color: [UInt8], width: Int = 20, height: Int = 12) throws -> Image {
    try Image(width: width, height: height, filledWith: color)
  }

  /// The sizes and the payloads of a RIFF file's chunks.
  private func chunks(_ data: Data) -> [(name: String, body: [UInt8])] {
    let bytes = [UInt8](data)
    var result: [(String, [UInt8])] = []
    var place = 12
    while place + 8 <= bytes.count {
      let name = String(decoding: bytes[place..<(place + 4)], as: UTF8.self)
      let size = (0..<4).reduce(0) { $0 | Int(bytes[place + 4 + $1]) << (8 * $1) }
      let end = min(place + 8 + size, bytes.count)
      result.append((name, Array(bytes[(place + 8)..<end])))
      place += 8 + size + size % 2
    }
    return result
  }

  @Test func `Each picture is a frame with its duration, repeated for ever`() throws {
    let colors: [[UInt8]] = [[250, 10, 10], [10, 250, 10], [10, 10, 250]]
    let animation = try Animation(colors.map { try frame($0) }, durations: [100, 50, 1200])
    let data = try animation.webpData()
    let chunks = chunks(data)
    let control = try #require(chunks.first { $0.name == "ANIM" }?.body)
    #expect(control[4] == 0 && control[5] == 0, "0 means for ever")
    let frames = chunks.filter { $0.name == "ANMF" }.map(\.body)
    let sizes = frames.map { [1 + Int($0[6]), 1 + Int($0[9])] }
    let durations = frames.map { Int($0[12]) | Int($0[13]) << 8 | Int($0[14]) << 16 }
    #expect(durations == [100, 50, 1200])
    #expect(sizes.first == [20, 12])
    let first = try Image(decoding: [UInt8](data))
    #expect(first.width == 20 && first.height == 12)
    #expect(abs(Int(first[x: 9, y: 5, channel: 0]) - 250) < 12)
  }

  @Test func `What is no animation is refused`() throws {
    let small = try frame([1, 2, 3])
    #expect(throws: ImageError.self) { try Animation([], durations: [10]) }
    #expect(throws: ImageError.self) {
      try Animation([small, frame([1, 2, 3], width: 21)], durations: [10])
    }
    #expect(throws: ImageError.self) { try Animation([small, frame([1])], durations: [10]) }
    #expect(throws: ImageError.self) { try Animation([small], durations: [0]) }
    #expect(throws: ImageError.self) { try Animation([small, small], durations: [1, 2, 3]) }
    #expect(throws: ImageError.self) { try Animation([small], durations: [1]).webpData(quality: 0) }
  }
}
