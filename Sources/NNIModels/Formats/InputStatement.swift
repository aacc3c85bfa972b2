public import NNIImages

/// What a card says of one of a network's inputs, under the input's name in `inputs`.
///
/// ```json
/// {"inputs": {
///   "image": {"size": [224, 224], "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
///   "features": {"names": ["age", "dose"], "mean": [54.1, 2.5], "std": [12.9, 0.8]},
///   "input_ids": {"tokenizer": "tokenizer.json", "shape": [128]},
///   "weights": {"kind": "mask"}
/// }}
/// ```
///
/// `shape` is that of one sample, and decides what the file leaves open until other sizes come in; `kind` says
/// what the values are (``InputRole``), where type, shape and name do not tell.
/// An image has the keys of ``InputSpec``. A column `v` of a table becomes `(v − mean) / std`, without mean or
/// deviation 0 and 1.
public struct InputStatement: Sendable, Codable, Equatable {
  /// How a picture becomes the input.
  public var image: InputSpec
  /// The names of the features, in the order of the network's columns.
  public var names: [String]
  /// The extents of one sample, without the axis of samples; empty where it states none.
  public var shape: [Int]
  /// What the values are; `nil` where it does not say.
  public var kind: InputRole?
  /// Whether it says anything that only images have.
  private(set) var isImage = false

  /// States an input.
  public init(
    image: InputSpec = InputSpec(), names: [String] = [], shape: [Int] = [], kind: InputRole? = nil
  ) {
    self.image = image
    self.names = names
    self.shape = shape
    self.kind = kind
  }

  private enum CodingKeys: String, CodingKey {
    case names, shape, kind, size, resize, interpolation, channels, mean, std
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    image = try InputSpec(from: decoder)
    names = try container.decodeIfPresent([String].self, forKey: .names) ?? []
    shape = try container.decodeIfPresent([Int].self, forKey: .shape) ?? []
    kind = try container.decodeIfPresent(InputRole.self, forKey: .kind)
    isImage = [.size, .resize, .interpolation, .channels].contains { container.contains($0) }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if !names.isEmpty { try container.encode(names, forKey: .names) }
    if !shape.isEmpty { try container.encode(shape, forKey: .shape) }
    try container.encodeIfPresent(kind, forKey: .kind)
    try image.encode(to: encoder)
  }

  public static func == (left: InputStatement, right: InputStatement) -> Bool {
    left.image == right.image && left.names == right.names && left.shape == right.shape
      && left.kind == right.kind
  }

  /// The statement, if it makes sense.
  ///
  /// - Throws: ``InterpretabilityError`` that says what does not.
  func validated() throws -> InputStatement {
    guard shape.allSatisfy({ $0 > 0 }), TensorSize.count(of: shape) != nil else {
      throw refusal("shape takes positive numbers, the extents of one sample, not \(shape)")
    }
    if isImage {
      guard shape.isEmpty else {
        throw refusal(
          "it has a shape and a picture's keys; a picture's height and width are its size")
      }
      guard names.isEmpty else { throw refusal("it has names of features and a picture's keys") }
      _ = try image.validated()
      return self
    }
    let counts = [names.count, image.mean.count, image.std.count].filter { $0 > 0 }
    guard Set(counts).count <= 1 || names.isEmpty && counts.contains(1) else {
      throw refusal(
        "names, mean and std have \(counts.map(String.init).joined(separator: ", ")) entries")
    }
    guard image.mean.allSatisfy(\.isFinite), image.std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw refusal("mean and std must be finite and std positive")
    }
    guard Set(names).count == names.count else { throw refusal("a name stands twice in names") }
    return self
  }

  private func refusal(_ what: String) -> InterpretabilityError {
    InterpretabilityError(.invalidFile, "the input description is wrong: \(what)")
  }
}

