/// Texts as a network of tokens takes them: ids, mask, segments and positions, all of one length.
///
/// ```swift
/// let inputs = try TextInputs(["A good film."], for: model)
/// let answer = try model(inputs.values)
/// ```
///
/// Inputs are told by their names: what has `mask` in it is 1 at tokens and 0 at what fills up, `type` or
/// `segment` the segment, `position` the places from 0; `input_ids`, or the only other input of whole numbers,
/// the ids. Texts that are too long are cut, within the tokens that stand around them; see ``warnings``. Where the
/// network's file leaves the number of tokens open, it is that of the longest text, and the network is one that is
/// fitted to ``values``.
public struct TextInputs: Sendable {
  /// The input that takes the ids.
  public let name: String
  /// Each text's tokens, without those that fill up.
  public let texts: [Tokenization]
  /// How many tokens the network takes.
  public let length: Int
  /// Before how many tokens that fill up each text begins: 0 unless they stand before it.
  public let starts: [Int]
  /// The ids that stand around a text or fill it up, in order.
  ///
  /// Not every special token: what is unknown is a word of the text.
  public let addedIDs: [Int]
  /// The named tensors.
  public let values: [String: Tensor]
  /// What was cut or filled up in a way that changes the answer, a sentence each.
  public let warnings: [String]

  /// Prepares texts.
  ///
  /// - Parameters:
  ///   - texts: At least one.
  ///   - model: The network.
  ///   - tokenizer: How text becomes ids; by default what ``Model/tokenizer(of:)`` finds.
  /// - Throws: ``InterpretabilityError`` when the network takes no text, its tokenizer is missing or is
  ///   another network's.
  public init(_ texts: [String], for model: Model, tokenizer: Tokenizer? = nil) throws {
    let roles = TextRoles(model.inputs)
    guard let ids = roles.ids else { throw Self.takesNoText(model) }
    if let other = roles.others.first {
      throw InterpretabilityError(
        .unsupported,
        "the input “\(other.name)” is none that a text fills; give all inputs as tensors, --input NAME=FILE#KEY"
      )
    }
    guard ids.shape.count == 1, ids.sampleAxis != nil, let stated = ids.shape.first, stated > 0
    else {
      throw InterpretabilityError(
        .unsupported,
        "the input “\(ids.name)” has shape \(ids.shape) for a sample; a text fills one with a single axis, "
          + "tokens")
    }
    let tokenizer = try tokenizer ?? model.tokenizer(of: ids.name)
    let known = (try? EmbeddedModel(ids.name, of: model))?.table.shape[0]
    let isOpen = model.openInputs.contains { $0.name == ids.name }
    let length =
      try isOpen
      ? model.textLength(texts.map { try tokenizer.tokenized($0).tokens.count }.max() ?? 1) : stated
    var warnings: [String] = []
    var cut: [Tokenization] = []
    for (index, text) in texts.enumerated() {
      let all = try tokenizer.tokenized(text)
      if let known, let strange = all.tokens.first(where: { $0.id >= known }) {
        throw InterpretabilityError(
          .invalidInput,
          "the tokenizer gives “\(strange.text)” the id \(strange.id), but the network's table has \(known) rows; "
            + "it belongs to another network")
      }
      let own = try all.tokens.count > length ? tokenizer.tokenized(text, most: length) : all
      if all.tokens.count > length {
        let lost = all.tokens.count - own.tokens.count
        warnings.append(
          "text \(index + 1) has \(all.tokens.count) tokens and the network takes \(length): \(lost) of them, "
            + "from the \(tokenizer.keepsEnd ? "start" : "end"), were left out")
      }
      cut.append(own)
    }
    let short = cut.filter { $0.tokens.count < length }.count
    if short > 0, roles.masks.isEmpty {
      warnings.append(
        "the network has no mask: it reads what fills a text up to \(length) tokens"
          + (tokenizer.padding.map { ", “\($0.text)”," } ?? ", id 0,") + " as words")
    }
    name = ids.name
    self.texts = cut
    self.length = length
    self.warnings = warnings
    let added = cut.flatMap(\.tokens).filter { $0.word == nil }.map(\.id)
    addedIDs = Set(added + [tokenizer.padding?.id ?? 0]).sorted()
    let isLeft = tokenizer.padding?.isLeft ?? false
    let starts = cut.map { isLeft ? length - $0.tokens.count : 0 }
    self.starts = starts

    func filled(_ part: InputPart, _ padding: Int, _ value: (Tokenization.Token) -> Int) throws
      -> Tensor
    {
      let rows = zip(cut, starts).map { text, start in
        let own = text.tokens.map(value)
        let before = [Int](repeating: padding, count: start)
        return before + own
          + [Int](repeating: padding, count: length - start - own.count)
      }
      return try Self.tensor(rows, part, length, isOpen)
    }
    var values = [ids.name: try filled(ids, tokenizer.padding?.id ?? 0, \.id)]
    for part in roles.masks { values[part.name] = try filled(part, 0) { _ in 1 } }
    for part in roles.types {
      values[part.name] = try filled(part, tokenizer.padding?.type ?? 0, \.type)
    }
    for part in roles.positions {
      let places = zip(cut, starts).map { _, start in (0..<length).map { max($0 - start, 0) } }
      values[part.name] = try Self.tensor(places, part, length, isOpen)
    }
    self.values = values
  }

