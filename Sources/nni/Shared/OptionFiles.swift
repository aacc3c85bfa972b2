import Foundation
import NNIImages
import NNInterpretability

/// What options name: a rule map's file, and tensors.
///
/// `rules=FILE` becomes what the file says. An option whose name ends in `-key` names tensors:
/// `baseline-key=FILE.safetensors#KEY`, or `baseline-key=KEY` where the command has a file of tensors; several
/// as `[KEY, KEY]`.
struct OptionFiles {
  /// The options with what they name.
  private(set) var options: [String: OptionValue] = [:]
  private var files: [(path: String, key: String)] = []
  private let model: Model?

  /// The files that were read, with their digests.
  var records: [FileRecord] {
    get throws {
      try files.map {
        try FileRecord(contentsOf: URL(filePath: $0.path), path: $0.path, key: $0.key)
      }
    }
  }

  /// Reads what `options` name.
  ///
  /// - Parameters:
  ///   - options: As they were written.
  ///   - tensors: The command's file of tensors, and its path; none where it has none.
  ///   - model: The network that the tensors are for, which may take another order of axes.
  /// - Throws: `InterpretabilityError` when a file or a tensor is not there.
  init(
    _ options: [String: OptionValue], tensors: (file: SafetensorsFile, path: String)? = nil,
    for model: Model? = nil
  ) throws {
    self.model = model
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      if name.hasSuffix("-key") {
        let plain = String(name.dropLast(4))
        guard options[plain] == nil else {
          throw InterpretabilityError(
            .invalidOption, "both \(plain) and \(name) are set; set one of them")
        }
        self.options[plain] = try tensor(value, of: name, tensors)
      } else if name == "rules", case .text(let path) = value, !path.isEmpty, !path.hasPrefix("{") {
        self.options[name] = try rules(path)
      } else {
        self.options[name] = value
      }
    }
  }

  private mutating func rules(_ path: String) throws -> OptionValue {
    let url = URL(filePath: path)
    FilesRead.note(path)
    guard let text = try? String(contentsOf: url, encoding: .utf8) else {
      throw InterpretabilityError(
        .invalidFile, "the rule map \(path) does not exist or is not a text")
    }
    files.append((path, "rules"))
    return .text(text)
  }

  private mutating func tensor(
    _ value: OptionValue, of name: String, _ tensors: (file: SafetensorsFile, path: String)?
  ) throws -> OptionValue {
    switch value {
    case .list(let list): return .list(try list.map { try tensor($0, of: name, tensors) })
    case .text(let text) where text.hasPrefix("[") && text.hasSuffix("]"):
      let keys = text.dropFirst().dropLast().split(separator: ",")
      return .list(
        try keys.map { key in
          try tensor(.text(key.trimmingCharacters(in: .whitespaces)), of: name, tensors)
        })
    case .text(let text):
      if let tensors, tensors.file.names.contains(text) {
        files.append((tensors.path, text))
        return .tensor(try ordered(tensors.file[text]), name: text)
      }
      let reference = TensorReference(argument: text)
      if text.contains("#") || FileManager.default.fileExists(atPath: reference.path) {
        let tensor = try reference.tensor()
        files.append((reference.path, reference.key))
        return .tensor(try ordered(tensor), name: text)
      }
      guard let tensors else {
        throw InterpretabilityError(
          .invalidOption,
          "\(name)=\(text) names no file of tensors; write \(name)=FILE.safetensors#KEY")
      }
      return .tensor(try ordered(tensors.file[text]), name: text)
    default:
      throw InterpretabilityError(
        .invalidOption, "\(name) takes the name of a tensor, not “\(value)”")
    }
  }

  /// A tensor of images in the order of axes that the network takes.
  private func ordered(_ tensor: Tensor) throws -> Tensor {
    guard let model, tensor.rank >= 4 else { return tensor }
    return try model.channelsFirst(tensor)
  }
}
