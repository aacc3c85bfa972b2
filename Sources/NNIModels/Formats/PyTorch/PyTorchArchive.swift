import Foundation

/// A file of `torch.save` since PyTorch 1.6: a zip archive of `NAME/data.pkl` and one entry
/// `NAME/data/KEY` for each storage.
struct PyTorchArchive {
  private let archive: ZipArchive
  private let data: Data
  private let place: String
  /// `NAME/`.
  private let folder: String

  /// The name of the entry that describes the tensors.
  private static let pickleName = "data.pkl"

  /// Finds the entries.
  ///
  /// - Throws: ``InterpretabilityError`` when it is another archive, or of another byte order.
  init(_ data: Data, name place: String) throws {
    archive = try ZipArchive(data, name: place)
    self.data = data
    self.place = place
    let found = archive.names.filter(Self.isPickle)
    guard let name = found.first, found.count == 1 else {
      throw InterpretabilityError(
        .invalidFile,
        found.isEmpty
          ? "\(place) is a zip archive without “data.pkl”, so none of torch.save"
          : "\(place) holds several checkpoints: \(found.sorted().joined(separator: ", "))")
    }
    folder = String(name.dropLast(Self.pickleName.count))
    try refuseScript()
    try checkByteOrder()
  }

  /// Whether an archive holds what PyTorch writes.
  static func isContained(in data: Data) -> Bool {
    guard let archive = try? ZipArchive(data, name: "") else { return false }
    return archive.names.contains(where: isPickle)
  }

  /// Reads the pickle and finds its storages.
  ///
  /// - Throws: ``InterpretabilityError`` when an entry is missing or too small.
  func contents() throws -> PyTorchContents {
    let range = try archive.range(of: folder + Self.pickleName)
    guard range.count <= Unpickler.Limit.byteCount else {
      throw InterpretabilityError(
        .unsupported, "\(place): a data.pkl of \(range.count) bytes is too large for a state dict")
    }
    var unpickler = Unpickler(ByteReader(bytes(range), place: "\(place), data.pkl"))
    let root = try unpickler.value()
    var blocks: [String: Range<Int>] = [:]
    for (key, storage) in PyTorchContents.storages(in: unpickler.objects) {
      let name = "\(folder)data/\(key)"
      let range = try archive.range(of: name)
      guard range.count >= storage.blockByteCount else {
        throw InterpretabilityError(
          .invalidFile,
          "\(place): the entry “\(name)” has \(range.count) bytes, wanted are "
            + "\(storage.blockByteCount); the file is damaged")
      }
      blocks[key] = range
    }
    return PyTorchContents(root: root, objects: unpickler.objects, blocks: blocks)
  }

  private static func isPickle(_ name: String) -> Bool {
    name.hasSuffix("/" + pickleName) && name.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1
  }

  private func bytes(_ range: Range<Int>) -> [UInt8] {
    [UInt8](data[(data.startIndex + range.lowerBound)..<(data.startIndex + range.upperBound)])
  }

  private func refuseScript() throws {
    let isScript = archive.names.contains {
      $0.hasPrefix(folder + "code/") || $0 == folder + "constants.pkl"
    }
    guard isScript else { return }
    throw InterpretabilityError(
      .unsupported,
      "\(place) is a TorchScript program, which is not read; in Python export the model that it was made "
        + "of: torch.export.save(torch.export.export(model.eval(), (example,)), \"model.pt2\"), or "
        + "torch.onnx.export(model, (example,), \"model.onnx\"), or save its weights: "
        + "torch.save(model.state_dict(), path)")
  }

  private func checkByteOrder() throws {
    let name = folder + "byteorder"
    guard archive.entries[name] != nil else { return }
    let order = try bytes(archive.range(of: name).prefix(16))
    guard order == Array("little".utf8) else {
      throw InterpretabilityError(
        .unsupported,
        "\(place) was written by a machine with another byte order; load it there or in Python and "
          + "save it again on a little-endian one")
    }
  }
}
