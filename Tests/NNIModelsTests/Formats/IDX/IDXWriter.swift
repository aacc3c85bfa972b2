import CZlib
import Foundation

/// Makes idx files, sound ones and others.
enum IDXWriter {
  /// A header for `shape`, then `bytes`, whether they fit or not.
  static func file(_ shape: [Int], _ bytes: [UInt8]) -> Data {
    var data = Data([0, 0, 8, UInt8(shape.count)])
    for extent in shape {
      data += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) }
    }
    return data + bytes
  }

  /// Images whose pixels count upwards, and labels 0, 1, 2, 0, ….
  static func pair(_ count: Int, height: Int = 4, width: Int = 3) -> (images: Data, labels: Data) {
    (
      file([count, height, width], (0..<(count * height * width)).map { UInt8($0 % 256) }),
      file([count], (0..<count).map { UInt8($0 % 3) })
    )
  }

  /// The data in a gzip file of one member.
  static func gzipped(_ data: Data) -> Data {
    var stream = z_stream()
    deflateInit2_(
      &stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = [UInt8](data)
    var output = [UInt8](repeating: 0, count: data.count + data.count / 1000 + 100)
    let size = output.count
    input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(size)
        deflate(&stream, Z_FINISH)
      }
    }
    return Data(output.prefix(size - Int(stream.avail_out)))
  }
}
