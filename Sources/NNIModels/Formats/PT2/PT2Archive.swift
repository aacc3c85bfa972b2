import Foundation

/// A file of `torch.export.save`: a zip archive of a program and the tensors that it names.
///
/// Nothing in it is run, and its one pickle, that of the example inputs, is not read.
struct PT2Archive {
  private let archive: ZipArchive
  private let data: Data
  private let bytes: FileBytes
  let place: String
  /// `NAME/`.
  private let folder: String

  /// The most bytes of a text that is read.
  private static let textLimit = 256 << 20
  private static let programSuffix = "models/model.json"

  /// Finds the entries.
  ///
  /// - Throws: ``InterpretabilityError`` when it is another archive, of another version or byte order.
  init(_ url: URL) throws {
    place = url.lastPathComponent
    data = try ModelFile.mapped(url)
    bytes = try FileBytes(contentsOf: url)
    archive = try ZipArchive(data, name: place)
    guard let folder = Self.folder(in: archive.names) else {
      let isOld = archive.names.contains { $0.hasSuffix("serialized_exported_program.json") }
      let others = archive.names.filter {
        $0.contains("models/") && $0.hasSuffix(".json")
      }
      throw InterpretabilityError(
        isOld || !others.isEmpty ? .unsupported : .invalidFile,
        isOld
          ? "\(place) was saved before PyTorch 2.8; load it and save it again with a newer one"
          : others.isEmpty
            ? "\(place) is a zip archive without “\(Self.programSuffix)”, so none of torch.export.save"
            : "\(place) holds programs of other names: \(others.sorted().prefix(5).joined(separator: ", "))"
      )
    }
    self.folder = folder
    try require("byteorder", ["little"], "save it again on a little-endian machine")
    try require("archive_version", ["0"], "save it with PyTorch 2.8 to 2.13")
  }

  /// Whether an archive holds a program of torch.export.
  static func isContained(in data: Data) -> Bool {
    guard let archive = try? ZipArchive(data, name: "") else { return false }
    return folder(in: archive.names) != nil
  }

  /// Where the program's folder is; `nil` where there is none, or two.
  private static func folder(in names: [String]) -> String? {
    let found = names.filter { $0 == programSuffix || $0.hasSuffix("/" + programSuffix) }
    guard found.count == 1, let name = found.first else { return nil }
    return String(name.dropLast(programSuffix.count))
  }

  /// SHA-256 of the file.
  func digest() throws -> String { try bytes.digest() }

  /// The program's text.
  func program() throws -> Data { try text(Self.programSuffix) }

  /// The text of an entry; `nil` where the archive has none of that name.
  func optionalText(_ name: String) throws -> Data? {
    archive.entries[folder + name] == nil ? nil : try text(name)
  }

  private func text(_ name: String) throws -> Data {
    let range = try archive.range(of: folder + name)
    guard range.count <= Self.textLimit else {
      throw InterpretabilityError(
        .unsupported, "\(place): “\(name)” has \(range.count) bytes, too many for a program")
    }
    return Data(data[(data.startIndex + range.lowerBound)..<(data.startIndex + range.upperBound)])
  }

  /// Where the raw bytes of a storage lie in the file.
  func range(ofStorage name: String) throws -> Range<Int> { try archive.range(of: folder + name) }

  /// A copy of the tensor that lies strided in a storage.
  func tensor(_ tensor: StridedTensor, dtype: DType, at start: Int) throws -> Tensor {
    let (count, span) = try tensor.extent()
    let first = start + tensor.offset * dtype.byteCount
    let range = count == 0 ? 0..<0 : first..<(first + span * dtype.byteCount)
    guard count > 0, !tensor.isContiguous else {
      return try bytes.tensor(range, shape: tensor.shape, dtype: dtype)
    }
    let line = try bytes.tensor(range, shape: [span], dtype: dtype)
    return try Tensor.call(
      "aten::contiguous",
      .tensor(
        .call(
          "aten::as_strided", .tensor(line), .ints(tensor.shape), .ints(tensor.strides), .int(0))))
  }

  /// - Throws: ``InterpretabilityError`` when an entry says something else than one of `values`.
  private func require(_ name: String, _ values: [String], _ advice: String) throws {
    guard archive.entries[folder + name] != nil else { return }
    let stated = String(decoding: try text(name).prefix(32), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard values.contains(stated) else {
      throw InterpretabilityError(
        .unsupported, "\(place): \(name) is “\(stated)”, wanted \(values[0]); \(advice)")
    }
  }
}
