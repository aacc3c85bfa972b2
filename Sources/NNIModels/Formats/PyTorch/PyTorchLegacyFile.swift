import Foundation

/// A file of `torch.save` before PyTorch 1.6: five pickles, then the storages.
///
/// The pickles are a number that marks the format, its version, sizes of the machine's types, the value
/// and the keys of the storages. Each storage is the number of its elements in eight bytes and then the
/// elements.
struct PyTorchLegacyFile {
  private let data: Data
  private let place: String

  /// The version of the format, the only one there ever was.
  private static let version = 1001

  /// A file that is called `place` in messages.
  init(_ data: Data, name place: String) {
    self.data = data
    self.place = place
  }

  /// Reads the pickles and finds the storages.
  ///
  /// - Throws: ``InterpretabilityError`` when the file is truncated, damaged or of another byte order.
  func contents() throws -> PyTorchContents {
    let beginning = [UInt8](data.prefix(Unpickler.Limit.byteCount))
    let mark = try next(ByteReader(beginning, place: place))
    let version = try next(mark.unpickler.reader)
    guard case .int(Self.version) = version.value else {
      throw version.unpickler.reader.failure(
        "the version of the format must be \(Self.version)", code: .unsupported)
    }
    let machine = try next(version.unpickler.reader)
    try checkByteOrder(machine.value, machine.unpickler)
    let saved = try next(machine.unpickler.reader)
    let (keys, unpickler) = try next(saved.unpickler.reader)
    let names = try unpickler.sequence(keys, "a list of storages").map { key in
      guard case .text(let name) = key else {
        throw unpickler.reader.failure("the key of a storage is wanted, found \(key.kind)")
      }
      return name
    }
    let blocks = try blocks(
      names, PyTorchContents.storages(in: saved.unpickler.objects), from: unpickler.reader.position)
    return PyTorchContents(root: saved.value, objects: saved.unpickler.objects, blocks: blocks)
  }

  /// The next pickle's value, and the unpickler at its end.
  private func next(_ reader: ByteReader) throws -> (value: PickleValue, unpickler: Unpickler) {
    var unpickler = Unpickler(reader)
    return (try unpickler.value(), unpickler)
  }

  private func checkByteOrder(_ machine: PickleValue, _ unpickler: Unpickler) throws {
    guard case .object(let index) = machine, case .dictionary = unpickler.objects[index].kind else {
      throw unpickler.reader.failure("what is known of the machine is no dictionary")
    }
    let items = unpickler.objects[index].elements
    for start in stride(from: 0, to: items.count, by: 2) {
      guard case .text("little_endian") = items[start], case .bool(false) = items[start + 1] else {
        continue
      }
      throw InterpretabilityError(
        .unsupported,
        "\(place) was written by a machine with another byte order; load it there or in Python and "
          + "save it again on a little-endian one")
    }
  }

  /// Where the storages lie that follow the pickles in the order of their keys.
  private func blocks(
    _ names: [String], _ storages: [String: PyTorchStorage], from start: Int
  ) throws -> [String: Range<Int>] {
    var blocks: [String: Range<Int>] = [:]
    var position = start
    for name in names {
      func refuse(_ message: String) -> InterpretabilityError {
        InterpretabilityError(
          .invalidFile, "\(place): the storage “\(name)” \(message); the file is damaged")
      }
      guard let storage = storages[name] else { throw refuse("belongs to no tensor") }
      guard data.count - position >= 8 else { throw refuse("is missing at the end") }
      let header = data.startIndex + position
      var reader = ByteReader([UInt8](data[header..<(header + 8)]), place: place)
      let count = try reader.size(UInt64.self)
      position += 8
      guard count == storage.blockByteCount / storage.element.byteCount else {
        throw refuse("states \(count) elements, and the tensors another number")
      }
      guard storage.blockByteCount <= data.count - position else {
        throw refuse(
          "of \(storage.blockByteCount) bytes is cut off after \(data.count - position)")
      }
      guard blocks[name] == nil else { throw refuse("comes twice") }
      blocks[name] = position..<(position + storage.blockByteCount)
      position += storage.blockByteCount
    }
    if let missing = storages.keys.filter({ blocks[$0] == nil }).min() {
      throw InterpretabilityError(
        .invalidFile, "\(place): the storage “\(missing)” is missing; the file is damaged")
    }
    return blocks
  }
}
