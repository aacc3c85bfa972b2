/// An explanation by one of a network's inputs, the others held as they are.
///
/// ```swift
/// let question = InputQuestion(model, inputs: ["image": photo, "features": table], of: "image")
/// let answer = try question.attribute("integrated-gradients", ["steps": 64], target: 3)
/// answer.map                                   // of the image's shape
/// ```
///
/// Of an input of token ids the map is `[N, tokens]`: it is computed by the vectors that the ids look up,
/// and summed over a vector (``Gradient`` alone is not summed). A `baseline` replaces this input only;
/// `baseline-NAME` sets those of several inputs, which then move together.
public struct InputQuestion: Sendable {
  /// The network, for the inputs' sizes.
  public let model: Model
  /// Which input is explained by.
  public let name: String
  private let rows: Tensor
  private let part: InputPart

  /// Asks about one input.
  ///
  /// - Throws: ``InterpretabilityError`` when an input is missing or does not fit.
  public init(
    _ model: Model, inputs: some ModelInputConvertible, of name: String
  ) throws {
    guard !model.inputs.isEmpty else {
      throw InterpretabilityError(
        .invalidOption, "the network has one input of real numbers; leave “of” out")
    }
    (self.model, rows) = try model.batch(of: inputs)
    part = try self.model.input(named: name)
    self.name = name
  }

  /// Explains a target by a method of the catalogue.
  ///
  /// - Parameters:
  ///   - method: The method's name.
  ///   - options: Its options. Of token ids: `baseline` is `zero`, or `token` with `token` the id; `keep` lists
  ///     ids that stay.
  ///   - target: What is explained.
  /// - Returns: The map of this input, and what became of the score. A method that changes all of what a network
  ///   takes (windows, noise, masks) explains each sample apart, with the other inputs bound to its values.
  /// - Throws: ``InterpretabilityError`` when an option does not fit, or the method changes pictures, which
  ///   token ids are not.
  public func attribute(
    _ method: String, _ options: [String: OptionValue] = [:], target: Target
  ) throws -> InputAttribution {
    if method == "feature-ablation", !part.type.isFloatingPoint {
      return try TokenAblation(options).attribute(model, rows: rows, part: part, target: target)
    }
    var options = options
    guard part.type.isFloatingPoint else {
      let embedded = try EmbeddedModel(name, of: model)
      let rows = try embedded.rows(rows)
      if Self.takesBaseline(method), options["baseline"] == nil {
        options["baseline"] = .text("zero")
      }
      if let reference = try tokenReference(&options, embedded, rows) {
        options["baseline"] = .tensor(reference, name: "baseline")
      }
      let result = try answer(method, options, embedded.model, rows, embedded.vectors, target)
      let isWhole = result.map.shape == rows.shape
      let isOwn = Array(result.map.shape.dropFirst()) == embedded.vectors.shape
      guard isWhole || isOwn else {
        return InputAttribution(map: result.map, attribution: result)
      }
      let map =
        try isWhole ? embedded.model.part(embedded.vectors.name, of: result.map) : result.map
      let isSummed = method != "gradient" && map.rank == 3
      return InputAttribution(
        map: isSummed ? try map.sum(over: [2]) : map, attribution: result,
        inputs: isWhole ? try sums(result.map, embedded.model, [embedded.vectors.name: name]) : [])
    }
    if Self.takesBaseline(method), options.keys.allSatisfy({ !$0.hasPrefix("baseline") }) {
      options["baseline"] = .text("zero")
    }
    if let reference = try reference(&options) {
      options["baseline"] = .tensor(reference, name: "baseline")
    }
    let result = try answer(method, options, model, rows, part, target)
    guard result.map.shape == rows.shape else {
      return InputAttribution(map: result.map, attribution: result)
    }
    return InputAttribution(
      map: try model.part(name, of: result.map), attribution: result,
      inputs: try sums(result.map, model))
  }

  /// What the map has of each input of real numbers, some of them under other names.
  private func sums(
    _ map: Tensor, _ model: Model, _ names: [String: String] = [:]
  ) throws -> [Ledger.Row] {
    try model.inputs.filter(\.type.isFloatingPoint).map { part in
      let own = try model.part(part.name, of: map).converted(to: .float64)
      return Ledger.Row(
        name: names[part.name] ?? part.name, values: try own.sumPerSample().doubles())
    }
  }

  /// Whether a method compares with a reference, which then is this input's alone.
  private static func takesBaseline(_ name: String) -> Bool {
    Catalog.methods.first { $0.name == name }?.options.contains { $0.name == "baseline" } ?? false
  }

  private func answer(
    _ name: String, _ options: [String: OptionValue], _ model: Model, _ rows: Tensor,
    _ part: InputPart, _ target: Target
  ) throws -> Attribution {
    let method = try Catalog.method(name, options)
    if Self.takesRows(method) { return try method.attribute(model, input: rows, target: target) }
    guard !(method is any ForwardMethod) || part.name == self.name else {
      try model.requireOneInput(for: name)
      throw InterpretabilityError(
        .unsupported, "\(name) changes pictures; token ids take feature-ablation")
    }
    return try boundAnswer(name, options, model, rows, part, target)
  }

