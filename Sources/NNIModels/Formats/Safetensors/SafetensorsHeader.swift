import Foundation

/// The beginning of a safetensors file: eight bytes of length, then that much JSON.
///
/// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {…}}`; offsets
/// count from the end of the header, tensors may neither overlap nor leave gaps.
struct SafetensorsHeader {
  /// The largest header that the format allows.
  static let maximumSize = 100_000_000
  /// The key that is no tensor.
  static let metadataKey = "__metadata__"

  let names: [String]
  let metadata: [String: String]
  let entries: [String: SafetensorsFile.Entry]

  /// Reads and checks the header of a file that is called `name` in messages.
  init(_ bytes: FileBytes, name place: String) throws {
    let json = try Self.json(of: bytes, place)
    let contents: SafetensorsContents
    do {
      contents = try SafetensorsContents(json, start: 8 + json.count, size: bytes.count)
    } catch let error as InterpretabilityError {
      throw InterpretabilityError(error.code, "\(place): \(error.message)")
    }
    let (start, entries) = (8 + json.count, contents.entries)
    let sorted = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    var end = start
    for (name, entry) in sorted {
      guard entry.range.lowerBound == end else {
        throw Self.failure(
          place,
          entry.range.lowerBound < end
            ? "tensor “\(name)”: its bytes overlap those of the tensor before it"
            : "tensor “\(name)”: \(entry.range.lowerBound - end) bytes before it belong to nothing")
      }
      end = entry.range.upperBound
    }
    guard end == bytes.count else {
      throw Self.failure(place, "\(bytes.count - end) bytes at the end belong to no tensor")
    }
    names = sorted.map(\.key)
    metadata = contents.metadata
    self.entries = entries
  }

  /// The header's text.
  private static func json(of bytes: FileBytes, _ place: String) throws -> [UInt8] {
    guard bytes.count > 0 else { throw failure(place, "the file is empty") }
    guard bytes.count >= 8 else {
      throw failure(place, "the file has \(bytes.count) bytes; a safetensors file has at least 10")
    }
    let length = try bytes.data(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(maximumSize) else {
      throw failure(
        place,
        "a header of \(length) bytes is stated, at most \(maximumSize) are allowed; "
          + "this is no safetensors file")
    }
    guard Int(length) <= bytes.count - 8 else {
      throw failure(
        place,
        "a header of \(length) bytes is stated, but only \(bytes.count - 8) follow; "
          + "the file is truncated or no safetensors file")
    }
    let json = try bytes.data(8..<(8 + Int(length)))
    guard json.first == UInt8(ascii: "{") else {
      throw failure(place, "the header does not begin with “{”; this is no safetensors file")
    }
    return [UInt8](json)
  }

  private static func failure(_ place: String, _ message: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "\(place): \(message)")
  }
}

extension DType {
  /// The name in a safetensors header.
  var safetensorsName: String {
    switch self {
    case .uint8: "U8"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .float16: "F16"
    case .float32: "F32"
    case .float64: "F64"
    case .bool: "BOOL"
    case .bfloat16: "BF16"
    }
  }

  /// The type of that name in a safetensors header, if it is supported.
  init?(safetensorsName name: String) {
    guard let found = Self.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
    self = found
  }
}
