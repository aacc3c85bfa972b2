import CZlib
import Foundation

/// The contents of a gzip file, as many bytes at a time as are asked for.
///
/// Nothing is inflated ahead, so that a small file that stands for a huge one costs no memory. The
/// checksum and the length at the end of the file are compared when the end is reached. Several members
/// in a row are one text, as `gzip` itself reads them.
///
/// Pointers stay in this file: zlib keeps one to the bytes that are being read.
///
/// - Reference: P. Deutsch 1996, *GZIP file format specification version 4.3*, RFC 1952.
final class GzipReader {
  /// No deflated byte stands for more bytes than this (Deutsch 1996, RFC 1951: 258 bytes in 2 bits).
  static let largestRatio = 1032

  private let data: Data
  private let place: String
  /// Where it is must not change: zlib compares its address.
  private let stream: UnsafeMutablePointer<z_stream>
  /// How many bytes of `data` zlib has taken.
  private var position = 0
  private var isAtEnd = false

  /// Whether a file begins as gzip files do.
  static func recognizes(_ data: Data) -> Bool { data.prefix(2).elementsEqual([0x1F, 0x8B]) }

  /// Opens the contents of a file.
  ///
  /// - Parameters:
  ///   - data: The whole file, mapped or in memory.
  ///   - place: How messages call it.
  /// - Throws: ``InterpretabilityError`` when there is no memory for it.
  init(_ data: Data, place: String) throws {
    self.data = data
    self.place = place
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; 16 more: a gzip header and trailer are expected and checked.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw refuse("cannot be read: zlib did not start (\(status))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The next bytes, `count` of them unless the text ends before.
  func read(upTo count: Int) throws -> Data {
    var result = Data()
    while result.count < count, !isAtEnd {
      result.append(try chunk(min(count - result.count, 1 << 18)))
    }
    return result
  }

  /// At least one byte and at most `limit`, or none at the end.
  private func chunk(_ limit: Int) throws -> Data {
    var output = Data(count: limit)
    var produced = 0
    while produced < limit, !isAtEnd {
      // zlib counts in 32 bits.
      let input = data.dropFirst(position).prefix(1 << 20)
      let (status, read, written) = inflate(input, into: &output, from: produced)
      position += read
      produced += written
      switch status {
      case Z_STREAM_END: try finishMember()
      case Z_OK where read > 0 || written > 0: continue
      case Z_OK, Z_BUF_ERROR: throw refuse("is truncated; fetch it again")
      case Z_MEM_ERROR: throw refuse("cannot be read: the memory does not suffice")
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
        throw refuse("is damaged (\(reason)); fetch it again")
      }
    }
    return output.prefix(produced)
  }

  /// One call of zlib: its status, and the bytes that it read and wrote.
  private func inflate(
    _ input: Data, into output: inout Data, from offset: Int
  ) -> (status: Int32, read: Int, written: Int) {
    input.withUnsafeBytes { source in
      output.withUnsafeMutableBytes { target in
        stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        let free = target.count - offset
        stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress?.advanced(
          by: offset)
        stream.pointee.avail_out = UInt32(free)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        let result = (
          status, source.count - Int(stream.pointee.avail_in), free - Int(stream.pointee.avail_out)
        )
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
        return result
      }
    }
  }

  private func finishMember() throws {
    let rest = data.dropFirst(position)
    // Padding with zeros is allowed, as on tapes.
    if rest.isEmpty || rest.count < 1 << 16 && rest.allSatisfy({ $0 == 0 }) {
      isAtEnd = true
    } else if Self.recognizes(rest) {
      inflateReset(stream)
    } else {
      throw refuse("has \(rest.count) bytes after its end that are no gzip; fetch it again")
    }
  }

  private func refuse(_ message: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "\(place) \(message)")
  }
}
