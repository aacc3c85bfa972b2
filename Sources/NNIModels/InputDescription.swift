/// What is known of one of a network's inputs.
public struct InputDescription: Sendable, Codable, Equatable {
  /// The input's name in the file; empty where there is none.
  public let name: String
  /// The type of its values.
  public let type: String
  /// The shape of a batch as its file leaves it open: `[N, 3, 224, 224]`, `[N, sequence (open)]`; empty where
  /// nothing states it.
  public let shape: String
  /// What its values are.
  public let role: InputRole
  /// The names of its features, in the order of the network's columns.
  public let features: [String]
}

extension Model {
  /// All that the network takes, in the order of its file; one description for a network with one input.
  public var inputDescriptions: [InputDescription] {
    guard inputs.isEmpty else {
      return inputs.map {
        InputDescription(
          name: $0.name, type: "\($0.type)", shape: $0.shapeText, role: role(of: $0),
          features: inputStatements[$0.name]?.names ?? [])
      }
    }
    let sample = sampleShape ?? []
    let extents = ["N"] + sample.map(String.init)
    let closed = sample.isEmpty ? "" : "[\(extents.joined(separator: ", "))]"
    let type = (try? graph.parameterType) ?? .float32
    return [
      InputDescription(
        name: inputName, type: "\(type)", shape: openInputs.first?.text ?? closed,
        role: role(inputName, type, sample), features: inputStatements[inputName]?.names ?? [])
    ]
  }

  /// What one of ``inputs`` is, by the card, its type, its shape and its name.
  public func role(of part: InputPart) -> InputRole { role(part.name, part.type, part.shape) }

  private func role(_ name: String, _ type: DType, _ shape: [Int]) -> InputRole {
    if let stated = inputStatements[name]?.kind { return stated }
    if name.lowercased().contains("mask") || type == .bool { return .mask }
    guard type.isFloatingPoint else { return looksUp(name) ? .tokenIDs : .values }
    if inputStatements[name]?.names.isEmpty == false { return .features }
    return switch shape.count {
    case 1: .features
    case 2: .series
    case 3: .image
    case 4: .volume
    default: .values
    }
  }
}
