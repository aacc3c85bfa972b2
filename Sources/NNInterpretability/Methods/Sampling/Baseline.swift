/// The input that an explanation compares with.
public enum Baseline: Sendable {
  /// All zeros: after normalisation the mean image, not black.
  case zero
  /// A tensor of one sample, or one for each sample.
  case tensor(Tensor, name: String)

  /// The baseline in the shape and type of `input`.
  ///
  /// - Throws: ``InterpretabilityError`` when the shapes do not fit.
  func resolved(for input: Tensor) throws -> Tensor {
    switch self {
    case .zero: return try input.zerosLike()
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
      get: { method in
        switch method[keyPath: path] {
        case .zero: .text("zero")
        case .tensor(let tensor, let name): .tensor(tensor, name: name)
        }
      },
      set: { value, method in
        switch value {
        case .text("zero"): method[keyPath: path] = .zero
        case .number(0): method[keyPath: path] = .zero
        case .tensor(let tensor, let name): method[keyPath: path] = .tensor(tensor, name: name)
        default: throw refusal(value, "zero, or a tensor's key")
        }
      })
  }
}
