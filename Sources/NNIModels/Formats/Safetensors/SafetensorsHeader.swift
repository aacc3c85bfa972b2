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
    try Self.refuseDuplicates(in: json, place)
    let contents: Contents
    do {
      contents = try JSONDecoder().decode(Contents.self, from: json)
    } catch {
      throw InterpretabilityError(
        .invalidFile, "\(place): the header \(JSONFailure.sentence(error, noun: "tensor"))")
    }
    let start = 8 + json.count
    var entries: [String: SafetensorsFile.Entry] = [:]
    for (name, raw) in contents.tensors {
      do {
        entries[name] = try Self.checked(raw, start: start, size: bytes.count)
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, "\(place): tensor “\(name)”: \(error.message)")
      }
    }
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
  private static func json(of bytes: FileBytes, _ place: String) throws -> Data {
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
    return Data(json)
  }

  private static func refuseDuplicates(in json: Data, _ place: String) throws {
    guard let key = JSONKeys.firstRepeated(in: json) else { return }
    throw failure(place, "the header states “\(key)” twice")
  }

  private static func failure(_ place: String, _ message: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "\(place): \(message)")
  }

  /// A tensor's description, if it fits the file.
  private static func checked(
    _ raw: Contents.Raw, start: Int, size: Int
  ) throws -> SafetensorsFile.Entry {
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, message)
    }
    guard let dtype = DType(safetensorsName: raw.dtype) else {
      let known = DType.allCases.map(\.safetensorsName).sorted().joined(separator: ", ")
      throw InterpretabilityError(
        .unsupported, "elements of type “\(raw.dtype)” are not supported; there are \(known)")
    }
    guard raw.shape.count <= 64 else {
      throw refuse("\(raw.shape.count) axes are stated, at most 64 are supported")
    }
    var bytes = dtype.byteCount
    for extent in raw.shape {
      guard extent >= 0 else { throw refuse("a shape of \(raw.shape) is impossible") }
      let (product, overflows) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflows else { throw refuse("a shape of \(raw.shape) is too large") }
      bytes = product
    }
    guard raw.data_offsets.count == 2 else {
      throw refuse("\(raw.data_offsets.count) offsets are stated, wanted beginning and end")
    }
    let (begin, end) = (raw.data_offsets[0], raw.data_offsets[1])
    guard begin >= 0, begin <= end else {
      throw refuse("offsets \(begin) to \(end) are impossible")
    }
    guard end <= size - start else {
      throw refuse(
        "offsets \(begin) to \(end) lie outside the \(size - start) bytes of data; "
          + "the file may be truncated")
    }
    guard end - begin == bytes else {
      throw refuse(
        "\(raw.dtype) of shape \(raw.shape) needs \(bytes) bytes, the offsets give \(end - begin)")
    }
    return SafetensorsFile.Entry(
      dtype: dtype, shape: raw.shape, range: (start + begin)..<(start + end))
  }
}

/// The header as JSON states it.
private struct Contents: Decodable {
  struct Raw: Decodable {
    let dtype: String
    let shape: [Int]
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let data_offsets: [Int]
  }

  var tensors: [String: Raw] = [:]
  var metadata: [String: String] = [:]

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == SafetensorsHeader.metadataKey {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        tensors[key.stringValue] = try Self.tensor(key, in: container)
      }
    }
  }

  /// A tensor's description; says which one it is when a number in it does not fit, which Foundation
  /// does not: it throws an error of its own here and turns it into “not valid JSON” at the end.
  private static func tensor(_ key: Key, in container: KeyedDecodingContainer<Key>) throws -> Raw {
    do {
      return try container.decode(Raw.self, forKey: key)
    } catch let error where !(error is DecodingError) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: [key], debugDescription: "a number does not fit or a text is malformed"))
    }
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
