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
/// `baseline-NAME` sets those of several inputs, which then move together. ``SmoothGrad`` adds noise to this input, or its
/// vectors, only.
public struct InputQuestion: Sendable {
  /// The network, for the inputs' sizes.
  public let model: Model
  /// Which input is explained by.
  public let name: String
  /// The samples as ``Model/joined(_:)`` gives them.
  package let rows: Tensor
  let part: InputPart

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

  /// Asks about one input of rows that were joined before.
  init(_ model: Model, rows: Tensor, of name: String) throws {
    let model = try model.fitted(to: rows)
    part = try model.input(named: name)
    self.model = model
    self.name = name
    self.rows = try model.checked(rows)
  }

  /// Explains a target by a method of the catalogue.
  ///
  /// - Parameters:
  ///   - method: The method's name.
  ///   - options: Its options. Of token ids: `baseline` is `zero`, `mean` (the table's mean vector), or `token` with
  ///     `token` the id, or several of these, over which the map is the mean; `keep` lists ids that stay;
  ///     `feature-ablation` and `occlusion` take `replacement` (``TokenFill``), `keep`, `window`, `stride` and `score`.
  ///   - target: What is explained.
  /// - Returns: The map of this input, and what became of the score. A method that changes all of what a network
  ///   takes (windows, masks) explains each sample apart, with the other inputs bound to its values.
  /// - Throws: ``InterpretabilityError`` when an option does not fit, or the method changes pictures, which
  ///   token ids are not.
  public func attribute(
    _ method: String, _ options: [String: OptionValue] = [:], target: Target
  ) throws -> InputAttribution {
    try attribute(method, options, target: target, moving: nil)
  }

  /// The same of other vectors than those of the tokens, `[N, elements]`.
  func attribute(
    _ method: String, _ options: [String: OptionValue], target: Target,
    moving move: ((Tensor) throws -> Tensor)?
  ) throws -> InputAttribution {
    if ["feature-ablation", "occlusion"].contains(method), !part.type.isFloatingPoint {
      guard move == nil else {
        throw InterpretabilityError(
          .unsupported, "\(method) replaces tokens, and does not read their vectors")
      }
      return try TokenPerturbation(method, options)
        .attribute(model, rows: rows, part: part, target: target)
    }
    var options = options
    guard part.type.isFloatingPoint else {
      let embedded = try EmbeddedModel(name, of: model)
      var rows = try embedded.rows(rows)
      if let move {
        let vectors = try rows.narrowed(axis: 1, to: embedded.vectors.range)
        rows = try Self.replaced(rows, [(embedded.vectors, move(vectors))])
      }
      if Self.takesBaseline(method), options["baseline"] == nil {
        options["baseline"] = .text("zero")
      }
      if let references = try TokenBaseline(&options, ids: part, of: model, embedded)(rows) {
        options["baseline"] = references
      }
      let result = try answer(method, options, embedded.model, rows, embedded.vectors, target)
      guard result.map.shape == rows.shape else {
        return InputAttribution(map: result.map, attribution: result)
      }
      let map = try embedded.model.part(embedded.vectors.name, of: result.map)
      let isSummed = method != "gradient" && map.rank == 3
      return InputAttribution(
        map: isSummed ? try map.sum(over: [2]) : map, attribution: result,
        inputs: try sums(result.map, embedded.model, [embedded.vectors.name: name]))
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
    if let smooth = method as? SmoothGrad {
      return try smooth.attribute(model, input: rows, target: target, noising: part)
    }
    if Self.takesRows(method) { return try method.attribute(model, input: rows, target: target) }
    // Vectors of tokens have no places that windows or masks could mean.
    if part.name != self.name { try model.requireOneInput(for: name) }
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
        let own = try options.mapValues { value in
          try (value.cut(to: sample, among: samples) ?? value).mapTensors { tensor in
            let isRows = tensor.rank == 2 && tensor.shape[1] == model.rowWidth
            return isRows ? try model.part(part.name, of: tensor) : tensor
          }
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
    return changes.isEmpty ? nil : try Self.replaced(rows, changes)
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

  static func replaced(_ rows: Tensor, _ changes: [(InputPart, Tensor)]) throws -> Tensor {
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

/// A method of the catalogue that explains by one of several inputs, or by token ids, as a method of the rows that all
/// inputs make together: for whatever takes methods, such as distributions over networks.
///
/// ```swift
/// let method = InputMethod("gradient-x-input", of: text.name)
/// let answer = try UncertainAttribution(method, over: MonteCarloDropout(model, passes: 50))
///   .attribute(model.joined(text.values), target: .predicted)
/// ```
public struct InputMethod: AttributionMethod {
  public let name: String
  public let optionValues: [String: OptionValue]
  /// The input that is explained by.
  public let input: String

  /// A method with options, as of ``InputQuestion/attribute(_:_:target:)``.
  public init(_ name: String, _ options: [String: OptionValue] = [:], of input: String) {
    self.name = name
    optionValues = options
    self.input = input
  }

  public var promise: MapPromise {
    (try? Catalog.method(name))?.promise ?? .nothing
  }

  public func attribute(_ model: Model, input rows: Tensor, target: Target) throws -> Attribution {
    let answer = try InputQuestion(model, rows: rows, of: input)
      .attribute(name, optionValues, target: target)
    return try answer.attribution.replacing(map: answer.map)
  }
}
