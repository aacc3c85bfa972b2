/// The input that an explanation compares with.
public enum Baseline: Sendable {
  /// All zeros: after normalisation the mean image, not black.
  case zero
  /// A tensor of one sample, or one for each sample.
  case tensor(Tensor, name: String)
  /// Several, over which a method that allows them averages.
  case several([Baseline])

  /// Each of the baselines in the shape and type of `input`.
  func references(for input: Tensor) throws -> [Tensor] {
    guard case .several(let list) = self else { return [try resolved(for: input)] }
    guard !list.isEmpty else {
      throw InterpretabilityError(.invalidOption, "baseline: the list is empty")
    }
    return try list.map { try $0.resolved(for: input) }
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
          "baseline: the tensor \(name) has shape \(tensor.shape), the input \(input.shape)")
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
      name, summary, accepts: "zero, or a tensor's key",
      get: { $0[keyPath: path].optionValue },
      set: { value, method in
        guard let baseline = Baseline(value) else {
          throw refusal(value, "zero, or a tensor's key")
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
