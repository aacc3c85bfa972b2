/// What the numbers of a network's output are, and so what probabilities follow from them.
///
/// A model's graph ends before a final softmax or sigmoid, at the logits. With `z` the logits of one sample:
///
/// | kind | probabilities |
/// |---|---|
/// | ``Kind/softmax`` | `exp z_k / Σ_j exp z_j` |
/// | ``Kind/sigmoid`` | `1 / (1 + exp(−z_k))` for each output by itself |
/// | ``Kind/logits`` | a softmax over several outputs; a sigmoid of a single one if the card says that it is a logit |
/// | ``Kind/regression`` | none: the outputs are numbers |
/// | ``Kind/mask`` | at each place: a softmax over several classes, a sigmoid of a single one |
///
/// A single logit tells two classes apart. They are `positive` (class 0, the logit itself) and `negative`
/// (class 1, the logit times −1); one label names the positive class. Two labels name the classes in the
/// order that labels of data have: class 0 is the negative one, class 1 the positive one.
public struct OutputMeaning: Sendable, Codable, Hashable {
  /// What the outputs are.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case softmax, sigmoid, logits, regression, mask
  }

  /// How probabilities are made of logits.
  public enum Activation: String, Sendable, Codable {
    case softmax, sigmoid, none
  }

  /// What the outputs are.
  public var kind: Kind
  /// The output's name in the file; empty where the model came from none.
  public var name: String
  /// The file's other outputs, which could be chosen instead.
  public var alternatives: [String]
  /// Whether the file's last layer or the card tells the kind; else it is what such outputs usually are.
  public var isStated: Bool
  /// Whether labels name both classes of a single logit.
  public var namesBothClasses: Bool

  /// States a meaning.
  public init(
    _ kind: Kind = .logits, name: String = "", alternatives: [String] = [], isStated: Bool = false,
    namesBothClasses: Bool = false
  ) {
    self.kind = kind
    self.name = name
    self.alternatives = alternatives
    self.isStated = isStated
    self.namesBothClasses = namesBothClasses
  }

  /// How probabilities are made of an output with so many values at each place; a softmax over a single
  /// value, which would be 1 whatever the value, is none.
  public func activation(width: Int) -> Activation {
    switch kind {
    case .regression: .none
    case .sigmoid: .sigmoid
    case .softmax: width > 1 ? .softmax : .none
    case .mask: width > 1 ? .softmax : .sigmoid
    case .logits: width > 1 ? .softmax : isStated || namesBothClasses ? .sigmoid : .none
    }
  }

  /// Whether the output is one logit of two classes.
  public func isBinary(width: Int) -> Bool { width == 1 && activation(width: 1) == .sigmoid }

  /// Whether the probabilities of all classes sum to one.
  public func isExclusive(width: Int) -> Bool {
    activation(width: width) == .softmax || isBinary(width: width)
  }

  /// How many classes there are.
  public func classCount(width: Int) -> Int { isBinary(width: width) ? 2 : width }

  /// The class of a single logit that the logit speaks for.
  public var positiveClass: Int { namesBothClasses ? 1 : 0 }
}

/// How a meaning is found.
extension OutputMeaning {
  /// What a network's end and a statement about it say together.
  ///
  /// Values that its layers keep between 0 and 1 (`areShares`) are numbers, unless the statement says
  /// otherwise: a softmax on top of probabilities that the network makes itself would be wrong.
  ///
  /// - Throws: ``InterpretabilityError`` when they contradict each other.
  init(
    _ ending: Activation, _ stated: OutputStatement, alternatives: [String], labels: [String],
    areShares: Bool = false
  ) throws {
    let kind: Kind
    switch (ending, stated.kind) {
    case (.none, let said): kind = said ?? (areShares ? .regression : .logits)
    case (.softmax, .mask?), (.softmax, .softmax?), (.softmax, .logits?), (.softmax, nil):
      kind = stated.kind == .mask ? .mask : .softmax
    case (.sigmoid, .mask?), (.sigmoid, .sigmoid?), (.sigmoid, .logits?), (.sigmoid, nil):
      kind = .sigmoid
    case (_, let said?):
      throw InterpretabilityError(
        .invalidFile,
        "the card says that the output is of kind \(said.rawValue), and the file ends in a "
          + "\(ending.rawValue); leave output.kind out of the card, or correct it")
    }
    self.init(
      kind, name: stated.name, alternatives: alternatives,
      isStated: ending != .none || stated.kind != nil || areShares,
      namesBothClasses: labels.count == 2)
  }

  /// The names of all classes of an output of so many values, where a single logit has two.
  func labels(_ labels: [String], width: Int?) -> [String] {
    guard width == 1, isBinary(width: 1) else { return labels }
    switch labels.count {
    case 0: return ["positive", "negative"]
    case 1: return [labels[0], "negative"]
    default: return labels
    }
  }
}

/// Outputs as classes.
extension OutputMeaning {
  /// The score of each class, `[N, classes, …]`: the output itself, or a single logit and its negative.
  ///
  /// - Throws: ``InterpretabilityError`` when the output has no axis of classes.
  public func scores(_ output: Tensor) throws -> Tensor {
    guard try isBinary(width: width(of: output)) else { return output }
    return try inClassOrder(output, output.negated())
  }

