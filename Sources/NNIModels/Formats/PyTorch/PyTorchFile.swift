public import Foundation

/// The tensors of a PyTorch checkpoint: a state dict that `torch.save` wrote.
///
/// Both layouts are read: the zip archive that PyTorch writes since version 1.6, and the older one. The
/// state dict may lie in a dictionary with other things, as `{"state_dict": …, "epoch": 3}`.
///
/// Such a file is a program in Python's pickle language. Here it is read as data: nothing is imported or
/// run, and a file that names a class or function that no state dict needs is refused. A whole saved
/// model (`torch.save(model, …)`) and TorchScript are refused, too, with what to save instead.
///
/// The file is mapped, not read: ``subscript(_:)`` copies the one tensor that is asked for. Complex,
/// quantised and sparse tensors are refused by name.
///
/// ```swift
/// let file = try PyTorchFile(contentsOf: URL(filePath: "resnet18-f37072fd.pth"))
/// let weight = try file["conv1.weight"]     // float32 [64, 3, 7, 7]
/// ```
///
/// The file must not be shortened by someone else while it is open: the system then ends the program.
public struct PyTorchFile: Sendable {
  /// What is known of a tensor without reading it.
  public struct Entry: Sendable, Equatable {
    /// The type of the elements.
    public let dtype: DType
    /// The extent of each axis.
    public let shape: [Int]
    /// The distance in elements between neighbours along each axis.
    let strides: [Int]
    /// Where the elements lie in the file, in bytes from its beginning.
    let range: Range<Int>
    /// Whether they lie there in row-major order without gaps.
    let isContiguous: Bool
    /// Whether the elements are the negatives of what lies there.
    let isNegated: Bool
  }

  /// The names of all tensors, in the order of the state dict.
  public let names: [String]
  /// Type and shape of each tensor.
  public let entries: [String: Entry]
  /// The whole file.
  let data: Data
  private let place: String

  /// How much larger than the file all tensors together may be, in bytes: some share their elements.
  private static let surplusLimit = 4 << 30

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - key: Where the state dict lies in what was saved, such as `ema_state_dict`, with slashes
  ///     between the keys of nested dictionaries; empty for the only one.
  /// - Throws: ``InterpretabilityError`` when it is missing, no regular file, malformed, or holds
  ///   anything but a state dict; the message names the tensor, or the Python class, that is wrong.
  public init(contentsOf url: URL, key: String = "") throws {
    try self.init(data: ModelFile.mapped(url), name: url.lastPathComponent, key: key)
  }

  /// Opens a file that is in memory already.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - name: How messages call it.
  ///   - key: Where the state dict lies in what was saved; empty for the only one.
  /// - Throws: ``InterpretabilityError`` when it is malformed or holds anything but a state dict.
  public init(data: Data, name: String, key: String = "") throws {
    let contents = try PyTorchContents(data, name: name)
    let stateDict = try PyTorchStateDict(contents, key: key, name: name)
    var entries: [String: Entry] = [:]
    var surplus = -data.count
    for (key, tensor) in stateDict.tensors {
      do {
        let (entry, byteCount) = try Self.entry(tensor, contents.blocks)
        entries[key] = entry
        surplus += byteCount
        guard surplus <= Self.surplusLimit else {
          throw InterpretabilityError(
            .invalidFile, "all tensors together are \(surplus) bytes larger than the file")
        }
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, "\(name): tensor “\(key)”: \(error.message)")
      }
    }
    names = stateDict.names
    self.entries = entries
    self.data = data
    place = name
  }

  /// A copy of the tensor of that name in row-major order, on the processor.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names when there is none.
  public subscript(name: String) -> Tensor {
    get throws {
      let entry = try entry(named: name)
      let start = data.startIndex
      let bytes = data[(start + entry.range.lowerBound)..<(start + entry.range.upperBound)]
      do {
        let tensor = try Self.tensor(entry, bytes)
        return entry.isNegated ? try tensor.negated() : tensor
      } catch {
        throw InterpretabilityError(
          .invalidFile, "\(place): the tensor “\(name)” cannot be read", cause: error)
      }
    }
  }

  /// What lies in bytes, in row-major order.
  private static func tensor(_ entry: Entry, _ bytes: Data) throws -> Tensor {
    guard !entry.isContiguous else {
      return try Tensor(untrusted: bytes, shape: entry.shape, dtype: entry.dtype)
    }
    let span = entry.range.count / entry.dtype.byteCount
    let line = try Tensor(untrusted: bytes, shape: [span], dtype: entry.dtype)
    return try Tensor.call(
      "aten::contiguous",
      .tensor(
        .call("aten::as_strided", .tensor(line), .ints(entry.shape), .ints(entry.strides), .int(0)))
    )
  }

  /// Type and shape of the tensor of that name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names when there is none.
  public func entry(named name: String) throws -> Entry {
    if let entry = entries[name] { return entry }
    throw InterpretabilityError(
      .invalidFile,
      "\(place) holds no tensor “\(name)”" + Wording.suggestion(for: name, among: names))
  }

  /// All tensors by name.
  ///
  /// - Throws: ``InterpretabilityError`` when one cannot be read.
  public func tensors() throws -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for name in names { result[name] = try self[name] }
    return result
  }

  /// Where a tensor's elements lie, and their size in bytes when they are written out.
  private static func entry(
    _ tensor: PyTorchTensor, _ blocks: [String: Range<Int>]
  ) throws -> (Entry, byteCount: Int) {
    let strided: StridedTensor
    switch tensor {
    case .strided(let tensor): strided = tensor
    case .unsupported(let kind):
      throw InterpretabilityError(
        .unsupported, "\(kind) tensors are not supported; convert it to a dense float tensor")
    }
    guard case .supported(let dtype) = strided.element else {
      throw InterpretabilityError(
        .unsupported,
        "elements of type \(strided.element) are not supported; there are "
          + DType.allCases.map(\.description).joined(separator: ", "))
    }
    let (count, span) = try strided.extent()
    guard let block = blocks[strided.storage.key] else {
      throw InterpretabilityError(.invalidFile, "its storage is missing")
    }
    // Within the storage, as the extent was found to be, and that within the block.
    let start = block.lowerBound + strided.storage.start + strided.offset * dtype.byteCount
    return (
      Entry(
        dtype: dtype, shape: strided.shape, strides: strided.strides,
        range: count == 0 ? 0..<0 : start..<(start + span * dtype.byteCount),
        isContiguous: count == 0 || strided.isContiguous, isNegated: strided.isNegated),
      count * dtype.byteCount
    )
  }
}