  /// Rows of numbers as an input has them.
  private static func tensor(
    _ rows: [[Int]], _ part: InputPart, _ length: Int, _ isOpen: Bool
  ) throws -> Tensor {
    let shape = isOpen && part.openText != nil && part.shape.count == 1 ? [length] : part.shape
    guard shape.reduce(1, *) == length else {
      throw InterpretabilityError(
        .unsupported,
        "the input “\(part.name)” has shape \(part.shape) for a sample, which a text of \(length) tokens does not fill"
      )
    }
    let numbers = rows.flatMap { $0 }.map(Double.init)
    guard let axis = part.sampleAxis else {
      return try Tensor(Array(numbers.prefix(length)), shape: shape, dtype: part.type)
    }
    let tensor = try Tensor(numbers, shape: [rows.count] + shape, dtype: part.type)
    guard axis > 0 else { return tensor }
    var order = Array(1...shape.count)
    order.insert(0, at: min(axis, order.count))
    return try tensor.permuted(order)
  }

  private static func takesNoText(_ model: Model) -> InterpretabilityError {
    guard !model.inputs.isEmpty else {
      return InterpretabilityError(
        .invalidOption,
        "\(model.name) takes real numbers, not token ids; --text is for networks of text")
    }
    return InterpretabilityError(
      .invalidOption,
      "none of the inputs \(model.inputs.map(\.name).joined(separator: ", ")) takes token ids by its name; "
        + "call one input_ids, or give tensors, --input NAME=FILE#KEY")
  }
}

extension Model {
  /// How many tokens, at most as many as wanted, the network can be made for.
  fileprivate func textLength(_ wanted: Int) -> Int {
    func canTake(_ length: Int) -> Bool {
      let open = inputs.filter { $0.openText != nil && $0.shape.count == 1 }
      let shapes = open.map { part in
        var shape = [length]
        if let axis = part.sampleAxis { shape.insert(1, at: min(axis, 1)) }
        return (part.name, shape)
      }
      return (try? fitted(to: Dictionary(uniqueKeysWithValues: shapes))) != nil
    }
    if canTake(wanted) { return wanted }
    // A table of positions ends somewhere.
    var (least, most) = (0, wanted)
    while most - least > 1 {
      let middle = (least + most) / 2
      if canTake(middle) { least = middle } else { most = middle }
    }
    return max(least, 1)
  }
}
