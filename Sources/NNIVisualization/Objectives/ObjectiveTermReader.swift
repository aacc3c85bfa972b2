/// Makes terms of an objective's text, once it is split at its colons.
struct ObjectiveTermReader {
  let context: ObjectiveContext

  private static let known =
    "class:C, logprob:C, difference:C,D, NODE:K, NODE, neuron:NODE:K, node:NODE, dot:NODE:NAME, "
    + "cosine:NODE:NAME, dot-cosine:NODE:NAME:POWER, diversity:NODE, inversion:NODE, "
    + "caricature:NODE:POWER, entropy, mutual-information, l2, l2norm, l1, tv, tv2"

  /// The objective of one term.
  func objective(_ fields: [String]) throws -> Objective {
    let rest = Array(fields.dropFirst())
    switch fields[0] {
    case "class": return .classLogit(try index(of: rest, fields))
    case "logprob": return .classLogProbability(try index(of: rest, fields))
    case "difference":
      let names = rest.joined(separator: ":").split(separator: ",").map(String.init)
      guard names.count == 2 else {
        throw refuse(fields, "wanted two classes, such as difference:3,5")
      }
      return .classDifference(try classIndex(names[0]), try classIndex(names[1]))
    case "neuron":
      guard rest.count >= 2, let channel = Int(rest[rest.count - 1]) else {
        throw refuse(fields, "wanted a node and a channel, such as neuron:conv5:42")
      }
      return .centralNeuron(try node(rest.dropLast()), channel)
    case "node": return try activation(rest)
    case "dot", "cosine":
      guard rest.count >= 2 else { throw refuse(fields, "wanted a node and a direction's name") }
      let name = rest[rest.count - 1]
      return Objective(
        DirectionObjective(
          try node(rest.dropLast()), try context.directions(name),
          measure: fields[0] == "dot" ? .dot : .cosine, name: name))
    case "dot-cosine":
      guard rest.count >= 3, let power = Double(rest[rest.count - 1]), power.isFinite, power >= 0
      else { throw refuse(fields, "wanted a node, a direction's name and a power of at least 0") }
      let name = rest[rest.count - 2]
      return Objective(
        DirectionObjective(
          try node(rest.dropLast(2)), try context.directions(name),
          measure: .dotTimesCosine(power: power), name: name))
    case "diversity": return .diversity(try node(rest[...]))
    case "inversion":
      return try .inversion(of: image(fields), at: node(rest[...]), in: context.model)
    case "caricature":
      let power = rest.count > 1 ? rest.last.flatMap(Double.init) : nil
      if let power, !power.isFinite || power < 0 {
        throw refuse(fields, "wanted a power of at least 0")
      }
      return try .caricature(
        of: image(fields), at: node(power == nil ? rest[...] : rest.dropLast()),
        in: context.model, power: power ?? 1)
    default: return try fields.count == 1 ? word(fields) : activation(fields)
    }
  }

  /// A term without colons, or a whole layer.
  private func word(_ fields: [String]) throws -> Objective {
    let name = fields[0]
    switch name {
    case "tv": return .totalVariation
    case "tv2": return Objective(TotalVariationObjective(isSquared: true))
    case "entropy", "mutual-information":
      guard let members = context.members else {
        throw refuse(fields, "there are no members to ask; the command takes --passes for dropout")
      }
      return name == "entropy"
        ? .predictiveEntropy(over: members) : .mutualInformation(over: members)
    default: break
    }
    for norm in NormObjective.Norm.allCases {
      switch name {
      case norm.rawValue: return Objective(NormObjective(norm))
      case "code-" + norm.rawValue: return Objective(NormObjective(norm, of: .code))
      case "mean-" + norm.rawValue:
        guard let mean = context.mean else { throw refuse(fields, "no mean image was given") }
        return Objective(NormObjective(norm, center: mean))
      default: continue
      }
    }
    return try activation(fields)
  }

  /// `NODE`, `NODE:K` or `NODE:K,ROW,COLUMN`; a colon may belong to the node's own name.
  private func activation(_ fields: [String]) throws -> Objective {
    if fields.count > 1, let last = fields.last {
      let numbers = last.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      if !numbers.contains(nil) {
        return .neuron(try node(fields.dropLast()), numbers.compactMap { $0 })
      }
    }
    return .layer(try node(fields[...]))
  }

  private func node(_ fields: ArraySlice<String>) throws -> NodeID {
    let name = fields.joined(separator: ":")
    do {
      return try context.model.graph[NodeID(name)].id
    } catch let error as InterpretabilityError {
      throw InterpretabilityError(
        .invalidTarget, "\(error.message); or, for a term: \(Self.known)")
    }
  }

  private func index(of rest: [String], _ fields: [String]) throws -> Int {
    guard !rest.isEmpty else { throw refuse(fields, "wanted a class, such as class:281") }
    return try classIndex(rest.joined(separator: ":"))
  }

  private func classIndex(_ text: String) throws -> Int {
    let index = try context.model.inputSpec.classIndex(named: text)
    let count = context.model.inputSpec.labels.count
    guard index >= 0, count == 0 || index < count else {
      throw InterpretabilityError(
        .invalidTarget, "there is no class \(index); the network has \(count), from 0")
    }
    return index
  }

  private func image(_ fields: [String]) throws -> Tensor {
    guard let image = context.image else { throw refuse(fields, "no image was given") }
    return image
  }

  private func refuse(_ fields: [String], _ reason: String) -> InterpretabilityError {
    InterpretabilityError(
      .invalidOption, "the term “\(fields.joined(separator: ":"))” is wrong: \(reason)")
  }
}
