import Foundation

/// Keys of a JSON text, which `JSONDecoder` does not tell apart when they are stated twice.
enum JSONKeys {
  /// The first key that an object of valid JSON states twice; `nil` when there is none.
  ///
  /// Of text that is no JSON it says nothing of use; decoding finds that out.
  static func firstRepeated(in json: Data) -> String? {
    let bytes = Array(json)
    var objects: [Set<String>] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): objects.append([])
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = objects.popLast()
      case UInt8(ascii: "\""):
        let start = index
        index = end(ofTextAt: start, in: bytes)
        guard isFollowedByColon(index, in: bytes), !objects.isEmpty else { continue }
        let key = text(bytes[start..<index])
        if !objects[objects.count - 1].insert(key).inserted { return key }
        continue
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The position after the closing quote of the text that opens at `start`.
  private static func end(ofTextAt start: Int, in bytes: [UInt8]) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, bytes.count)
  }

  private static func isFollowedByColon(_ start: Int, in bytes: [UInt8]) -> Bool {
    bytes[start...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ":")
  }

  /// A quoted text without its quotes and escapes, so that `"a"` and `"\u0061"` are the same key.
  private static func text(_ quoted: ArraySlice<UInt8>) -> String {
    let plain = String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
    guard quoted.contains(UInt8(ascii: "\\")) else { return plain }
    return (try? JSONDecoder().decode(String.self, from: Data(quoted))) ?? plain
  }
}
