public import Foundation

extension SafetensorsFile {
  /// Writes tensors to a file, which appears complete or not at all.
  ///
  /// The bytes go to a temporary file in the same folder, which takes the final name at the end. What
  /// stood there before is replaced then, and kept when anything fails.
  ///
  /// - Parameters:
  ///   - tensors: Names and values, each name once; views are written out in row-major order.
  ///   - metadata: Text that travels with them, such as the architecture's name.
  ///   - url: The file; its folder must exist.
  /// - Throws: ``InterpretabilityError`` for a name that is empty, reserved or used twice, and when the
  ///   folder is missing or the disk is full.
  public static func write(
    tensors: [(String, Tensor)], metadata: [String: String] = [:], to url: URL
  ) throws {
    let sorted = try checked(tensors)
    let header = try header(for: sorted, metadata)
    let folder = url.deletingLastPathComponent()
    let temporary = folder.appending(path: ".\(url.lastPathComponent).\(UUID().uuidString)")
    do {
      guard FileManager.default.createFile(atPath: temporary.path, contents: nil) else {
        throw CocoaError(.fileWriteNoPermission)
      }
      do {
        let file = try FileHandle(forWritingTo: temporary)
        defer { try? file.close() }
        try file.write(contentsOf: header)
        for (_, tensor) in sorted { try file.write(contentsOf: tensor.data()) }
        try file.synchronize()
      }
      guard rename(temporary.path, url.path) == 0 else {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw InterpretabilityError(
        .invalidFile,
        "\(url.path) cannot be written; check that its folder exists, may be written to and has room",
        cause: error)
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
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func json(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    var parts: [String] = []
    if !metadata.isEmpty {
      parts.append("\"\(SafetensorsHeader.metadataKey)\":" + (try json(metadata)))
    }
    var offset = 0
    for (name, tensor) in tensors {
      let end = offset + tensor.count * tensor.dtype.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      parts.append(
        try json(name) + ":{\"dtype\":\"\(tensor.dtype.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Data("{\(parts.joined(separator: ","))}".utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }) + text
  }
}