  /// Whether a method explains all inputs at once, so that what is held stays as it is.
  static func takesRows(_ method: any AttributionMethod) -> Bool {
    method is any RecordedMethod && !(method is any ForwardMethod) || method is IntegratedGradients
  }

  /// The explanation of each sample apart, with the other inputs bound to its values.
  private func boundAnswer(
    _ name: String, _ options: [String: OptionValue], _ model: Model, _ rows: Tensor,
    _ part: InputPart, _ target: Target
  ) throws -> Attribution {
    let samples = rows.shape[0]
    return try Attribution(
      joining: (0..<samples).map { sample in
        try Task.checkCancellation()
        let row = try rows.narrowed(axis: 0, to: sample..<sample + 1)
        let own = try options.mapValues { value -> OptionValue in
          guard case .tensor(let tensor, let name) = value, tensor.rank > 0 else { return value }
          let one =
            tensor.shape[0] == samples && samples > 1
            ? try tensor.narrowed(axis: 0, to: sample..<sample + 1) : tensor
          let isRows = one.rank == 2 && one.shape[1] == model.rowWidth
          return .tensor(isRows ? try model.part(part.name, of: one) : one, name: name)
        }
        return try Catalog.method(name, own).attribute(
          model.bound(to: row, except: part.name), input: model.part(part.name, of: row),
          target: target.of(sample: sample, among: samples))
      })
  }

  /// Rows with other values in the inputs that have a baseline; `nil` where none is stated and the method
  /// takes none.
  private func reference(_ options: inout [String: OptionValue]) throws -> Tensor? {
    var changes: [(InputPart, Tensor)] = []
    for other in model.inputs {
      let key = "baseline-\(other.name)"
      guard let value = options.removeValue(forKey: key) else { continue }
      changes.append((other, try row(value, of: other, key)))
    }
    if let value = options.removeValue(forKey: "baseline") {
      guard changes.isEmpty else {
        throw InterpretabilityError(
          .invalidOption,
          "set either baseline, for “\(name)” alone, or baseline-NAME for each input")
      }
      changes.append((part, try row(value, of: part, "baseline")))
    }
    return changes.isEmpty ? nil : try replaced(rows, changes)
  }

  private func row(_ value: OptionValue, of part: InputPart, _ key: String) throws -> Tensor {
    switch value {
    case .text("zero"), .number(0):
      return try Tensor.full([1, part.count], 0, dtype: rows.dtype)
    case .tensor(let tensor, let name):
      let samples = rows.shape[0]
      guard tensor.shape.count == part.shape.count + 1, [1, samples].contains(tensor.shape[0]),
        Array(tensor.shape.dropFirst()) == part.shape, try tensor.isFinite()
      else {
        throw InterpretabilityError(
          .invalidOption,
          "\(key): the tensor \(name) has shape \(tensor.shape); wanted \([1] + part.shape) of finite numbers"
        )
      }
      return try tensor.converted(to: rows.dtype).reshaped([tensor.shape[0], part.count])
    default:
      throw InterpretabilityError(.invalidOption, "\(key) takes zero, or a tensor by \(key)-key")
    }
  }

  private func replaced(_ rows: Tensor, _ changes: [(InputPart, Tensor)]) throws -> Tensor {
    var parts: [Tensor] = []
    var place = 0
    let (samples, width) = (rows.shape[0], rows.shape[1])
    for (part, values) in changes.sorted(by: { $0.0.start < $1.0.start }) {
      if part.start > place {
        parts.append(try rows.narrowed(axis: 1, to: place..<part.start))
      }
      parts.append(try values.expanded(to: [samples, part.count]))
      place = part.start + part.count
    }
    if place < width { parts.append(try rows.narrowed(axis: 1, to: place..<width)) }
    return try .concatenated(parts, axis: 1)
  }

