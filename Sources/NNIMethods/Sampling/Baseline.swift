/// The input that an explanation compares with.
public enum Baseline: Sendable {
  /// All zeros: after normalisation the mean image, not black.
  case zero
  /// A tensor `[1, …]`, the same for every sample; `[N, …]` of exactly the input's shape, one for each
  /// sample; `[K, …]` of another number, K references for every sample; or `[K, 1 or N, …]` with an axis
  /// more than the input, K references whatever N is. A map against several is the mean of the maps.
  case tensor(Tensor, name: String)
  /// Several, over which a method that allows them averages.
  case several([Baseline])

  /// Each of the baselines in the shape and type of `input`.
  func references(for input: Tensor) throws -> [Tensor] {
    switch self {
    case .several(let list):
      guard !list.isEmpty else {
        throw InterpretabilityError(.invalidOption, "baseline: the list is empty")
      }
      return try list.flatMap { try $0.references(for: input) }
    case .tensor(let tensor, let name):
      let (shape, wanted) = (tensor.shape, input.shape)
      let isList =
        shape.count == wanted.count && shape.dropFirst() == wanted.dropFirst()
        && shape[0] > 1 && shape[0] != wanted[0]
      let isListOfBatches =
        shape.count == wanted.count + 1 && shape.dropFirst(2) == wanted.dropFirst()
        && shape[0] > 0 && [1, wanted[0]].contains(shape[1])
      guard isList || isListOfBatches else { return [try resolved(for: input)] }
      return try (0..<shape[0]).map { row in
        let one = try tensor.narrowed(axis: 0, to: row..<(row + 1))
        let batch = isList ? one : try one.reshaped(Array(shape.dropFirst()))
        return try Baseline.tensor(batch, name: name).resolved(for: input)
      }
    case .zero: return [try resolved(for: input)]
    }
  }

  /// How many references there are for each of some samples, as far as can be told without the input.
  func count(samples: Int) -> Int {
    switch self {
    case .zero: 1
    case .several(let list): list.reduce(0) { $0 + $1.count(samples: samples) }
    case .tensor(let tensor, _):
      [1, samples].contains(tensor.shape.first ?? 1) ? 1 : tensor.shape[0]
    }
  }

  /// The baseline in the shape and type of `input`.
  ///
  /// - Throws: ``InterpretabilityError`` when the shapes do not fit.
  func resolved(for input: Tensor) throws -> Tensor {
    switch self {
    case .zero: return try input.zerosLike()
    case .several:
      throw InterpretabilityError(
        .invalidOption, "baseline: this method takes one baseline, not several")
    case .tensor(let tensor, let name):
      guard tensor.rank == input.rank, [1, input.shape[0]].contains(tensor.shape[0]),
        tensor.shape.dropFirst() == input.shape.dropFirst()
      else {
        throw InterpretabilityError(
          .invalidOption,
          "baseline: the tensor \(name) has shape \(tensor.shape), the input \(input.shape); wanted "
            + "\([1] + input.shape.dropFirst()), one reference for each sample, or several references "
            + "[K, …] with the shape of a sample")
      }
      guard try tensor.isFinite() else {
        throw InterpretabilityError(
          .invalidOption, "baseline: the tensor \(name) holds NaN or infinity")
      }
      return try tensor.converted(to: input.dtype).moved(to: input.device)
        .expanded(to: input.shape)
    }
  }
}

extension MethodOption {
  /// A baseline.
  static func baseline(
    _ name: String, _ path: any WritableKeyPath<Method, Baseline> & Sendable, _ summary: String
  ) -> Self {
    MethodOption(
      name, summary + "; several, [K, …]: the mean of the maps",
      accepts: "zero, or \(name)-key=KEY of a tensor",
      get: { $0[keyPath: path].optionValue },
      set: { value, method in
        guard let baseline = Baseline(value) else {
          throw refusal(value, "zero, or \(name)-key=KEY of a tensor")
        }
        method[keyPath: path] = baseline
      })
  }
}

extension Baseline {
  init?(_ value: OptionValue) {
    switch value {
    case .text("zero"), .number(0): self = .zero
    case .tensor(let tensor, let name): self = .tensor(tensor, name: name)
    case .list(let list):
      let baselines = list.compactMap(Baseline.init)
      guard baselines.count == list.count else { return nil }
      self = .several(baselines)
    default: return nil
    }
  }

  var optionValue: OptionValue {
    switch self {
    case .zero: .text("zero")
    case .tensor(let tensor, let name): .tensor(tensor, name: name)
    case .several(let list): .list(list.map(\.optionValue))
    }
  }
}
