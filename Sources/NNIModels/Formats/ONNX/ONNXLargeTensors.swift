import Foundation

/// A model message without the bytes of its large tensors.
///
/// A parsed message owns a copy of all its bytes, and a tensor that is made of it another. The large ones
/// are said to lie outside the message instead, in the very file that they are in, as ONNX lets tensors lie
/// in files (`external_data`): each is then read once, straight into its place.
struct ONNXLargeTensors {
  /// The fields of a message that can hold tensors, by their numbers in ONNX's definition.
  private enum Message {
    case model, graph, function, node, attribute, tensor

    func field(_ number: UInt64) -> Message? {
      switch (self, number) {
      case (.model, 7), (.attribute, 6), (.attribute, 11): .graph
      case (.model, 25): .function
      case (.graph, 1), (.function, 7): .node
      case (.node, 5), (.function, 11): .attribute
      case (.graph, 5), (.attribute, 5), (.attribute, 10): .tensor
      default: nil
      }
    }
  }

  /// A field of a message: its number, and where it and what it holds lie.
  private struct Field {
    var number: UInt64
    var range: Range<Int>
    /// The contents of a field with a length.
    var contents: Range<Int>?
  }

  /// From so many bytes on a tensor is large.
  static let least = 1 << 16

  private let data: Data
  private let location: String

  /// The bytes to parse in place of `data`, which are in the file called `location`.
  ///
  /// They are the same where nothing in them is large, and where they are damaged.
  static func leftOut(of data: Data, in location: String) -> Data {
    guard data.count >= least else { return data }
    return ONNXLargeTensors(data: data, location: location)
      .slim(.model, data.startIndex..<data.endIndex, depth: 0) ?? data
  }

  /// The message without large tensors, `nil` where that changes nothing.
  private func slim(_ message: Message, _ range: Range<Int>, depth: Int) -> Data? {
    guard range.count >= Self.least, depth < 32, let fields = fields(in: range) else { return nil }
    if message == .tensor { return slimTensor(fields) }
    var result = Data()
    var isChanged = false
    for field in fields {
      if let inner = message.field(field.number), let contents = field.contents,
        let smaller = slim(inner, contents, depth: depth + 1)
      {
        result.appendField(field.number, smaller)
        isChanged = true
      } else {
        result.append(data[field.range])
      }
    }
    return isChanged ? result : nil
  }

  private func slimTensor(_ fields: [Field]) -> Data? {
    let raw = fields.filter { $0.number == 9 }
    guard raw.count == 1, let bytes = raw[0].contents, bytes.count >= Self.least,
      !fields.contains(where: { $0.number == 13 || $0.number == 14 })
    else { return nil }
    var result = Data()
    for field in fields where field.number != 9 { result.append(data[field.range]) }
    let place = [
      ("location", location), ("offset", String(bytes.lowerBound - data.startIndex)),
      ("length", String(bytes.count)),
    ]
    for (key, value) in place {
      var entry = Data()
      entry.appendField(1, Data(key.utf8))
      entry.appendField(2, Data(value.utf8))
      result.appendField(13, entry)
    }
    // data_location: EXTERNAL
    result.append(contentsOf: [14 << 3, 1])
    return result
  }

  /// The fields of a message; `nil` if it is damaged.
  private func fields(in range: Range<Int>) -> [Field]? {
    var fields: [Field] = []
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      guard let tag = number(at: &place, before: range.upperBound) else { return nil }
      var contents: Range<Int>?
      let size: Int
      switch tag & 7 {
      case 0:
        guard number(at: &place, before: range.upperBound) != nil else { return nil }
        size = 0
      case 1: size = 8
      case 2:
        guard let length = number(at: &place, before: range.upperBound),
          length <= UInt64(range.upperBound - place)
        else { return nil }
        size = Int(length)
        contents = place..<place + size
      case 5: size = 4
      default: return nil
      }
      guard size <= range.upperBound - place else { return nil }
      place += size
      fields.append(Field(number: tag >> 3, range: start..<place, contents: contents))
    }
    return fields
  }

  /// The number of variable length at a place, which moves behind it.
  private func number(at place: inout Int, before end: Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard place < end else { return nil }
      let byte = data[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}

extension Data {
  /// Appends a field of a message that has a length.
  fileprivate mutating func appendField(_ number: UInt64, _ contents: Data) {
    appendNumber(number << 3 | 2)
    appendNumber(UInt64(contents.count))
    append(contents)
  }

  private mutating func appendNumber(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
