/// The value of an option as a command line, a JSON file or a manifest states it.
public enum OptionValue: Sendable {
  case number(Double)
  case text(String)
  case flag(Bool)
  case list([OptionValue])
  /// A tensor, with the name that it had where it came from.
  case tensor(Tensor, name: String)
}

extension OptionValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try container.decode([OptionValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number) where number.isFinite: try container.encode(number)
    case .number(let number): try container.encode("\(number)")
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    case .list(let list): try container.encode(list)
    case .tensor: try container.encode(description)
    }
  }
}

extension OptionValue: CustomStringConvertible {
  /// As it would be written on a command line.
  public var description: String {
    switch self {
    case .number(let number):
      number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .list(let list): list.map(\.description).joined(separator: ":")
    case .tensor(let tensor, let name): "tensor \(name) \(tensor.shape)"
    }
  }
}

extension OptionValue {
  /// The number that it is or spells.
  public var number: Double? {
    switch self {
    case .number(let number): number
    case .text(let text): Double(text)
    default: nil
    }
  }

  /// The numbers that it lists, as `[0.5, 0.4]` or `0.5:0.4`; one number is a list of one.
  public var numbers: [Double]? {
    switch self {
    case .list(let list):
      list.compactMap(\.number).count == list.count ? list.compactMap(\.number) : nil
    case .text(let text):
      {
        // `0.5:0.4`, or a list as JSON has it, `[0.5, 0.4]`.
        let plain =
          text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
        let parts = plain.split { $0 == ":" || $0 == "," }
          .map { Double($0.drop { $0 == " " }.split(separator: " ").first ?? "") }
        return parts.contains { $0 == nil } || parts.isEmpty ? nil : parts.compactMap { $0 }
      }()
    default: number.map { [$0] }
    }
  }

  /// The value with another tensor in place of each that it is or lists; itself where it has none.
  package func mapTensors(_ transform: (Tensor) throws -> Tensor) rethrows -> OptionValue {
    switch self {
    case .tensor(let tensor, let name): .tensor(try transform(tensor), name: name)
    case .list(let list): .list(try list.map { try $0.mapTensors(transform) })
    default: self
    }
  }

  /// The value for one sample of a batch, where it has tensors with a row for each; `nil` where it has none.
  package func cut(to sample: Int, among count: Int) throws -> OptionValue? {
    switch self {
    case .tensor(let tensor, let name)
    where count > 1 && tensor.rank > 1 && tensor.shape[0] == count:
      return .tensor(try tensor.narrowed(axis: 0, to: sample..<(sample + 1)), name: name)
    case .list(let list):
      let parts = try list.map { try $0.cut(to: sample, among: count) }
      guard parts.contains(where: { $0 != nil }) else { return nil }
      return .list(zip(parts, list).map { $0 ?? $1 })
    default: return nil
    }
  }
}
