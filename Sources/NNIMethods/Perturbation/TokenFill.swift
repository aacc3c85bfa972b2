/// What stands in the place of a token that is taken away.
public enum TokenFill: Sendable, Equatable {
  /// Another token, by its id: such as a network's mask, or what fills texts up.
  case token(Int)
  /// A vector of zeros.
  case zero
  /// The mean of all vectors of the table.
  case mean
  /// Nothing: attention's mask is 0 there, so that no other token reads it.
  case deleted

  /// Reads the option `replacement`: an id, `zero`, `mean` or `delete`.
  public init?(_ value: OptionValue) {
    switch value {
    case .text("zero"): self = .zero
    case .text("mean"): self = .mean
    case .text("delete"): self = .deleted
    default:
      guard let number = value.number, let id = Int(exactly: number), id >= 0 else { return nil }
      self = .token(id)
    }
  }
}

/// Rows of a network's inputs in which tokens are taken away.
struct TokenReplacement {
  /// The network that takes the rows: with vectors among its inputs where vectors are replaced.
  let model: Model
  /// The rows with every token in its place, `[N, width]`.
  let rows: Tensor
  private let part: InputPart
  private let changes: [(part: InputPart, value: Tensor)]

  /// Prepares rows.
  ///
  /// - Parameters:
  ///   - fill: What stands in a token's place.
  ///   - model: The network.
  ///   - rows: Its inputs.
  ///   - part: The token ids among them.
  /// - Throws: ``InterpretabilityError`` for an id that the table does not have, and where tokens are deleted and
  ///   the network has no mask.
  init(_ fill: TokenFill, _ model: Model, rows: Tensor, part: InputPart) throws {
    self.part = part
    switch fill {
    case .token(let id):
      if let count = try? EmbeddedModel(part.name, of: model).table.shape[0], id >= count {
        throw InterpretabilityError(
          .invalidOption, "replacement: the table has ids from 0 to \(count - 1), not \(id)")
      }
      (self.model, self.rows) = (model, rows)
      changes = [(part, try Tensor.full([1], Double(id), dtype: rows.dtype))]
    case .zero, .mean:
      let embedded = try EmbeddedModel(part.name, of: model)
      (self.model, self.rows) = (embedded.model, try embedded.rows(rows))
      let vector = try TokenBaseline.vector(fill, embedded.table)
      changes = [(embedded.vectors, try vector.converted(to: rows.dtype))]
    case .deleted:
      let masks = model.inputs.filter {
        $0.name.lowercased().contains("mask") && $0.count == part.count
      }
      guard !masks.isEmpty else {
        throw InterpretabilityError(
          .invalidOption,
          "replacement=delete sets attention's mask to 0, and none of the inputs "
            + "\(model.inputs.map(\.name).joined(separator: ", ")) is one by its name")
      }
      (self.model, self.rows) = (model, rows)
      changes = try masks.map { ($0, try Tensor.full([1], 0, dtype: rows.dtype)) }
    }
  }

  /// Some rows with tokens taken away, `[m, width]`.
  ///
  /// - Parameters:
  ///   - rows: As ``rows``, `[m, width]`.
  ///   - isTaken: Which tokens, `bool` `[m, T]`.
  /// - Returns: The changed rows.
  /// - Throws: `TorchError` when the shapes differ.
  func callAsFunction(_ rows: Tensor, taking isTaken: Tensor) throws -> Tensor {
    let (count, tokens) = (rows.shape[0], part.count)
    let replaced = try changes.map { part, value in
      let own = try rows.narrowed(axis: 1, to: part.range).reshaped([count, tokens, -1])
      let place = try isTaken.unsqueezed(2).expanded(to: own.shape)
      let mixed = try value.expanded(to: own.shape).selected(where: place, otherwise: own)
      return (part, try mixed.reshaped([count, part.count]))
    }
    return try InputQuestion.replaced(rows, replaced)
  }

  /// For each element of a row the token that it belongs to; -1 for what is of no token that is taken away.
  var owners: [Int] {
    var owners = [Int](repeating: -1, count: rows.shape[1])
    for (part, _) in changes {
      let width = part.count / max(1, self.part.count)
      for (place, element) in part.range.enumerated() { owners[element] = place / width }
    }
    return owners
  }
}
