/// What stands in place of the part of an input that is taken away.
public enum Fill: Sendable, Equatable {
  /// One number, or one for each channel; 0 is the mean image of a normalised input, not black.
  case numbers([Double])
  /// The sample's own mean, channel by channel; for `[N, features]` the mean of all its features.
  case mean
  /// The sample blurred by a Gaussian of that deviation, in elements.
  case blur(deviation: Double)
  /// The sample blurred by RISE's kernel of so many elements a side, an odd number, with zeros beyond the
  /// border.
  case kernelBlur(deviation: Double, side: Int)

  /// The deviation of a `blur` that is given without one; it leaves no detail of a 224×224 photograph.
  public static let usualDeviation = 10.0

  /// The fill for each sample, in the shape of `input` or broadcasting over it, `[1 or N, C, …]`.
  ///
  /// - Throws: ``InterpretabilityError`` when the channels do not fit, or for a blur of an input
  ///   without spatial axes.
  func resolved(for input: Tensor) throws -> Tensor {
    switch self {
    case .numbers(let numbers):
      return try ChannelValues.numbers(numbers).resolved(for: input, known: nil, option: "fill")
    case .mean:
      let axes = input.rank > 2 ? Array(2..<input.rank) : [1]
      return try input.mean(over: axes, keepingAxes: true).expanded(to: input.shape)
    case .blur(let deviation):
      try Self.requirePlaces(input)
      return try GaussianBlur(deviation: deviation).blurred(input)
    case .kernelBlur(let deviation, let side):
      try Self.requirePlaces(input)
      return try KernelBlur(deviation: deviation, side: side).blurred(input)
    }
  }

  private static func requirePlaces(_ input: Tensor) throws {
    guard input.rank > 2 else {
      throw InterpretabilityError(
        .invalidOption,
        "fill=blur needs an input with spatial axes, such as [N, C, H, W]; this one has shape "
          + "\(input.shape); take a number or mean")
    }
  }
}

extension MethodOption {
  /// What stands in place of what is taken away; `blur` alone has ``Fill/usualDeviation``.
  static func fill(
    _ name: String, _ path: any WritableKeyPath<Method, Fill> & Sendable, _ summary: String
  ) -> Self {
    let accepted =
      "a number, one for each channel (0.1:0.2:0.3), mean, blur, blur:DEVIATION or "
      + "blur:DEVIATION:SIDE of a kernel"
    return MethodOption(
      name, summary, accepts: accepted,
      get: { $0[keyPath: path].optionValue },
      set: { value, method in
        guard let fill = Fill(value) else { throw refusal(value, accepted) }
        method[keyPath: path] = fill
      })
  }
}

extension Fill {
  fileprivate init?(_ value: OptionValue) {
    if let numbers = value.numbers {
      guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else { return nil }
      self = .numbers(numbers)
      return
    }
    guard case .text(let text) = value else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts[0], parts.count) {
    case ("mean", 1): self = .mean
    case ("blur", 1): self = .blur(deviation: Self.usualDeviation)
    case ("blur", 2):
      guard let deviation = Double(parts[1]), deviation > 0, deviation.isFinite else { return nil }
      self = .blur(deviation: deviation)
    case ("blur", 3):
      guard let deviation = Double(parts[1]), deviation > 0, deviation.isFinite,
        let side = Int(parts[2]), (1...1023).contains(side), side % 2 == 1
      else { return nil }
      self = .kernelBlur(deviation: deviation, side: side)
    default: return nil
    }
  }

  fileprivate var optionValue: OptionValue {
    switch self {
    case .numbers(let numbers):
      numbers.count == 1 ? .number(numbers[0]) : .list(numbers.map { .number($0) })
    case .mean: .text("mean")
    case .blur(let deviation): .text("blur:\(OptionValue.number(deviation))")
    case .kernelBlur(let deviation, let side):
      .text("blur:\(OptionValue.number(deviation)):\(side)")
    }
  }
}

extension Fill: Codable {
  public init(from decoder: any Decoder) throws {
    let value = try OptionValue(from: decoder)
    guard let fill = Fill(value) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "“\(value)” is no fill"))
    }
    self = fill
  }

  public func encode(to encoder: any Encoder) throws { try optionValue.encode(to: encoder) }
}
