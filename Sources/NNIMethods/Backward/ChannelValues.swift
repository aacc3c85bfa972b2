/// A bound of the input: as the model's input description says, the same number everywhere, one for
/// each channel, or a whole tensor.
public enum ChannelValues: Sendable {
  /// What a black or a white pixel becomes by the model's normalisation.
  case inputSpec
  /// One number, or one for each channel.
  case numbers([Double])
  /// A tensor that broadcasts over the input.
  case tensor(Tensor, name: String)

  /// The bound in the shape of one sample of `input`, `[1, C, …]`; `known` are the bounds of the
  /// model's input description, by channel.
  ///
  /// - Throws: ``InterpretabilityError`` when the channels do not fit or nothing is known.
  func resolved(for input: Tensor, known: [Double]?, option: String) throws -> Tensor {
    let sample = [1] + input.shape.dropFirst()
    switch self {
    case .inputSpec:
      guard let known else {
        throw InterpretabilityError(
          .invalidOption,
          "the model says nothing of its input's range; set \(option) to a number, or to one for "
            + "each channel")
      }
      return try ChannelValues.numbers(known).resolved(for: input, known: nil, option: option)
    case .numbers(let numbers):
      guard numbers.count == 1 || numbers.count == sample[1] else {
        throw InterpretabilityError(
          .invalidOption,
          "\(option) has \(numbers.count) numbers; wanted one, or one for each of the "
            + "\(sample[1]) channels")
      }
      return try Tensor(numbers, shape: [numbers.count], dtype: input.dtype)
        .moved(to: input.device).aligned(toAxis: 1, rank: input.rank).expanded(to: sample)
    case .tensor(let tensor, let name):
      guard tensor.rank == input.rank, [1, input.shape[0]].contains(tensor.shape[0]),
        Array(tensor.shape.dropFirst()) == Array(sample.dropFirst())
      else {
        throw InterpretabilityError(
          .invalidOption,
          "\(option): the tensor \(name) has shape \(tensor.shape), the input \(input.shape)")
      }
      return try tensor.converted(to: input.dtype).moved(to: input.device)
    }
  }
}

extension ChannelValues {
  /// The bound that an option states; `nil` when it states none.
  init?(_ value: OptionValue) {
    if case .tensor(let tensor, let name) = value {
      self = .tensor(tensor, name: name)
    } else if case .text("input") = value {
      self = .inputSpec
    } else if let numbers = value.numbers, numbers.allSatisfy(\.isFinite) {
      self = .numbers(numbers)
    } else {
      return nil
    }
  }
}

extension MethodOption {
  /// A bound of the input.
  static func channelValues(
    _ name: String, _ path: any WritableKeyPath<Method, ChannelValues> & Sendable, _ summary: String
  ) -> Self {
    let accepted = "input, a number, numbers for the channels (0.1:0.2:0.3), or a tensor's key"
    return MethodOption(
      name, summary, accepts: accepted,
      get: { method in
        switch method[keyPath: path] {
        case .inputSpec: .text("input")
        case .numbers(let numbers):
          numbers.count == 1 ? .number(numbers[0]) : .list(numbers.map { .number($0) })
        case .tensor(let tensor, let name): .tensor(tensor, name: name)
        }
      },
      set: { value, method in
        guard let values = ChannelValues(value) else { throw refusal(value, accepted) }
        method[keyPath: path] = values
      })
  }
}
