/// What a network takes: one tensor, or a tensor for each of its inputs by name.
///
/// A tensor, and a dictionary of tensors, is one by itself (``ModelInputConvertible``), so that a network of one
/// input is asked as ever:
///
/// ```swift
/// let logits = try classifier(photo)                                // [N, 3, 224, 224]
/// let answer = try fusion(["image": photo, "features": table])
/// let input: ModelInput = ["input_ids": ids, "attention_mask": mask]
/// ```
public struct ModelInput: Sendable {
  /// The tensors by their inputs' names; a batch of a network with one input may have the empty name.
  public let tensors: [String: Tensor]

  /// A batch of a network with one input, `[N, …]`.
  public init(_ batch: Tensor) {
    tensors = ["": batch]
  }

  /// A tensor for each input, with the samples along the axis where the file has them.
  public init(_ tensors: [String: Tensor]) {
    self.tensors = tensors
  }

  /// The batch without a name, if it is one.
  public var batch: Tensor? { tensors.count == 1 ? tensors[""] : nil }

  /// The tensor of one input; `nil` where there is none of that name.
  public subscript(name: String) -> Tensor? { tensors[name] }
}

extension ModelInput: ExpressibleByDictionaryLiteral {
  /// A tensor for each input; of an input that stands twice the last one counts.
  public init(dictionaryLiteral elements: (String, Tensor)...) {
    tensors = Dictionary(elements) { $1 }
  }
}

/// What can be given to a network: a tensor, a dictionary of tensors, or a ``ModelInput``.
public protocol ModelInputConvertible: Sendable {
  /// The same as named tensors.
  var modelInput: ModelInput { get }
}

extension ModelInput: ModelInputConvertible {
  public var modelInput: ModelInput { self }
}

extension Tensor: ModelInputConvertible {
  public var modelInput: ModelInput { ModelInput(self) }
}

extension Dictionary: ModelInputConvertible where Key == String, Value == Tensor {
  public var modelInput: ModelInput { ModelInput(self) }
}

extension Model {
  /// The network for the sizes of what comes in, and that as the one batch that methods take.
  ///
  /// - Parameter input: A batch of a network with one input, or a tensor for each input.
  /// - Returns: The model with a graph for these sizes, and `[N, …]`; of a network with several inputs rows
  ///   `[N, elements]`, see ``InputPart``.
  /// - Throws: ``InterpretabilityError`` when an input is missing, unknown or does not fit.
  public func batch(
    of input: some ModelInputConvertible
  ) throws -> (model: Model, batch: Tensor) {
    let input = input.modelInput
    let own = try fitted(to: input)
    if let batch = own.inputs.isEmpty ? try own.onlyTensor(of: input) : own.rows(in: input) {
      return (own, batch)
    }
    return (own, try own.joined(own.named(input)))
  }

  /// The network's value for a tensor or for named tensors, whose sizes it is fitted to: logits, `[N, classes]`.
  ///
  /// - Throws: ``InterpretabilityError`` when an input is missing, unknown or does not fit.
  public func callAsFunction(_ input: some ModelInputConvertible) throws -> Tensor {
    let (own, batch) = try batch(of: input)
    return try own(batch)
  }

  /// The network for the sizes of tensors, and for the numbers among them that decide what is computed.
  ///
  /// - Parameter input: A batch of a network with one input, or a tensor for each input.
  /// - Returns: The same model with a graph for these sizes.
  /// - Throws: ``InterpretabilityError`` when they contradict each other or the file, or the network cannot
  ///   take them.
  public func fitted(to input: some ModelInputConvertible) throws -> Model {
    let input = input.modelInput
    if inputs.isEmpty { return try fitted(to: onlyTensor(of: input)) }
    return rows(in: input) == nil ? try fitted(toNamed: named(input)) : self
  }

  /// Rows of all inputs, where a batch without a name can only be that.
  private func rows(in input: ModelInput) -> Tensor? {
    guard let batch = input.batch else { return nil }
    let isOne = inputs.count == 1 && batch.rank == inputs[0].shape.count + 1
    return isOne ? nil : batch
  }

  /// The tensors by their inputs' names.
  private func named(_ input: ModelInput) -> [String: Tensor] {
    guard let batch = input.batch, inputs.count == 1 else { return input.tensors }
    return [inputs[0].name: batch]
  }

  /// The batch for the one input.
  private func onlyTensor(of input: ModelInput) throws -> Tensor {
    if let batch = input.batch { return batch }
    let name = try onlyInput(among: input.tensors.keys)
    guard let tensor = input.tensors[name] else {
      throw InterpretabilityError(.invalidInput, "the input “\(name)” was not given")
    }
    return tensor
  }

  /// Which of some names is that of a network's one input; inputs that the output does not depend on may be among
  /// them.
  ///
  /// - Throws: ``InterpretabilityError`` when it is missing, or another one is not known.
  package func onlyInput(among names: some Sequence<String>) throws -> String {
    let used = names.filter { !unusedInputs.contains($0) }
    if used.count == 1, inputName.isEmpty || used[0] == inputName { return used[0] }
    let wrong = used.filter { $0 != inputName }.sorted().map { "“\($0)”" }
    throw InterpretabilityError(
      .invalidInput,
      "the network has one input\(inputName.isEmpty ? "" : ", “\(inputName)”"); "
        + (wrong.isEmpty ? "no tensor was given" : "given were " + wrong.joined(separator: ", ")))
  }
}
