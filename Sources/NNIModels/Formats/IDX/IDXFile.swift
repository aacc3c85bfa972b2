public import Foundation

/// An array of bytes in a file, the format of MNIST and the data sets that follow it; gzipped or not.
///
/// The header states the type and the extents: two zeros, the type (8 for bytes), the number of axes,
/// and each extent in four bytes, the highest first. Then come the elements in row-major order. What
/// the header states is checked against the file before any memory is taken, and the file must end
/// with the last element.
///
/// ```swift
/// let file = try IDXFile(contentsOf: URL(filePath: "train-images-idx3-ubyte.gz"))
/// print(file.shape)                     // [60000, 28, 28]
/// ```
///
/// - Reference: Y. LeCun, C. Cortes and C. Burges 1998, *The MNIST database of handwritten digits*
///   (`lecun1998mnist`), section “file formats”.
public struct IDXFile: Sendable {
  /// The most elements that are read: 4 GiB.
  public static let sizeLimit = 1 << 32
  /// The most axes that are read.
  public static let rankLimit = 8

  /// The extent of each axis.
  public let shape: [Int]
  /// The elements in row-major order.
  public let bytes: Data
  /// SHA-256 of the file as it lies on the disk, in hexadecimal.
  public let digest: String

  /// Reads a file.
  ///
  /// - Throws: ``InterpretabilityError`` when it is missing, no regular file, truncated, too long,
  ///   damaged, or of another type.
  public init(contentsOf url: URL) throws {
    try self.init(data: ModelFile.mapped(url), name: url.lastPathComponent)
  }

  /// Reads a file that is in memory already.
  ///
  /// - Parameters:
  ///   - data: The whole file, gzipped or not.
  ///   - name: How messages call it.
  /// - Throws: ``InterpretabilityError`` when it is truncated, too long, damaged, or of another type.
  public init(data: Data, name: String) throws {
    let read = try Self.reader(of: data, name: name)
    let isGzipped = GzipReader.recognizes(data)
    let extents = try Self.extents(name: name, read: read)
    let (count, isTooLarge) = extents.reduce((1, false)) { result, extent in
      let product = result.0.multipliedReportingOverflow(by: extent)
      return (product.partialValue, result.1 || product.overflow)
    }
    guard !isTooLarge, count <= Self.sizeLimit else {
      throw InterpretabilityError(
        .invalidFile,
        "\(name) states the shape \(extents), more than the \(Self.sizeLimit) bytes that are read")
    }
    // Before anything of that size is inflated.
    let header = 4 + 4 * extents.count
    let available = isGzipped ? data.count * GzipReader.largestRatio : data.count - header
    let stated = "\(name) states the shape \(extents), \(count) bytes,"
    guard count <= available else {
      throw InterpretabilityError(
        .invalidFile, "\(stated) but ends before; fetch it again")
    }
    let bytes = try read(count)
    guard bytes.count == count else {
      throw InterpretabilityError(
        .invalidFile, "\(stated) but ends after \(bytes.count); fetch it again")
    }
    guard try read(1).isEmpty else {
      throw InterpretabilityError(
        .invalidFile, "\(stated) but goes on after them; it is damaged or no idx file")
    }
    shape = extents
    self.bytes = bytes
    digest = SHA256.hexDigest(of: data)
  }

  /// The elements as a tensor of bytes.
  public func tensor() throws -> Tensor { try Tensor(data: bytes, shape: shape, dtype: .uint8) }

  /// What gives the next bytes of the uncompressed file, fewer at its end.
  private static func reader(of data: Data, name: String) throws -> (Int) throws -> Data {
    if GzipReader.recognizes(data) {
      let reader = try GzipReader(data, place: name)
      return { try reader.read(upTo: $0) }
    }
    var rest = data
    return { count in
      defer { rest = rest.dropFirst(count) }
      return Data(rest.prefix(count))
    }
  }

  /// Reads the header.
  private static func extents(name: String, read: (Int) throws -> Data) throws -> [Int] {
    let magic = [UInt8](try read(4))
    guard magic.count == 4, magic[0] == 0, magic[1] == 0, let type = types[magic[2]] else {
      let found = magic.map { String($0, radix: 16) }.joined(separator: " ")
      throw InterpretabilityError(
        .invalidFile,
        "\(name) is no idx file: it begins with \(found.isEmpty ? "nothing" : found), wanted "
          + "0 0 8 and the number of axes")
    }
    guard magic[2] == 8 else {
      throw InterpretabilityError(
        .unsupported, "\(name) is an idx file of \(type); only bytes are read, so convert it")
    }
    let rank = Int(magic[3])
    guard (1...rankLimit).contains(rank) else {
      throw InterpretabilityError(
        .invalidFile, "\(name) states \(rank) axes; wanted 1 to \(rankLimit)")
    }
    let words = [UInt8](try read(4 * rank))
    guard words.count == 4 * rank else {
      throw InterpretabilityError(.invalidFile, "\(name) ends within its header; fetch it again")
    }
    return (0..<rank).map { axis in
      words[(4 * axis)..<(4 * axis + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
  }

  private static let types: [UInt8: String] = [
    0x08: "bytes", 0x09: "signed bytes", 0x0B: "16-bit numbers", 0x0C: "32-bit numbers",
    0x0D: "32-bit fractions", 0x0E: "64-bit fractions",
  ]
}
