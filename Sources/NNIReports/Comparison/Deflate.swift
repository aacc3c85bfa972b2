import CZlib

/// Bytes made smaller, in the format that browsers call `deflate`.
///
/// - Reference: P. Deutsch and J.-L. Gailly 1996, *ZLIB Compressed Data Format Specification version
///   3.3*, RFC 1950.
enum Deflate {
  /// The bytes, compressed as far as zlib can.
  ///
  /// Pointers stay in this function.
  static func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
    var length = compressBound(UInt(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(length))
    let status = compress2(&result, &length, bytes, UInt(bytes.count), Z_BEST_COMPRESSION)
    guard status == Z_OK else {
      throw ReportError(
        .option, "A heat map of \(bytes.count) values cannot be compressed: zlib status \(status).")
    }
    return Array(result.prefix(Int(length)))
  }
}