/// What an input's values are.
public enum InputRole: String, Sendable, Codable, CaseIterable {
  /// Pixels, `[channels, height, width]` or with the channels last.
  case image
  /// A row of a table.
  case features
  /// Numbers of tokens, or of other entries of a table that the network looks up.
  case tokenIDs = "token-ids"
  /// Where something counts: 1, and 0 elsewhere.
  case mask
  /// Values along time, `[steps, channels]` or the other way round.
  case series
  /// Voxels, or frames of pictures.
  case volume
  /// One number for a sample, or anything else.
  case values

  public init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    guard let role = InputRole(rawValue: word) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "wanted one of \(known)"))
    }
    self = role
  }
}

extension Model {
  /// A picture as one of several inputs takes it, `[1, …]`, as the card says.
  ///
  /// - Throws: ``InterpretabilityError`` when the input takes no pictures.
  public func tensor(of picture: Image, for input: String) throws -> Tensor {
    let part = try described(input)
    let statement = inputStatements[input] ?? InputStatement(image: inputSpec)
    guard part.shape.count == 3, part.type.isFloatingPoint else {
      throw InterpretabilityError(
        .invalidInput,
        "the input “\(input)” \(part.shapeText) takes no picture; give it a tensor, FILE#KEY")
    }
    var spec = statement.image
    let isLast = ![1, 3].contains(part.shape[0]) && [1, 3].contains(part.shape[2])
    let extents = isLast ? Array(part.shape[..<2]) : Array(part.shape[1...])
    if spec.size.isEmpty { spec.size = extents }
    let channels = isLast ? part.shape[2] : part.shape[0]
    if channels == 1, spec.mean.count <= 1, spec.std.count <= 1 { spec.channels = .grey }
    guard spec.size == extents, spec.channelCount == channels else {
      throw InterpretabilityError(
        .invalidFile,
        "the card describes a picture of \(spec.channelCount ?? 0) × \(spec.size) for the input “\(input)” "
          + part.shapeText)
    }
    let tensor = try spec.validated().tensor(from: picture).tensor
    return isLast ? try tensor.permuted([0, 2, 3, 1]) : tensor
  }

  /// The rows of a table as one of several inputs takes them, `[N, features]`: the columns that the card names,
  /// or all in their order, with the card's mean and deviation.
  ///
  /// - Throws: ``InterpretabilityError`` that names the column or the line that does not fit.
  public func tensor(of table: CSVTable, for input: String) throws -> Tensor {
    let part = try described(input)
    let statement = inputStatements[input] ?? InputStatement()
    guard part.shape.count == 1, part.type.isFloatingPoint else {
      throw InterpretabilityError(
        .invalidInput,
        "the input “\(input)” \(part.shapeText) takes no table; give it a tensor, FILE#KEY")
    }
    let names = statement.names.isEmpty ? table.header : statement.names
    guard names.count == part.count else {
      throw InterpretabilityError(
        .invalidInput,
        "the input “\(input)” takes \(part.count) features, not \(names.count): "
          + names.joined(separator: ", "))
    }
    guard !table.rows.isEmpty else {
      throw InterpretabilityError(.invalidInput, "the table for the input “\(input)” has no rows")
    }
    let columns = try names.map { try table.column($0) }
    let (mean, std) = (statement.image.mean, statement.image.std)
    func setting(_ list: [Double], _ column: Int, _ standard: Double) -> Double {
      list.count == 1 ? list[0] : list.indices.contains(column) ? list[column] : standard
    }
    var values: [Double] = []
    for row in table.rows.indices {
      for (column, fields) in columns.enumerated() {
        guard let value = Double(fields[row]), value.isFinite else {
          throw InterpretabilityError(
            .invalidInput,
            "line \(table.line(ofRow: row)), column “\(names[column])”: “\(fields[row])” is no number"
          )
        }
        values.append((value - setting(mean, column, 0)) / setting(std, column, 1))
      }
    }
    return try Tensor(values, shape: [table.rows.count, part.count])
  }

  /// An input by its name, also the only one of a network.
  private func described(_ name: String) throws -> InputPart {
    guard inputs.isEmpty, name.isEmpty || name == inputName, let shape = sampleShape else {
      return try input(named: name)
    }
    return try InputPart(name: inputName, shape: shape, type: graph.parameterType, start: 0)
  }
}
