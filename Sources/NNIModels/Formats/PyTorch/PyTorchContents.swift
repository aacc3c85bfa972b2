import Foundation

/// What a PyTorch file holds, whichever way it is laid out: one pickle, and the bytes of storages.
struct PyTorchContents {
  /// The value that was saved.
  let root: PickleValue
  /// What it refers to.
  let objects: [PickleObject]
  /// Where the bytes of a storage lie in the file, by its key.
  let blocks: [String: Range<Int>]

  /// The beginning of the number that old files begin with, a pickle of protocol 2.
  private static let magic: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// Whether a file that begins with these bytes is one of PyTorch's before version 1.6.
  static func isLegacyBeginning(_ bytes: Data) -> Bool {
    bytes.first == PickleOpcode.proto.rawValue && bytes.prefix(32).range(of: Data(magic)) != nil
  }

  /// Reads a file that is called `place` in messages.
  ///
  /// - Throws: ``InterpretabilityError`` for what is no such file, is damaged, or holds anything but
  ///   data.
  init(_ data: Data, name place: String) throws {
    if ZipArchive.isBeginning(data) {
      self = try PyTorchArchive(data, name: place).contents()
    } else if Self.isLegacyBeginning(data) {
      self = try PyTorchLegacyFile(data, name: place).contents()
    } else {
      throw Self.unknown(data, place)
    }
  }

  init(root: PickleValue, objects: [PickleObject], blocks: [String: Range<Int>]) {
    (self.root, self.objects, self.blocks) = (root, objects, blocks)
  }

  /// The storages that tensors look into, by key.
  ///
  /// One block may be looked at as numbers of different sizes, of which not all fill it: the largest
  /// counts.
  static func storages(in objects: [PickleObject]) -> [String: PyTorchStorage] {
    var found: [String: PyTorchStorage] = [:]
    for object in objects {
      guard case .storage(let storage) = object.kind else { continue }
      if let other = found[storage.key], other.blockByteCount >= storage.blockByteCount { continue }
      found[storage.key] = storage
    }
    return found
  }

  private static func unknown(_ data: Data, _ place: String) -> InterpretabilityError {
    let isTar = data.dropFirst(257).starts(with: Data("ustar".utf8))
    let reason =
      if data.isEmpty {
        "is empty"
      } else if data.first == PickleOpcode.proto.rawValue {
        "is a plain pickle, not written by torch.save"
      } else if isTar {
        "is of PyTorch 0.1; load it in a newer Python and save it again with torch.save"
      } else {
        "is no file of torch.save: neither a zip archive nor PyTorch's older format"
      }
    return InterpretabilityError(.invalidFile, "\(place) \(reason)")
  }
}
