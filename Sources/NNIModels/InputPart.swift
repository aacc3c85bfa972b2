/// One of a network's inputs, of several or of whole numbers.
///
/// A network with several inputs has one node before them all, whose value holds the inputs' elements side
/// by side, `[N, elements]`: so every method runs on it as on any other network, and a map of that node has a
/// part for each input. ``Model/batch(of:)`` makes such rows of named tensors.
public struct InputPart: Sendable, Hashable {
  /// The input's name in the file.
  public let name: String
  /// The shape of one sample, without the axis of samples.
  public let shape: [Int]
  /// The type of its values.
  public let type: DType
  /// The axis along which a batch has its samples; `nil` for an input that all samples share.
  public let sampleAxis: Int?
  /// Where it begins in a row of all inputs.
  public let start: Int
  /// The number that the network was made for, if the input decides what is computed.
  public internal(set) var number: Int?
  /// The shape of a batch as the file leaves it open; `nil` where it is fixed.
  var openText: String?

  /// States an input.
  public init(name: String, shape: [Int], type: DType, sampleAxis: Int? = 0, start: Int) {
    self.name = name
    self.shape = shape
    self.type = type
    self.sampleAxis = sampleAxis
    self.start = start
  }

  /// How many elements one sample has.
  public var count: Int { shape.reduce(1, *) }

  /// Where it is in a row of all inputs.
  public var range: Range<Int> { start..<(start + count) }

  /// The shape of a batch, for messages: `[N, 10]`; `[N, sequence (open)]` where the file leaves it open.
  public var shapeText: String { openText ?? ownShapeText }

  /// The shape of a batch that the network was made for.
  var ownShapeText: String {
    var extents = shape.map(String.init)
    if let sampleAxis { extents.insert("N", at: min(sampleAxis, extents.count)) }
    return "[\(extents.joined(separator: ", "))]"
  }
}

extension Model {
  /// How many elements a row of all inputs has; 0 for a network with one input of real numbers.
  package var rowWidth: Int { inputs.last?.range.upperBound ?? 0 }

  /// One of several inputs.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the inputs when there is none of that name.
  package func input(named name: String) throws -> InputPart {
    if let part = inputs.first(where: { $0.name == name }) { return part }
    throw InterpretabilityError(
      .invalidOption,
      "the network has no input “\(name)”; its inputs are "
        + inputs.map(\.name).joined(separator: ", "))
  }

  /// - Throws: ``InterpretabilityError`` when a method that changes all of the input is asked about a network
  ///   with several, or with whole numbers.
  package func requireOneInput(for method: String) throws {
    guard inputs.isEmpty else {
      throw InterpretabilityError(
        .unsupported,
        "\(method) changes all of what the network takes, \(inputs.map(\.name).joined(separator: ", ")); "
          + "it explains networks with one input of real numbers")
    }
  }

  /// Named tensors side by side, as a network with several inputs takes them.
  ///
  /// - Parameter values: A tensor for each of ``inputs``, with the samples along the axis that the file has
  ///   them.
  /// - Returns: Rows `[N, elements]`.
  /// - Throws: ``InterpretabilityError`` when an input is missing, unknown or of another shape than the network
  ///   was made for; ``batch(of:)`` fits it first.
  public func joined(_ values: [String: Tensor]) throws -> Tensor {
    let names = inputs.map(\.name)
    let known = names + unusedInputs
    if let unknown = values.keys.sorted().first(where: { !known.contains($0) }) {
      throw InterpretabilityError(
        .invalidInput,
        "the network has no input “\(unknown)”; its inputs are \(names.joined(separator: ", "))")
    }
    var samples: Int?
    var rows: [(InputPart, Tensor)] = []
    for part in inputs {
      guard let value = values[part.name] else {
        throw InterpretabilityError(
          .invalidInput,
          "the input “\(part.name)” \(part.shapeText) is missing; the network takes "
            + names.joined(separator: ", "))
      }
      let row = try self.row(value, of: part)
      if part.sampleAxis != nil {
        guard samples == nil || samples == row.shape[0] else {
          throw InterpretabilityError(
            .invalidInput,
            "the input “\(part.name)” has \(row.shape[0]) samples, another one \(samples ?? 0)")
        }
        samples = row.shape[0]
      }
      rows.append((part, row))
    }
    let count = samples ?? 1
    let type = try graph.parameterType
    let parts = try rows.map { part, row in
      try (row.shape[0] == count ? row : row.expanded(to: [count, part.count])).converted(to: type)
    }
    return try .concatenated(parts, axis: 1)
  }

  /// One input's elements, a row for each sample.
  private func row(_ value: Tensor, of part: InputPart) throws -> Tensor {
    var value = value
    if let axis = part.sampleAxis {
      guard value.rank == part.shape.count + 1 else { throw mismatch(value, part) }
      if axis > 0 {
        value = try value.permuted([axis] + (0..<value.rank).filter { $0 != axis })
      }
    } else {
      // One number may come with an axis.
      value = part.shape.isEmpty && value.shape == [1] ? value : try value.unsqueezed(0)
    }
    guard Array(value.shape.dropFirst()) == part.shape else { throw mismatch(value, part) }
    if let number = part.number,
      let found = try value.converted(to: .int64).elements(as: Int64.self).first, found != number
    {
      throw InterpretabilityError(
        .invalidInput,
        "the input “\(part.name)” is \(found); the network was made for \(number): fit it first, fitted(to:)"
      )
    }
    guard part.type.isFloatingPoint || !value.dtype.isFloatingPoint else {
      throw InterpretabilityError(
        .invalidInput, "the input “\(part.name)” takes whole numbers, not \(value.dtype)")
    }
    guard try !value.dtype.isFloatingPoint || value.isFinite() else {
      throw InterpretabilityError(.invalidInput, "the input “\(part.name)” holds NaN or infinity")
    }
    return try value.reshaped([value.shape[0], part.count])
  }

  private func mismatch(_ value: Tensor, _ part: InputPart) -> InterpretabilityError {
    InterpretabilityError(
      .invalidInput,
      "the input “\(part.name)” has shape \(value.shape); wanted \(part.ownShapeText)"
        + (part.openText == nil ? "" : " as the network was made for: fit it first, fitted(to:)"))
  }

  /// One input's part of rows of all inputs, such as of a map of them, in the shape that a batch of it has.
  public func part(_ name: String, of rows: Tensor) throws -> Tensor {
    let part = try input(named: name)
    return try rows.narrowed(axis: 1, to: part.range).reshaped([rows.shape[0]] + part.shape)
  }
}