  /// The probability of each class, `[N, classes, …]`.
  ///
  /// - Throws: ``InterpretabilityError`` when the outputs are numbers.
  public func probabilities(_ output: Tensor) throws -> Tensor {
    let width = try width(of: output)
    switch activation(width: width) {
    case .softmax: return try output.softmax(along: 1)
    case .sigmoid where width == 1:
      // 1 − p by itself, which stays exact where p is nearly 1.
      return try inClassOrder(output.logistic(), output.negated().logistic())
    case .sigmoid: return try output.logistic()
    case .none: throw needsProbabilities(width)
    }
  }

  /// Logits whose softmax over axis 1 is the probability of each class, `[N, classes, …]`: the output
  /// itself, or a single logit beside 0.
  ///
  /// - Throws: ``InterpretabilityError`` when classes do not exclude each other, or the outputs are numbers.
  public func exclusiveLogits(_ output: Tensor) throws -> Tensor {
    let width = try width(of: output)
    if isBinary(width: width) { return try inClassOrder(output, output.zerosLike()) }
    guard activation(width: width) == .softmax else {
      throw width > 1 && kind == .sigmoid ? needsExclusiveClasses : needsProbabilities(width)
    }
    return output
  }

  /// The class of each sample that is explained unless another is asked for.
  ///
  /// A class scores the sum of its elements where the output has spatial axes. A single logit is explained
  /// itself, whatever its sign, unless labels name both its classes.
  package func predictedClasses(_ output: Tensor) throws -> [Int] {
    guard try !isBinary(width: width(of: output)) || namesBothClasses else {
      return [Int](repeating: positiveClass, count: output.shape[0])
    }
    let scores = try scores(output)
    let sums = scores.rank > 2 ? try scores.sum(over: Array(2..<scores.rank)) : scores
    return try sums.indexOfMaximum(along: 1).doubles().map { Int($0) }
  }

  /// The most probable class of each sample, `[N, classes, …]` read as ``predictedClasses(_:)`` does.
  package func answers(_ output: Tensor) throws -> [Int] {
    let scores = try scores(output)
    let sums = scores.rank > 2 ? try scores.sum(over: Array(2..<scores.rank)) : scores
    return try sums.indexOfMaximum(along: 1).doubles().map { Int($0) }
  }

  /// Which element of an output of so many values a class's score is, and with which sign.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such class.
  package func element(ofClass index: Int, width: Int) throws -> (position: Int, sign: Double) {
    let count = classCount(width: width)
    guard (0..<count).contains(index) else {
      let what = activation(width: width) == .none && kind == .regression ? "output" : "class"
      throw InterpretabilityError(
        .invalidTarget,
        "there is no \(what) \(index); the network has \(count), from 0 to \(count - 1)")
    }
    return isBinary(width: width) ? (0, index == positiveClass ? 1 : -1) : (index, 1)
  }

  /// What is refused where the outputs are numbers.
  package func needsProbabilities(_ width: Int) -> InterpretabilityError {
    InterpretabilityError(
      .unsupported,
      "\(subject) \(width == 1 ? "is one number" : "has numbers"), not the logits of classes, so that "
        + "there are no probabilities; if it is a logit, say so in the card beside the model: "
        + "{\"output\": {\"kind\": \"\(width == 1 ? "sigmoid" : "softmax")\"}}; else take the value "
        + "itself, such as score=logit")
  }

  /// What is refused where each output has a probability of its own.
  package var needsExclusiveClasses: InterpretabilityError {
    InterpretabilityError(
      .unsupported,
      "\(subject) has a sigmoid for each label, so that labels do not exclude each other; this needs "
        + "classes of which one is right")
  }

  private var subject: String { name.isEmpty ? "the output" : "the output “\(name)”" }

  private func inClassOrder(_ positive: Tensor, _ negative: Tensor) throws -> Tensor {
    try .concatenated(namesBothClasses ? [negative, positive] : [positive, negative], axis: 1)
  }

  private func width(of output: Tensor) throws -> Int {
    guard output.rank >= 2 else {
      throw InterpretabilityError(
        .invalidTarget, "\(subject) has shape \(output.shape), which has no axis of classes")
    }
    return output.shape[1]
  }
}

/// Words.
extension OutputMeaning {
  /// The output in one sentence, for a value of a shape `[N, …]`; empty if it is not known.
  public func summary(shape: [Int]) -> String {
    let width = shape.count > 1 ? shape[1] : 1
    let places = shape.dropFirst(2).map(String.init).joined(separator: "×")
    let what =
      shape.isEmpty
      ? "of kind \(kind.rawValue)" : Self.words(kind, activation(width: width), width: width)
    return what
      + (places.isEmpty
        ? ""
        : " at each of \(places) places (a dense output: a class scores the sum over all places)")
      + (name.isEmpty ? "" : "; output “\(name)”")
      + (alternatives.isEmpty
        ? "" : " of \(alternatives.count + 1); --output-name chooses \(Self.list(alternatives))")
  }

  private static func words(_ kind: Kind, _ activation: Activation, width: Int) -> String {
    switch activation {
    case .softmax: "logits of \(width) classes, of which a softmax makes probabilities"
    case .sigmoid where width == 1: "one logit, of which a sigmoid makes a probability"
    case .sigmoid: "logits of \(width) labels, of which a sigmoid makes a probability each"
    case .none where width == 1 && kind == .logits:
      "one number; if it is a logit, the card's output.kind says so (sigmoid)"
    case .none: width == 1 ? "one number" : "\(width) numbers"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.map { "“\($0)”" }.joined(separator: " or ")
  }
}

extension Tensor {
  /// The logistic function, `1 / (1 + e⁻ˣ)`.
  package func logistic() throws(TorchError) -> Tensor { try .call("aten::sigmoid", .tensor(self)) }
}
