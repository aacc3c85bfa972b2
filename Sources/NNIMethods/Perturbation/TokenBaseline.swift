/// The vectors that tokens are compared with: zeros, the table's mean, or those of other tokens.
///
/// Option `baseline`: `zero`, `mean`, `token` (with `token` its id or ids), or several of these; positions whose id is in
/// `keep` keep their own vector.
struct TokenBaseline {
  /// Nothing where no baseline is stated; each an own reference.
  private let vectors: [Tensor]
  private let kept: [Int]
  private let part: InputPart
  private let model: Model
  private let embedded: EmbeddedModel

  /// Takes the options out of the list.
  ///
  /// - Throws: ``InterpretabilityError`` for what cannot be read, and for an id that the table does not have.
  init(
    _ options: inout [String: OptionValue], ids part: InputPart, of model: Model,
    _ embedded: EmbeddedModel
  ) throws {
    (self.part, self.model, self.embedded) = (part, model, embedded)
    kept = try Self.ids(options.removeValue(forKey: "keep"), "keep")
    let tokens = try Self.ids(options.removeValue(forKey: "token"), "token")
    let table = embedded.table
    let words = try options.removeValue(forKey: "baseline").map(Self.words) ?? []
    vectors = try words.flatMap { word -> [Tensor] in
      switch word {
      case "zero": return [try Self.vector(.zero, table)]
      case "mean": return [try Self.vector(.mean, table)]
      default:
        guard !tokens.isEmpty, tokens.allSatisfy((0..<table.shape[0]).contains) else {
          throw InterpretabilityError(
            .invalidOption, "baseline=token takes token=ID, from 0 to \(table.shape[0] - 1)")
        }
        return try tokens.map { try table.selected(axis: 0, index: $0).flattened() }
      }
    }
  }

  /// The rows with the vectors of each reference; `nil` without one.
  func callAsFunction(_ rows: Tensor) throws -> OptionValue? {
    guard !vectors.isEmpty else { return nil }
    let (count, own) = (part.count, try rows.narrowed(axis: 1, to: embedded.vectors.range))
    let values = try own.reshaped([rows.shape[0], count, -1])
    let isKept = try Self.isOne(of: kept, model.part(part.name, of: rows).reshaped([-1, count, 1]))
      .expanded(to: values.shape)
    let references = try vectors.map { vector -> OptionValue in
      let wanted = try vector.converted(to: rows.dtype).expanded(to: values.shape)
      let mixed = try values.selected(where: isKept, otherwise: wanted)
      return .tensor(
        try InputQuestion.replaced(rows, [(embedded.vectors, mixed.reshaped(own.shape))]),
        name: "baseline")
    }
    return references.count == 1 ? references[0] : .list(references)
  }

  /// The vector of zeros, or the table's mean.
  static func vector(_ fill: TokenFill, _ table: Tensor) throws -> Tensor {
    let mean = try table.mean(over: [0]).flattened()
    return fill == .mean ? mean : try mean.zerosLike()
  }

  private static func words(_ value: OptionValue) throws -> [String] {
    let words: [String]
    switch value {
    case .number(0): words = ["zero"]
    case .text(let text): words = text.split(separator: ":").map(String.init)
    case .list(let list): words = try list.flatMap(Self.words)
    default: words = []
    }
    guard !words.isEmpty, words.allSatisfy(["zero", "mean", "token"].contains) else {
      throw InterpretabilityError(
        .invalidOption,
        "of token ids, baseline takes zero, mean, or token with token=ID, or several, as zero:mean")
    }
    return words
  }

  /// Whole numbers of an option.
  static func ids(_ value: OptionValue?, _ name: String) throws -> [Int] {
    guard let value else { return [] }
    let ids = (value.numbers ?? []).compactMap(Int.init(exactly:))
    guard !ids.isEmpty || value.numbers?.isEmpty == true, ids.count == value.numbers?.count else {
      throw InterpretabilityError(.invalidOption, "\(name) takes whole numbers")
    }
    return ids
  }

  /// Where ids are among some.
  static func isOne(of list: [Int], _ ids: Tensor) throws -> Tensor {
    var result = try ids.isNotEqual(to: 0).zerosLike()
    for id in list {
      result = try .call("aten::logical_or", .tensor(result), .tensor(ids.isEqual(to: Double(id))))
    }
    return result
  }
}
