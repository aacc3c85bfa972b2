import Foundation

/// The record at the end of a zip archive that says where its directory lies.
struct ZipDirectoryEnd {
  /// The number of entries.
  let count: Int
  /// Where the directory begins, in bytes from the beginning of the file.
  let offset: Int
  /// The length of the directory in bytes.
  let size: Int

  /// The record without its comment, and the largest comment.
  private static let length = 22
  private static let commentLimit = 65_535

  /// Finds the record.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none, or it does not fit the file.
  init(_ data: Data, name place: String) throws {
    let tailStart = max(0, data.count - Self.length - Self.commentLimit)
    let tail = [UInt8](data.dropFirst(tailStart))
    guard let found = Self.position(in: tail) else {
      throw InterpretabilityError(
        .invalidFile,
        "\(place) begins like a zip archive and ends without its directory; the file is truncated: "
          + "copy or download it again")
    }
    let start = tailStart + found
    var reader = ByteReader(tail, place: place, position: found)
    _ = try reader.take(4)
    let disks = try (reader.number(UInt16.self), reader.number(UInt16.self))
    _ = try reader.take(2)
    var count = try reader.size(UInt16.self)
    var size = try reader.size(UInt32.self)
    var offset = try reader.size(UInt32.self)
    if let wide = try Self.wide(data, before: start, place) { (count, size, offset) = wide }
    guard disks.0 == disks.1, disks.0 == 0 || disks.0 == .max else {
      throw InterpretabilityError(.unsupported, "\(place) is one part of several zip archives")
    }
    guard offset <= start, size <= start - offset else {
      throw InterpretabilityError(
        .invalidFile,
        "\(place): the directory of the zip archive does not fit the file, which is damaged")
    }
    (self.count, self.offset, self.size) = (count, offset, size)
  }

  /// The last place where a record stands whose comment reaches to the end.
  private static func position(in tail: [UInt8]) -> Int? {
    var position = tail.count - length
    while position >= 0 {
      if tail[position] == 0x50, tail[position..<(position + 4)] == [0x50, 0x4B, 5, 6] {
        let comment = Int(tail[position + 20]) | Int(tail[position + 21]) << 8
        if position + length + comment == tail.count { return position }
      }
      position -= 1
    }
    return nil
  }

  /// Count, size and offset in the record with 64 bits, if a pointer to it stands before the other.
  private static func wide(
    _ data: Data, before end: Int, _ place: String
  ) throws -> (count: Int, size: Int, offset: Int)? {
    guard end >= 20 else { return nil }
    let pointer = data.startIndex + end - 20
    var reader = ByteReader([UInt8](data[pointer..<(pointer + 20)]), place: place)
    guard try reader.number(UInt32.self) == 0x0706_4B50 else { return nil }
    _ = try reader.take(4)
    let position = try reader.size(UInt64.self)
    guard position <= end - 20 - 56 else {
      throw InterpretabilityError(
        .invalidFile, "\(place): the end of the zip archive does not fit the file, which is damaged"
      )
    }
    let start = data.startIndex + position
    reader = ByteReader([UInt8](data[start..<(start + 56)]), place: place)
    guard try reader.number(UInt32.self) == 0x0606_4B50 else {
      throw InterpretabilityError(
        .invalidFile, "\(place): the end of the zip archive is not where it is stated to be")
    }
    _ = try reader.take(28)
    let count = try reader.size(UInt64.self)
    return try (count, reader.size(UInt64.self), reader.size(UInt64.self))
  }
}
