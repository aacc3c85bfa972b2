import Foundation
import NNIImages

/// Where the values of a tensor lie outside the model's file.
struct ONNXExternalData {
  let name: String
  let location: String
  let offset: Int
  /// The number of bytes; `nil` if the tensor's size decides.
  let length: Int?

  /// What a tensor message states.
  ///
  /// - Throws: ``InterpretabilityError`` when a number is no number or the path leaves the folder.
  init(_ entries: [ONNXStringStringEntryProto], of name: String) throws {
    let values = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
    func number(_ key: String) throws -> Int? {
      guard let text = values[key] else { return nil }
      guard let number = Int(text), number >= 0 else {
        throw InterpretabilityError(.invalidFile, "\(name): its external \(key) is “\(text)”")
      }
      return number
    }
    let location = values["location"] ?? ""
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.hasPrefix("/"), !location.contains("\0"),
      !location.contains("\\"), !parts.contains("..")
    else {
      throw InterpretabilityError(
        .invalidFile,
        "\(name) lies in “\(location)”, wanted a path inside the model's folder")
    }
    self.name = name
    self.location = location
    offset = try number("offset") ?? 0
    length = try number("length")
  }

  /// The `size` bytes that the tensor needs.
  ///
  /// - Throws: ``InterpretabilityError`` when the file is not there, too short, or outside `folder`.
  func read(_ size: Int, in folder: URL) throws -> Data {
    let root = folder.resolvingSymlinksInPath().standardizedFileURL.path
    let file = folder.appendingPathComponent(location).resolvingSymlinksInPath()
      .standardizedFileURL
    guard file.path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
      throw InterpretabilityError(
        .invalidFile, "\(name) lies in “\(location)”, a link that leaves the model's folder")
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular,
      let fileSize = (attributes[.size] as? NSNumber)?.intValue
    else {
      throw InterpretabilityError(
        .invalidFile, "\(name) lies in “\(location)”, which is not beside the model; put it there")
    }
    guard length ?? size == size else {
      throw InterpretabilityError(
        .invalidFile, "\(name) needs \(size) bytes, its external length is \(length ?? 0)")
    }
    guard offset <= fileSize, size <= fileSize - offset else {
      throw InterpretabilityError(
        .invalidFile,
        "\(name) lies at \(offset) of “\(location)”, which has only \(fileSize) bytes")
    }
    FilesRead.note(file.path)
    do {
      try Torch.checkMemory(size, for: "reading")
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      try handle.seek(toOffset: UInt64(offset))
      return size == 0 ? Data() : try handle.read(upToCount: size) ?? Data()
    } catch {
      throw InterpretabilityError(.invalidFile, "“\(location)” cannot be read", cause: error)
    }
  }
}
