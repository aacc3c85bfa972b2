import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Files of bytes, sound and broken.
@Suite struct IDXFileTests {
  @Test func readsShapeAndElements() throws {
    let file = try IDXFile(data: IDXWriter.file([2, 3, 1], [1, 2, 3, 4, 5, 255]), name: "a")
    #expect(file.shape == [2, 3, 1])
    #expect([UInt8](file.bytes) == [1, 2, 3, 4, 5, 255])
    #expect(try file.tensor().doubles() == [1, 2, 3, 4, 5, 255])
  }

  @Test func gzippedFilesAreTheSame() throws {
    let bytes = (0..<3000).map { UInt8($0 % 7) }
    let plain = IDXWriter.file([3, 1000], bytes)
    let file = try IDXFile(data: IDXWriter.gzipped(plain), name: "a.gz")
    #expect(file.shape == [3, 1000] && [UInt8](file.bytes) == bytes)
    // Two members in a row are one text, and zeros may follow.
    let halves = IDXWriter.gzipped(plain.prefix(100)) + IDXWriter.gzipped(plain.dropFirst(100))
    #expect(try IDXFile(data: halves + Data(count: 40), name: "a.gz").bytes == file.bytes)
    // A slice does not begin at 0.
    let slice = (Data([9, 9, 9]) + halves).dropFirst(3)
    #expect(try IDXFile(data: slice, name: "a.gz").bytes == file.bytes)
    #expect(try IDXFile(data: (Data([9]) + plain).dropFirst(), name: "a").bytes == file.bytes)
  }

  private static let broken: [(bytes: [UInt8], words: String)] = [
    ([], "begins with nothing"), ([0, 0, 8], "begins with 0 0 8"),
    (Array("hello, world".utf8), "begins with 68 65 6c 6c"), ([0, 0, 8, 0], "0 axes"),
    ([0, 0, 8, 200, 0], "200 axes"), ([0, 0, 8, 3, 0, 0, 0], "within its header"),
    ([0, 0, 13, 1, 0, 0, 0, 0], "32-bit fractions"),
    ([0, 0, 8, 1, 0, 0, 0, 2, 7], "ends before"), ([0, 0, 8, 1, 0, 0, 0, 1, 7, 7], "goes on"),
    ([0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255], "more than"),
    ([0, 0, 8, 8] + [UInt8](repeating: 255, count: 32), "more than"),
    ([0, 0, 8, 1, 255, 255, 255, 255, 1], "ends before"),
  ]

  @Test(arguments: broken.indices) func brokenFilesSayWhatIsWrong(_ index: Int) throws {
    let (data, words) = (Data(Self.broken[index].bytes), Self.broken[index].words)
    for name in ["x-images-idx3-ubyte", "x-images-idx3-ubyte.gz"] {
      let isPacked = name.hasSuffix("gz")
      let error = #expect(throws: InterpretabilityError.self) {
        try IDXFile(data: isPacked ? IDXWriter.gzipped(data) : data, name: name)
      }
      let message = error?.message ?? ""
      #expect(message.hasPrefix(name), "\(message)")
      // Of a packed file the length is not known before.
      let isFound = message.contains(words) || isPacked && message.contains("but ends")
      #expect(isFound, "\(message)")
    }
  }

  @Test func damagedGzipIsFound() throws {
    let plain = IDXWriter.file([1000], (0..<1000).map { UInt8($0 * $0 % 251) })
    let packed = IDXWriter.gzipped(plain)
    for count in [2, 9, 10, 20, packed.count / 2, packed.count - 8, packed.count - 1] {
      let error = #expect(throws: InterpretabilityError.self) {
        try IDXFile(data: packed.prefix(count), name: "cut.gz")
      }
      #expect(error?.message.hasPrefix("cut.gz is truncated") == true, "\(count): \(error as Any)")
    }
    // Every byte of the trailer: the checksum and the length; and noise after the end.
    for position in 1...8 {
      var wrong = packed
      wrong[wrong.count - position] ^= 1
      let error = #expect(throws: InterpretabilityError.self) {
        try IDXFile(data: wrong, name: "wrong.gz")
      }
      #expect(error?.message.contains("damaged") == true, "\(error as Any)")
    }
    let error = #expect(throws: InterpretabilityError.self) {
      try IDXFile(data: packed + Data("more".utf8), name: "long.gz")
    }
    #expect(error?.message.contains("4 bytes after its end") == true)
  }

  /// A flipped bit gives an error or another file, never a trap; the checksum finds all but those in
  /// the header of gzip that mean nothing.
  @Test func everyFlippedBitIsSurvived() throws {
    let packed = IDXWriter.gzipped(IDXWriter.file([40], (0..<40).map { UInt8($0) }))
    let sound = try IDXFile(data: packed, name: "a").bytes
    for bit in 0..<(packed.count * 8) {
      var wrong = packed
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      if let file = try? IDXFile(data: wrong, name: "a") { #expect(file.bytes == sound) }
    }
  }

  /// A gzip file that stands for far more than its header states is not inflated.
  @Test func bombsAreRefused() throws {
    let bomb = IDXWriter.gzipped(IDXWriter.file([10], [UInt8](repeating: 0, count: 50_000_000)))
    #expect(bomb.count < 100_000)
    let error = #expect(throws: InterpretabilityError.self) {
      try IDXFile(data: bomb, name: "bomb.gz")
    }
    #expect(error?.message.contains("goes on") == true)
    // One whose header states what no file of that size can hold is refused before.
    let liar = IDXWriter.gzipped(IDXWriter.file([1 << 31], [1, 2, 3]))
    let refused = #expect(throws: InterpretabilityError.self) {
      try IDXFile(data: liar, name: "liar.gz")
    }
    #expect(refused?.message.contains("ends before") == true)
  }
}
