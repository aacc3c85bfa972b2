import Foundation
import NNIImages

/// Where the values of a tensor lie outside the model's file.
struct ONNXExternalData {
  let name: String
  let location: String
  let offset: Int
  /// The number of bytes; `nil` if the tensor's size decides.
  let length: Int?

  /// Where values lie: some bytes of a file.
  struct Place {
    let bytes: FileBytes
    let range: Range<Int>
    /// The file's name.
    let name: String

    /// They as a tensor.
    func tensor(shape: [Int], dtype: DType) throws -> Tensor {
      try reading { try bytes.tensor(range, shape: shape, dtype: dtype) }
    }

    /// They as they are.
    func data() throws -> Data { try reading { try bytes.data(range) } }

    private func reading<Value>(_ read: () throws -> Value) throws -> Value {
      do {
        try Torch.checkMemory(range.count, for: "reading")
        return try read()
      } catch {
        throw InterpretabilityError(.invalidFile, "“\(name)” cannot be read", cause: error)
      }
    }
  }

  /// What a tensor message states; the first of two with the same key counts.
  static func entries(_ entries: [ONNXStringStringEntryProto]) -> [String: String] {
    Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
  }

  /// What a tensor message states.
  ///
  /// - Throws: ``InterpretabilityError`` when a number is no number or the path leaves the folder.
  init(_ values: [String: String], of name: String) throws {
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

  /// Where the `size` bytes that the tensor needs lie.
  ///
  /// - Throws: ``InterpretabilityError`` when the file is not there, too short, or outside `folder`.
  func place(_ size: Int, in folder: URL) throws -> Place {
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
    let bytes: FileBytes
    do {
      bytes = try FileBytes(contentsOf: file)
    } catch {
      throw InterpretabilityError(.invalidFile, "“\(location)” cannot be read", cause: error)
    }
    return Place(bytes: bytes, range: offset..<offset + size, name: location)
  }
}
