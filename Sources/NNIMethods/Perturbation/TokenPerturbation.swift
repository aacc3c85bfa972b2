/// How much the score falls when tokens are taken away, one or a few neighbours at a time.
///
/// `feature-ablation`: `f(x) − f(x with the token's group replaced)`; groups of `window` tokens side by side, one token
/// unless stated. `occlusion`: the mean of that over all windows of `window` tokens (3), `stride` (1) apart, that cover
/// the token. What stands in a token's place is a ``TokenFill``; tokens in `keep` are never replaced and get 0.
///
/// - Reference: Zeiler and Fergus 2014, section 4.2 (`zeiler2014visualizing`), for tokens; Li, Monroe and
///   Jurafsky 2016, *Understanding Neural Networks through Representation Erasure* (`li2016understanding`).
struct TokenPerturbation {
  private let method: any AttributionMethod
  private let fill: TokenFill
  private let kept: [Int]
  private let window: Int
  private let stride: Int
  private let score: ScoreKind

  /// Reads the options.
  ///
  /// - Throws: ``InterpretabilityError`` for an unknown one, or a value that does not fit.
  init(_ name: String, _ options: [String: OptionValue]) throws {
    var rest = options
    func whole(_ option: String, _ standard: Int) throws -> Int {
      guard let value = rest.removeValue(forKey: option) else { return standard }
      guard let number = value.number.flatMap(Int.init(exactly:)), number > 0 else {
        throw InterpretabilityError(.invalidOption, "\(name): \(option) takes a number of tokens")
      }
      return number
    }
    kept = try TokenBaseline.ids(rest.removeValue(forKey: "keep"), "keep")
    window = try whole("window", name == "occlusion" ? 3 : 1)
    stride = name == "occlusion" ? try whole("stride", 1) : window
    guard case .text(let kind) = rest.removeValue(forKey: "score") ?? .text("logit"),
      let score = ScoreKind(rawValue: kind)
    else {
      throw InterpretabilityError(.invalidOption, "\(name): score takes logit or probability")
    }
    self.score = score
    if name == "feature-ablation", case .text("tokens")? = rest["mask"] { rest["mask"] = nil }
    guard let fill = rest.removeValue(forKey: "replacement").flatMap(TokenFill.init), rest.isEmpty,
      stride <= window
    else {
      throw InterpretabilityError(
        .invalidOption,
        "\(name) of token ids takes replacement (the id that takes a token's place, zero, mean or delete), keep (ids "
          + "that stay), window\(name == "occlusion" ? ", stride (at most window)" : "") and score")
    }
    self.fill = fill
    method = name == "occlusion" ? Occlusion() : FeatureAblation()
  }

  /// Explains a target by the tokens of rows.
  ///
  /// In a causal network (``TokenPart``) tokens before the first one of a window are not computed again. Windows go
  /// through the network in their order, so that those that begin alike go together.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - rows: Its inputs.
  ///   - part: The token ids among them.
  ///   - target: What is explained.
  ///   - recomputation: In which way, which changes nothing but time and memory.
  /// - Returns: The map, `[N, tokens]`.
  /// - Throws: ``InterpretabilityError`` for a target or a replacement that does not fit.
  func attribute(
    _ model: Model, rows: Tensor, part: InputPart, target: Target,
    _ recomputation: Recomputation = Recomputation()
  ) throws -> InputAttribution {
    let replacement = try TokenReplacement(fill, model, rows: rows, part: part)
    let recording = try Recording(replacement.model, input: replacement.rows, isPropagatable: false)
    let scores = try VariantScores(
      BackwardPass(recording, target: target), kind: score, batch: recomputation.batch)
    let (samples, tokens) = (rows.shape[0], part.count)
    let isKept = try TokenBaseline.isOne(
      of: kept, rows.narrowed(axis: 1, to: part.range).reshaped([samples, 1, tokens]))
    let isFree = try Tensor.call("aten::logical_not", .tensor(isKept))
    let windows = self.windows(tokens)
    let covers = try Tensor(
      windows.flatMap { window in (0..<tokens).map { window.contains($0) ? 1.0 : 0 } },
      shape: [windows.count, tokens], dtype: rows.dtype)
    let causal =
      recomputation.isIncremental
      ? try TokenPart(
        recording.trace, owners: replacement.owners, tokens: tokens, end: scores.pass.target.node)
      : nil
    let variants = try scores(windows.count, at: recording.graph.input, tokens: causal) { range in
      let own = try covers.narrowed(axis: 0, to: range).isGreater(than: 0).unsqueezed(0)
      let isTaken = try Tensor.call("aten::logical_and", .tensor(own), .tensor(isFree))
      let repeated = try replacement.rows.unsqueezed(1).repeated(
        to: [samples, range.count, replacement.rows.shape[1]])
      return try replacement(
        repeated.reshaped([samples * range.count, -1]),
        taking: isTaken.reshaped([samples * range.count, tokens])
      ).reshaped(repeated.shape)
    }
    // A token's value is the mean over the windows that cover it.
    let falls = try scores.clean.unsqueezed(1) - variants
    let sums = try Tensor.call("aten::matmul", .tensor(falls), .tensor(covers))
    let means = try sums / covers.sum(over: [0], keepingAxes: true)
    let flags = try isKept.reshaped([samples, tokens])
    let map = try means.zerosLike().selected(where: flags, otherwise: means)
    let attribution = try Attribution(
      map: map, ledger: Ledger(score: scores.clean, map: map), target: scores.pass.target,
      method: method)
    return InputAttribution(
      map: try map.reshaped([map.shape[0]] + part.shape), attribution: attribution)
  }

  /// Windows from the first token on, the last ones cut at the end.
  private func windows(_ tokens: Int) -> [Range<Int>] {
    var windows: [Range<Int>] = []
    var start = 0
    repeat {
      windows.append(start..<min(start + window, tokens))
      start += stride
    } while windows[windows.count - 1].upperBound < tokens
    return windows
  }
}