  /// The rows with other vectors: zeros, or those of one id, but for ids that are kept.
  private func tokenReference(
    _ options: inout [String: OptionValue], _ embedded: EmbeddedModel, _ rows: Tensor
  ) throws -> Tensor? {
    let kept = try Self.ids(options.removeValue(forKey: "keep"), "keep")
    let token = options.removeValue(forKey: "token")
    guard let baseline = options.removeValue(forKey: "baseline") else { return nil }
    let width = embedded.vectors.shape.dropFirst(part.shape.count).reduce(1, *)
    let vector: Tensor
    switch baseline {
    case .text("zero"), .number(0): vector = try Tensor.full([width], 0, dtype: rows.dtype)
    case .text("token"):
      guard case .number(let number)? = token, number == number.rounded(),
        (0..<Double(embedded.table.shape[0])).contains(number)
      else {
        throw InterpretabilityError(
          .invalidOption,
          "baseline=token takes token=ID, from 0 to \(embedded.table.shape[0] - 1)")
      }
      vector = try embedded.table.selected(axis: 0, index: Int(number)).flattened()
    default:
      throw InterpretabilityError(
        .invalidOption, "of token ids, baseline takes zero, or token with token=ID")
    }
    let own = try rows.narrowed(axis: 1, to: embedded.vectors.range)
    let count = part.count
    let wanted = try vector.converted(to: rows.dtype).reshaped([1, 1, width])
      .expanded(to: [rows.shape[0], count, width])
    let isKept = try Self.isOne(of: kept, model.part(name, of: rows).reshaped([-1, count, 1]))
    let vectors = try own.reshaped([rows.shape[0], count, width])
    let mixed = try vectors.selected(where: isKept.expanded(to: vectors.shape), otherwise: wanted)
    return try replaced(rows, [(embedded.vectors, mixed.reshaped(own.shape))])
  }

  /// Whole numbers of an option.
  static func ids(_ value: OptionValue?, _ name: String) throws -> [Int] {
    func one(_ value: OptionValue) throws -> Int {
      guard case .number(let number) = value, number == number.rounded(), abs(number) < 1e15 else {
        throw InterpretabilityError(.invalidOption, "\(name) takes whole numbers")
      }
      return Int(number)
    }
    switch value {
    case nil: return []
    case .list(let list)?: return try list.map(one)
    case let value?: return [try one(value)]
    }
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

/// What ``InputQuestion`` gives.
public struct InputAttribution: Sendable {
  /// How much each element, or each token, of the input counts.
  public let map: Tensor
  /// The explanation of all that the network takes; its map and ledger cover all inputs together.
  public let attribution: Attribution
  /// What the map has of each input of real numbers.
  let inputs: [Ledger.Row]

  init(map: Tensor, attribution: Attribution, inputs: [Ledger.Row] = []) {
    self.map = map
    self.attribution = attribution
    self.inputs = inputs
  }

  /// The rows of the ledger (``Ledger/rows``), with one `input:NAME` for each input where there are several.
  public var rows: [Ledger.Row] {
    let rows = attribution.ledger.rows
    guard inputs.count > 1 else { return rows }
    return inputs.map { Ledger.Row(name: "input:\($0.name)", values: $0.values) }
      + rows.dropFirst()
  }
}

/// How much the score falls when one token is another: `f(x) − f(x with token t replaced)`, one at a time.
///
/// - Reference: Zeiler and Fergus 2014, section 4.2 (`zeiler2014visualizing`), for tokens; Li, Monroe and
///   Jurafsky 2016, *Understanding Neural Networks through Representation Erasure* (`li2016understanding`).
struct TokenAblation {
  private let replacement: Int
  private let kept: [Int]

  init(_ options: [String: OptionValue]) throws {
    var rest = options
    kept = try InputQuestion.ids(rest.removeValue(forKey: "keep"), "keep")
    let ids = try InputQuestion.ids(rest.removeValue(forKey: "replacement"), "replacement")
    if case .text("tokens")? = rest["mask"] { rest["mask"] = nil }
    guard rest.isEmpty, ids.count == 1 else {
      throw InterpretabilityError(
        .invalidOption,
        "feature-ablation of token ids takes replacement=ID, the id that takes a token's place, and keep=[IDS]"
      )
    }
    replacement = ids[0]
  }

  func attribute(
    _ model: Model, rows: Tensor, part: InputPart, target: Target
  ) throws -> InputAttribution {
    let recording = try Recording(model, input: rows, isPropagatable: false)
    let fixed = try target.resolved(recording.trace, model.outputMeaning)
    let score = try fixed.score(recording.trace[fixed.node])
    let isKept = try InputQuestion.isOne(
      of: kept, rows.narrowed(axis: 1, to: part.range))
    var columns: [Tensor] = []
    for index in 0..<part.count {
      try Task.checkCancellation()
      let place = part.start + index
      let before = try rows.narrowed(axis: 1, to: 0..<place)
      let one = try Tensor.full([rows.shape[0], 1], Double(replacement), dtype: rows.dtype)
      let after = try rows.narrowed(axis: 1, to: place + 1..<rows.shape[1])
      let changed = try Tensor.concatenated([before, one, after], axis: 1)
      let value = try model.graph.forward(changed, to: fixed.node)
      columns.append(try (score - fixed.score(value)).unsqueezed(1))
    }
    let all = try Tensor.concatenated(columns, axis: 1)
    let map = try all.zerosLike().selected(where: isKept, otherwise: all)
    let attribution = try Attribution(
      map: map, ledger: Ledger(score: score, map: map), target: fixed, method: FeatureAblation())
    return InputAttribution(
      map: try map.reshaped([map.shape[0]] + part.shape), attribution: attribution)
  }
}
