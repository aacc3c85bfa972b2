public import Foundation
internal import NNIImages

extension SafetensorsFile {
  /// Writes tensors to a file, which appears complete or not at all.
  ///
  /// The bytes go to a temporary file in the same folder, which takes the final name at the end. What
  /// stood there before is replaced then, and kept when anything fails. A symbolic link is followed.
  ///
  /// - Parameters:
  ///   - tensors: Names and values, each name once; views are written out in row-major order.
  ///   - metadata: Text that travels with them, such as the architecture's name.
  ///   - url: The file; its folder must exist.
  /// - Throws: ``InterpretabilityError`` for a name that is empty, reserved or used twice, when the folder
  ///   is missing or the disk is full, and when a folder, a device, a pipe or a socket is there.
  public static func write(
    tensors: [(String, Tensor)], metadata: [String: String] = [:], to url: URL
  ) throws {
    let sorted = try checked(tensors)
    let header = try header(for: sorted, metadata)
    do {
      try AtomicFile.write(to: url.path, synchronizes: true) { file in
        try file.append(header)
        for (_, tensor) in sorted { try file.append(tensor.data()) }
      }
    } catch let failure as WriteFailure {
      throw InterpretabilityError(
        .invalidFile, "\(url.path) cannot be written: \(failure.reason)")
    }
  }

  /// The tensors in the order in which the reference implementation writes them: larger elements
  /// first, so that all lie aligned, then by name.
  private static func checked(
    _ tensors: [(String, Tensor)]
  ) throws -> [(String, Tensor)] {
    var seen: Set<String> = []
    for (name, _) in tensors {
      guard !name.isEmpty, name != SafetensorsHeader.metadataKey else {
        throw InterpretabilityError(.invalidOption, "a tensor cannot be named “\(name)”")
      }
      guard seen.insert(name).inserted else {
        throw InterpretabilityError(.invalidOption, "two tensors are named “\(name)”")
      }
    }
    return tensors.sorted { first, second in
      (second.1.dtype.byteCount, first.0) < (first.1.dtype.byteCount, second.0)
    }
  }

  /// Length and JSON, padded with spaces to a multiple of eight bytes.
  private static func header(
    for tensors: [(String, Tensor)], _ metadata: [String: String]
  ) throws -> Data {
    var text = Data("{".utf8)
    if !metadata.isEmpty {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      text += Data("\"\(SafetensorsHeader.metadataKey)\":".utf8)
      text += try encoder.encode(metadata)
    }
    var offset = 0
    for (name, tensor) in tensors {
      let end = offset + tensor.count * tensor.dtype.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      text += Data(JSONScanner.quoted(name).utf8)
      text += Data(
        (":{\"dtype\":\"\(tensor.dtype.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}").utf8)
      offset = end
    }
    text.append(UInt8(ascii: "}"))
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }) + text
  }
}
