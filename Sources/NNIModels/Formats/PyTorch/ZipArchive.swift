import Foundation

/// The table of contents of a zip archive, and where the bytes of its entries lie.
///
/// The central directory at the end is what counts, 64-bit sizes included; every range is checked
/// against the file's size. Only entries that are stored as they are can be read, which is how PyTorch
/// writes them. Their checksums are not looked at.
///
/// - Reference: PKWARE's *.ZIP File Format Specification*, 6.3.10, sections 4.3 and 4.5.3.
struct ZipArchive {
  /// What the directory says of an entry.
  struct Entry {
    /// How its bytes are packed; 0 is not at all.
    let method: Int
    let isEncrypted: Bool
    /// The number of bytes in the archive.
    let size: Int
    /// Where its local header begins.
    let offset: Int
  }

  /// The names of the entries, in the order of the directory.
  let names: [String]
  /// The entries by name.
  let entries: [String: Entry]
  private let data: Data
  private let place: String
  private let directoryStart: Int

  /// The largest directory that is read: a hundred bytes for each of more than a million entries.
  private static let directoryLimit = 128 << 20

  /// Whether a file that begins with these bytes may be a zip archive.
  static func isBeginning(_ bytes: Data) -> Bool { bytes.starts(with: [0x50, 0x4B, 3, 4]) }

  /// Reads the directory of a file that is called `place` in messages.
  ///
  /// - Throws: ``InterpretabilityError`` when the file ends without a directory, or the directory does
  ///   not fit the file.
  init(_ data: Data, name place: String) throws {
    self.data = data
    self.place = place
    let end = try ZipDirectoryEnd(data, name: place)
    guard end.size <= Self.directoryLimit else {
      throw InterpretabilityError(
        .unsupported, "\(place): a directory of \(end.size) bytes is too large")
    }
    directoryStart = end.offset
    let start = data.startIndex + end.offset
    var reader = ByteReader(
      [UInt8](data[start..<(start + end.size)]), place: "\(place), directory of the zip archive")
    var names: [String] = []
    var entries: [String: Entry] = [:]
    while reader.remaining > 0 {
      let (name, entry) = try Self.entry(&reader)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw InterpretabilityError(.invalidFile, "\(place) holds two entries “\(name)”")
      }
      names.append(name)
    }
    guard names.count == end.count else {
      throw InterpretabilityError(
        .invalidFile,
        "\(place): the zip archive states \(end.count) entries and lists \(names.count)")
    }
    self.names = names
    self.entries = entries
  }

  /// Where the bytes of an entry lie in the file.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such entry, or it is compressed, encrypted or
  ///   not within the file.
  func range(of name: String) throws -> Range<Int> {
    func refuse(
      _ message: String, _ code: InterpretabilityError.Code = .invalidFile
    ) -> InterpretabilityError {
      InterpretabilityError(code, "\(place): the entry “\(name)” \(message)")
    }
    guard let entry = entries[name] else { throw refuse("is missing; the file is damaged") }
    guard !entry.isEncrypted else { throw refuse("is encrypted", .unsupported) }
    guard entry.method == 0 else {
      throw refuse(
        "is compressed (method \(entry.method)), which PyTorch never does; unpack the archive and "
          + "pack it again without compression, or save the weights again", .unsupported)
    }
    guard entry.offset <= directoryStart - 30 else { throw refuse("lies outside of the file") }
    let header = data.startIndex + entry.offset
    var reader = ByteReader([UInt8](data[header..<(header + 30)]), place: place)
    guard try reader.number(UInt32.self) == 0x0403_4B50 else {
      throw refuse("does not begin where the directory says; the file is damaged")
    }
    _ = try reader.take(22)
    let nameLength = try reader.size(UInt16.self)
    let start = try entry.offset + 30 + nameLength + reader.size(UInt16.self)
    guard start <= directoryStart, entry.size <= directoryStart - start else {
      throw refuse("of \(entry.size) bytes does not fit the file; it is truncated or damaged")
    }
    let stated = data[(header + 30)..<(header + 30 + nameLength)]
    guard stated.elementsEqual(name.utf8) else {
      throw refuse("is called otherwise at its place; the file is damaged")
    }
    return start..<(start + entry.size)
  }

  /// The next entry of the directory.
  private static func entry(_ reader: inout ByteReader) throws -> (String, Entry) {
    guard try reader.number(UInt32.self) == 0x0201_4B50 else {
      throw reader.failure("an entry is wanted here; the file is damaged")
    }
    _ = try reader.take(4)
    let flags = try reader.number(UInt16.self)
    let method = try reader.size(UInt16.self)
    _ = try reader.take(8)
    let packed = try reader.number(UInt32.self)
    let size = try reader.number(UInt32.self)
    let nameLength = try reader.size(UInt16.self)
    let extraLength = try reader.size(UInt16.self)
    let commentLength = try reader.size(UInt16.self)
    _ = try reader.take(8)
    let offset = try reader.number(UInt32.self)
    guard let name = String(validating: try reader.take(nameLength), as: UTF8.self) else {
      throw reader.failure("the name of an entry is no UTF-8 text")
    }
    var wide = try WideFields(reader.take(extraLength), place: reader.place)
    _ = try reader.take(commentLength)
    // In this order; a field is there only if the short one is full.
    let sizes = try (wide.value(or: size), wide.value(or: packed), wide.value(or: offset))
    guard method != 0 || sizes.0 == sizes.1 else {
      throw reader.failure("“\(name)” is not compressed and has two sizes; the file is damaged")
    }
    return (
      name,
      Entry(method: method, isEncrypted: flags & 1 != 0, size: sizes.1, offset: sizes.2)
    )
  }
}

/// The 64-bit sizes that stand in an entry's extra field when the 32-bit ones are too small.
private struct WideFields {
  private var reader: ByteReader

  init(_ extra: ArraySlice<UInt8>, place: String) throws {
    var fields = ByteReader([UInt8](extra), place: place)
    var found: [UInt8] = []
    while fields.remaining >= 4 {
      let kind = try fields.number(UInt16.self)
      let content = try fields.take(fields.size(UInt16.self))
      if kind == 1 { found = [UInt8](content) }
    }
    reader = ByteReader(found, place: place)
  }

  mutating func value(or short: UInt32) throws -> Int {
    guard short == .max else { return Int(short) }
    return try reader.size(UInt64.self)
  }
}
